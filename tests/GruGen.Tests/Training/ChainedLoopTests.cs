using GruGen.Tests.Reference;

namespace GruGen.Tests.Training;

[GruModel, Embedding(5, 3), Gru(6), Gru(4, Output = SequenceOutput.Final)]
internal sealed partial class SmallReader;

[GruModel, Embedding(7, 2), Gru(6), Gru(4, Output = SequenceOutput.EveryStep), Dense(6, Activation.Softmax)]
internal sealed partial class SmallWriter;

/// <summary>A loop of one's own over two chained models: its gradients are right, and it ends with the bits of <c>Fit</c>.</summary>
public class ChainedLoopTests
{
    private const int Batch = 4, SourceSteps = 5, TargetSteps = 4, Start = 6, End = 5;
    private const double Move = 1e-5;

    private static readonly ModelSchema ReaderSchema = new SmallReader(0).Schema, WriterSchema = new SmallWriter(0).Schema;

    // of different lengths, so that a batch is sorted, and in another order than its targets
    private static readonly int[][] Sources = [[1, 2, 3], [], [4, 0, 3, 2, 1], [0]];
    private static readonly int[][] Targets = [[4, 3, 2], [1], [], [0, 2]];

    public static TheoryData<string> Factories => [.. ModelFactory.Names];

    [Theory]
    [MemberData(nameof(Factories))]
    public void Gradients_of_both_models_are_differences_of_the_loss_of_the_reference(string factory)
    {
        SequenceModel<int> reader = ModelFactory.ByName(factory).Create<int>(ReaderSchema, seed: 5);
        SequenceModel<int> writer = ModelFactory.ByName(factory).Create<int>(WriterSchema, seed: 6);
        ReferenceModel readerTwin = ReferenceModel.Of(reader), writerTwin = ReferenceModel.Of(writer);
        var loop = new Loop(reader, writer);

        Assert.Equal(ReferenceLoss(readerTwin, writerTwin), loop.Backward(), 2e-6);
        AssertDifferences(loop.Reader, readerTwin);
        AssertDifferences(loop.Writer, writerTwin);

        void AssertDifferences(SequencePass<int> pass, ReferenceModel twin)
        {
            foreach ((string name, double[] values) in twin.Parameters)
            {
                float[] gradient = pass.Gradient(name).ToArray();
                double allowed = Results.GradientTolerance * gradient.Max(Math.Abs);
                for (int i = 0; i < values.Length; i++)
                {
                    double value = values[i];
                    values[i] = value + Move;
                    double above = ReferenceLoss(readerTwin, writerTwin);
                    values[i] = value - Move;
                    double below = ReferenceLoss(readerTwin, writerTwin);
                    values[i] = value;
                    double difference = (above - below) / (2 * Move);
                    Assert.True(Math.Abs(gradient[i] - difference) <= allowed, $"d {name}[{i}] is {gradient[i]:R}, but the loss moves by {difference:R}.");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Factories))]
    public void A_loop_ends_with_the_bits_of_Fit(string factory)
    {
        (SequenceModel<int> reader, SequenceModel<int> writer) = Models();
        var models = new EncoderDecoder<int>(reader, writer, Start, End);
        PairDataset<int> data = models.CreateDataset();
        for (int i = 0; i < Batch; i++)
        {
            data.Add(Sources[i], Targets[i]);
        }

        History history = models.Fit(data, new TrainingOptions { Optimizer = new Adam(0.01), BatchSize = Batch, Epochs = 3, Shuffle = false });

        (SequenceModel<int> ownReader, SequenceModel<int> ownWriter) = Models();
        var loop = new Loop(ownReader, ownWriter);
        using ParameterUpdater<int> readerUpdater = ownReader.BeginUpdating(new Adam(0.01));
        using ParameterUpdater<int> writerUpdater = ownWriter.BeginUpdating(new Adam(0.01));
        for (int epoch = 0; epoch < 3; epoch++)
        {
            Assert.Equal(history["loss"][epoch], loop.Backward());
            readerUpdater.Update(loop.Reader);
            writerUpdater.Update(loop.Writer);
        }

        Assert.Equal(reader.Parameters.All, ownReader.Parameters.All);
        Assert.Equal(writer.Parameters.All, ownWriter.Parameters.All);

        (SequenceModel<int> Reader, SequenceModel<int> Writer) Models() =>
            (ModelFactory.ByName(factory).Create<int>(ReaderSchema, seed: 5), ModelFactory.ByName(factory).Create<int>(WriterSchema, seed: 6));
    }

    /// <summary>The mean of −ln p over all tokens of the targets and their ends.</summary>
    private static double ReferenceLoss(ReferenceModel reader, ReferenceModel writer)
    {
        (double sum, int count) = (0, 0);
        for (int b = 0; b < Batch; b++)
        {
            reader.Forward([.. Sources[b].Select(token => new double[] { token })]);
            double[][] outputs = writer.Forward([[Start], .. Targets[b].Select(token => new double[] { token })], reader.FinalState);
            foreach ((double[] output, int label) in outputs.Zip([.. Targets[b], End]))
            {
                sum -= Math.Log(output[label]);
                count++;
            }
        }

        return sum / count;
    }

    /// <summary>What a user writes.</summary>
    private sealed class Loop(SequenceModel<int> reader, SequenceModel<int> writer)
    {
        private readonly int[] _sources = Padded(Sources, SourceSteps), _inputs = Padded([.. Targets.Select(target => (int[])[Start, .. target])], TargetSteps);
        private readonly int[] _labels = Padded([.. Targets.Select(target => (int[])[.. target, End])], TargetSteps);
        private readonly int[] _sourceLengths = [.. Sources.Select(source => source.Length)], _targetLengths = [.. Targets.Select(target => target.Length + 1)];

        public SequencePass<int> Reader { get; } = reader.CreatePass(Batch, SourceSteps);

        public SequencePass<int> Writer { get; } = writer.CreatePass(Batch, TargetSteps);

        public double Backward()
        {
            float[] states = new float[Batch * Reader.StateSize], stateGradients = new float[states.Length];
            Reader.Forward(_sources, Batch, SourceSteps, outputs: [], _sourceLengths);
            Reader.CopyFinalStatesTo(states);
            Writer.Forward(_inputs, Batch, TargetSteps, outputs: [], _targetLengths, states);

            double loss = Writer.BackwardFromLabels(_labels, initialStateGradients: stateGradients);
            Reader.Backward(outputGradients: [], finalStateGradients: stateGradients);
            return loss;
        }

        private static int[] Padded(int[][] sequences, int steps) =>
            [.. sequences.SelectMany(sequence => sequence.Concat(Enumerable.Repeat(-1, steps - sequence.Length)))];
    }
}
