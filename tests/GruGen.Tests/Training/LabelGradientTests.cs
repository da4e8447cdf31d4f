using GruGen.Tests.Emitted;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Training;

/// <summary>
/// <see cref="SequencePass{TInput}.BackwardFromLabels"/> against the double reference: the loss and every gradient are means over the
/// labels that count, and over no other row.
/// </summary>
public class LabelGradientTests
{
    private const int NotRead = 99;

    private static readonly int[] Lengths = [6, 2, 0, 5, 6, 1, 4];

    [Theory]
    [InlineData(SequenceOutput.EveryStep, Activation.Softmax, 3)]
    [InlineData(SequenceOutput.Final, Activation.Softmax, 5)]
    [InlineData(SequenceOutput.EveryStep, Activation.Sigmoid, 1)]
    [InlineData(SequenceOutput.Final, Activation.Sigmoid, 1)]
    [InlineData(SequenceOutput.EveryStep, Activation.Linear, 1)]
    [InlineData(SequenceOutput.Final, Activation.Tanh, 1)]
    public void Loss_and_gradients_are_means_over_the_labels_that_count(SequenceOutput output, Activation activation, int size) => AssertAgrees(
        new DynamicModel<float>(ModelSchema.ForFeatures("Labelled", 4, LayerSchema.Gru(9, output), LayerSchema.Dense(size, activation)), seed: 3), Lengths);

    [Fact]
    public void Emitted_models_go_by_the_labels_that_count()
    {
        AssertAgrees(new WideOutput(seed: 2), Lengths);
        AssertAgrees(new TokensToClasses(seed: 2), [6, 1, 3, 6, 6, 2, 5]);
        AssertAgrees(new LargeBatch(seed: 2), Lengths);
        AssertAgrees(new BothWaysTokens(seed: 2), Lengths);
        AssertAgrees(new PaddingEveryStep(seed: 2), Lengths);
    }

    [Fact]
    public void More_rows_than_the_last_layer_takes_at_once_have_their_own_labels()
    {
        int[] lengths = [.. Enumerable.Range(0, 61).Select(i => i * 7 % 24)];
        ModelSchema schema = ModelSchema.ForFeatures("Labelled", 2, LayerSchema.Gru(5, SequenceOutput.EveryStep), LayerSchema.Dense(3, Activation.Softmax));
        AssertAgrees(new DynamicModel<float>(schema, seed: 3), lengths);
        AssertAgrees(new PaddingEveryStep(seed: 3), lengths);
    }

    private static void AssertAgrees<TInput>(SequenceModel<TInput> model, int[] lengths)
        where TInput : unmanaged
    {
        ModelSchema schema = model.Schema;
        int steps = lengths.Max();
        Batch batch = Batch.Random(schema, lengths.Length, steps, lengths) with { FinalStateGradients = null };
        int[] labels = Labels(batch, schema);
        (double[] outputs, _) = batch.RunForward(ReferenceModel.Of(model));
        (double expected, double[] outputGradients) = Reference(schema, outputs, labels);
        Results reference = (batch with { OutputGradients = outputGradients }).Run(ReferenceModel.Of(model));

        SequencePass<TInput> pass = model.CreatePass(lengths.Length, steps);
        float[] inputGradients = new float[schema.ReadsTokens ? 0 : batch.Inputs.Length], stateGradients = new float[lengths.Length * pass.StateSize];
        pass.Forward(batch.InputsAs<TInput>(), lengths.Length, steps, outputs: [], lengths, Batch.Floats(batch.BySequence(batch.InitialStates)));
        double loss = pass.BackwardFromLabels(labels, inputGradients: inputGradients, initialStateGradients: stateGradients);

        Assert.Equal(expected, loss, 2e-6);
        var results = new Dictionary<string, double[]>
        {
            ["output"] = reference["output"],
            ["h_n"] = reference["h_n"],
            ["grad.h0"] = batch.ByLayer(stateGradients),
            ["grad.input"] = Batch.Doubles(inputGradients),
        };
        foreach (TensorSchema tensor in schema.Tensors)
        {
            results.Add("grad." + tensor.Name, Batch.Doubles(pass.Gradient(tensor.Name)));
        }

        new Results(results).AssertEqual(reference);
    }

    /// <summary>
    /// Labels of which every third does not count, and nonsense where none is read: past the lengths and where padding stands.
    /// </summary>
    private static int[] Labels(Batch batch, ModelSchema schema)
    {
        var random = new RandomSource(7);
        bool every = schema.Output == SequenceOutput.EveryStep;
        int[] labels = new int[batch.Size * (every ? batch.Steps : 1)];
        for (int i = 0; i < labels.Length; i++)
        {
            int label = i % 3 == 1 ? SequenceDataset.NotCounted : random.NextInt32(Math.Max(2, schema.OutputSize));
            bool isRead = !every || (i % batch.Steps < batch.Lengths![i / batch.Steps] && (schema.PaddingToken < 0 || batch.Inputs[i] != schema.PaddingToken));
            labels[i] = isRead ? label : NotRead;
        }

        return labels;
    }

    /// <summary>The mean loss over the labels that count, and its gradient with respect to the outputs.</summary>
    private static (double Loss, double[] Gradients) Reference(ModelSchema schema, double[] outputs, int[] labels)
    {
        double[] gradients = new double[outputs.Length];
        double loss = 0;
        int size = schema.OutputSize, counted = labels.Count(label => label is not (NotRead or SequenceDataset.NotCounted));
        for (int row = 0; row < labels.Length; row++)
        {
            int y = labels[row];
            if (y is NotRead or SequenceDataset.NotCounted)
            {
                continue;
            }

            int place = row * size + (size > 1 ? y : 0);
            double a = outputs[place];
            (double term, double slope) = schema.OutputActivation switch
            {
                Activation.Softmax => (-Math.Log(a), -1 / a),
                Activation.Sigmoid => y == 1 ? (-Math.Log(a), -1 / a) : (-Math.Log(1 - a), 1 / (1 - a)),
                _ => ((a - y) * (a - y), 2 * (a - y)),
            };
            loss += term / counted;
            gradients[place] = slope / counted;
        }

        return (loss, gradients);
    }
}
