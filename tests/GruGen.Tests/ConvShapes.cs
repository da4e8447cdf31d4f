namespace GruGen.Tests;

/// <content>Convolutions: kernels beside the lengths of sequences, dilations, both paddings, above and below other layers.</content>
internal sealed partial record Shape
{
    private static IEnumerable<Shape> Convolutions()
    {
        yield return Six("convolved", Features(3, Conv(5, 3)));
        yield return Six("convolved, one tap", Features(5, Conv(17, 1, Activation.Tanh), Gru(4)));
        yield return Six("convolved, one number", Features(1, Conv(1, 2)));
        yield return Six("convolved below", Features(17, Conv(33, 4, Activation.Relu), Last(5), Dense(2)));
        yield return Six("convolved, many channels", Features(7, Conv(49, 3, Activation.Sigmoid), Conv(65, 2)));
        yield return Six("convolved between", Features(3, Gru(6), Conv(4, 3, Activation.Softsign), Last(4), Dense(2)));
        yield return Six("convolved above", Features(4, Gru(5), Conv(6, 3, Activation.Softmax), Conv(3, 2)));
        yield return Six("convolved, further than a sequence", Features(3, Conv(4, 9), Gru(4)));
        yield return Six("convolved, no bias", Features(4, Conv(3, 3, bias: false), Gru(3)));
        yield return new("convolved, dilated", Features(5, Conv(9, 3, Activation.Tanh, dilation: 2), Gru(4)), 7, 9, [9, 1, 0, 4, 9, 2, 3]);
        yield return new("convolved, dilated further", Features(2, Conv(3, 3, dilation: 7), Last(3), Dense(1)), 7, 16, [16, 1, 0, 14, 9, 7, 8]);
        yield return Six("convolved, dilated beyond", Features(3, Conv(4, 4, dilation: 11), Gru(3)));
        yield return new("convolved, both sides", Features(3, Same(5, 4)), 7, 9, [9, 1, 0, 4, 9, 2, 3]);
        yield return new("convolved, both sides, dilated", Features(4, Same(17, 2, Activation.Tanh, dilation: 3), Gru(5)), 7, 9, [9, 1, 0, 4, 9, 2, 3]);
        yield return Six("convolved, both sides, further than a sequence", Features(3, Same(4, 13, dilation: 2), Last(3), Dense(2)));
        yield return Six("convolved, both sides, stack", Features(3, Same(5, 3), Conv(4, 2), Gru(3, Both), Same(2, 5, Activation.Relu)));
        yield return Six("convolved, both sides, one tap", Features(3, Same(5, 1), Gru(3)));
        yield return Six("convolved tokens", Tokens(7, 4, Conv(5, 3, Activation.Tanh), Last(4), Dense(1)));
        yield return Six("convolved stack", Features(3, Conv(4, 3), Conv(5, 2, Activation.Tanh, dilation: 2), Conv(3, 3, Activation.Relu, dilation: 4), Last(4)));
        yield return Six("convolved, pooled", Features(3, Conv(7, 3), Gru(4), Conv(5, 2), LayerSchema.Pool(Pooling.Max), Dense(2)));
        yield return Six("convolved, dropout", Features(3, LayerSchema.Dropout(0.3), Conv(7, 3), LayerSchema.Dropout(0.2), LayerSchema.LayerNorm(0.1), Gru(4)));
        yield return new("convolved, no step", Features(3, Conv(4, 3), Last(4), Dense(2)), 3, 0);
        yield return new("convolved, all lengths 0", Features(3, Conv(4, 3), Last(4), Dense(2)), 3, 4, [0, 0, 0]);
        yield return new("convolved, one long sequence", Features(2, Conv(4, 5, Activation.Tanh), Gru(3)), 1, 101);
        yield return new("convolved, many rows", Features(3, Conv(9, 4, dilation: 3), Conv(6, 3)), 37, 23, [.. Enumerable.Range(0, 37).Select(i => i * 7 % 24)]);
        yield return Six("convolved, masked", Features(3, Conv(5, 3, dilation: 2), Gru(4), Conv(3, 2)).WithMaskValue(0));
        yield return Six("convolved, masked and repeated", Features(3, Conv(5, 3), Same(4, 3)).WithMaskValue(0).With(MaskedOutput.Repeat));
        yield return new("convolved padding", Padded(9, 4, 0, Conv(6, 3), Gru(5), Same(3, 3)), 10, 6, [6, 6, 6, 3, 5, 0, 4, 6, 3, 6]);
    }

    private static LayerSchema Conv(int channels, int size, Activation activation = Activation.Linear, int dilation = 1, bool bias = true) =>
        LayerSchema.Conv1D(channels, size, activation, dilation, bias: bias);

    private static LayerSchema Same(int channels, int size, Activation activation = Activation.Linear, int dilation = 1) =>
        LayerSchema.Conv1D(channels, size, activation, dilation, ConvPadding.Same);
}
