using GruGen.Tests.Emitted;

namespace GruGen.Tests.Training;

/// <summary>
/// The norm that <see cref="TrainingOptions.ClipNorm"/> limits is that of the layers that learn: others do not make their steps shorter.
/// </summary>
public class FrozenNormTests
{
    [Theory]
    [InlineData("embedding")]
    [InlineData("gru1")]
    [InlineData("dense1")]
    [InlineData("embedding", "gru1")]
    [InlineData("gru1", "dense1")]
    public void A_step_is_clipped_by_the_norm_of_the_layers_that_learn(params string[] frozen)
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(24);
        foreach (Func<SequenceModel<int>> create in (Func<SequenceModel<int>>[])[() => TrainingTask.BinaryModel(seed: 2), () => new FrozenBinary(seed: 2)])
        {
            float[] before = create().Parameters.All.ToArray();
            (float[] free, double all) = Step(create(), [], clipNorm: 0);
            (float[] learned, double norm) = Step(create(), frozen, clipNorm: 0);
            Assert.InRange(norm, 0.01 * all, 0.9999 * all);
            Assert.Equal(norm, NormOf(create().Schema, before, free, frozen), 1e-6);

            // between the two norms there is nothing to clip
            (float[] unclipped, _) = Step(create(), frozen, (norm + all) / 2);
            Assert.Equal(learned, unclipped);

            // below both, the step is as long as the limit says
            (float[] clipped, double reported) = Step(create(), frozen, norm / 2);
            Assert.Equal(norm, reported);
            Assert.Equal(norm / 2, NormOf(create().Schema, before, clipped, []), 2e-6);
        }

        (float[] Parameters, double Norm) Step(SequenceModel<int> model, string[] frozenLayers, double clipNorm)
        {
            using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = new Sgd(1), FrozenLayers = frozenLayers, ClipNorm = clipNorm });
            trainer.Step(data, [.. Enumerable.Range(0, 24)]);
            return (model.Parameters.All.ToArray(), trainer.GradientNorm);
        }
    }

    [Fact]
    public void A_chain_of_two_models_refuses_to_freeze_layers()
    {
        EncoderDecoder<int> models = ReversalTask.Models();
        PairDataset<int> data = ReversalTask.Pairs(models, ReversalTask.Strings(8));
        float[] before = [.. models.Encoder.Parameters.All, .. models.Decoder.Parameters.All];

        Passes.Refused.Argument<ArgumentException>("options", ["FrozenLayers", "gru1"], () => models.Fit(data, new TrainingOptions { FrozenLayers = ["gru1"] }));

        Assert.Equal(before, (float[])[.. models.Encoder.Parameters.All, .. models.Decoder.Parameters.All]);
    }

    /// <summary>How far the layers that are not frozen went together.</summary>
    private static double NormOf(ModelSchema schema, float[] before, float[] after, string[] frozen) => Math.Sqrt(schema.Tensors
        .Where(tensor => !frozen.Contains(tensor.Name[..tensor.Name.IndexOf('.', StringComparison.Ordinal)]))
        .Sum(tensor => Enumerable.Range((int)tensor.Offset, (int)tensor.Length).Sum(i => Math.Pow((double)after[i] - before[i], 2))));
}

/// <summary>The layers of <see cref="TrainingTask.Binary"/>.</summary>
[GruModel, Embedding(6, 4), Gru(8), Dense(1, Activation.Sigmoid)]
internal sealed partial class FrozenBinary;
