namespace GruGen.Tests.Generation;

// Models that write: with a softmax and without, with padding, and with a state that is learned; and some that cannot.

[GruModel, Embedding(13, 6), Gru(12, Output = SequenceOutput.EveryStep), Dense(13, Activation.Softmax)]
internal sealed partial class Writer;

[GruModel, Embedding(13, 6), Gru(12, Output = SequenceOutput.EveryStep), Dense(13)]
internal sealed partial class LogitWriter;

[GruModel, Embedding(13, 6, PaddingToken = 2), Gru(9, InitialState = InitialState.Learned), Dense(13, Activation.Softmax)]
internal sealed partial class PaddedWriter;

[GruModel, Embedding(13, 6), Gru(12, Bidirectional = true, Output = SequenceOutput.EveryStep), Dense(13, Activation.Softmax)]
internal sealed partial class BothWaysReader;

[GruModel, Embedding(13, 6), Gru(12), Dense(12, Activation.Softmax)]
internal sealed partial class TwelveOfThirteen;

[GruModel, Embedding(13, 6), Gru(12), Dense(13, Activation.Sigmoid)]
internal sealed partial class SigmoidReader;

/// <summary>Models that have learned 0, 1, …, 12, 0, … with some noise.</summary>
internal static class Writers
{
    public static Writer Counting()
    {
        var model = new Writer(1);
        var random = new RandomSource(4);
        int[] tokens = new int[3000];
        for (int i = 1; i < tokens.Length; i++)
        {
            tokens[i] = random.NextInt32(4) == 0 ? random.NextInt32(13) : (tokens[i - 1] + 1) % 13;
        }

        model.Fit(model.CreateStreamDataset(tokens, streams: 10, steps: 20), new TrainingOptions { Epochs = 6, Optimizer = new Adam(0.02) });
        return model;
    }
}
