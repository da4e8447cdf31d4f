namespace GruGen.Tests;

/// <content>
/// Layers that make one step of several: strides, no padding, pooling over windows, apart, overlapping and with steps between them; below
/// and above every other kind of layer, with lengths that leave some sequences no step.
/// </content>
internal sealed partial record Shape
{
    private static readonly int[] Uneven = [9, 1, 0, 4, 9, 2, 3];

    private static IEnumerable<Shape> Windows()
    {
        yield return Nine("strided", Features(3, Strided(5, 3, 2)));
        yield return Nine("strided, dilated", Features(4, LayerSchema.Conv1D(17, 3, Activation.Tanh, dilation: 2, stride: 3), Gru(5)));
        yield return Nine("strided, one tap", Features(3, Strided(4, 1, 2), Last(5), Dense(2)));
        yield return Nine("valid", Features(5, Valid(8, 3), Gru(4)));
        yield return Nine("valid, dilated", Features(3, LayerSchema.Conv1D(33, 2, Activation.Sigmoid, 3, ConvPadding.Valid, bias: false), Last(4), Dense(2)));
        yield return Nine("valid, strided", Features(5, Valid(33, 4, 2, Activation.Relu), Last(10), Dense(2)));
        yield return Nine("valid, longer than every sequence", Features(3, Valid(4, 12), Gru(3), Dense(2)));
        yield return Nine("strided twice", Features(3, Strided(5, 3, 2), Gru(6), Valid(4, 2, 2), Dense(3, Activation.Softmax)));
        foreach (Pooling pooling in Enum.GetValues<Pooling>())
        {
            string name = pooling.ToString().ToLowerInvariant();
            yield return Nine($"windows to the {name}", Features(3, Gru(17), LayerSchema.Pool(pooling, 2), Dense(2)));
            yield return Nine($"windows to the {name}, overlapping", Features(18, LayerSchema.Pool(pooling, 3, 1), Gru(5)));
            yield return Nine($"windows to the {name}, apart", Features(3, Conv(7, 3), LayerSchema.Pool(pooling, 2, 3), Last(4)));
            yield return Nine($"windows, then pooled to the {name}", Features(3, Gru(5), LayerSchema.Pool(Pooling.Max, 2), LayerSchema.Pool(pooling), Dense(2)));
        }

        // states that start as zeros and stay zeros where relu is shut: many equal maxima
        GruOptions relu = Plain with { Activation = Activation.Relu };
        yield return Nine("windows to the first of equal maxima", Features(3, Gru(7, relu), LayerSchema.Pool(Pooling.Max, 3, 2)), givesStates: false);
        yield return Nine("windows as they are", Features(3, Gru(4), LayerSchema.Pool(Pooling.Mean, 1), Gru(3)));
        yield return Nine(
            "windows of every kind",
            Features(3, Conv(9, 3), LayerSchema.Pool(Pooling.Max, 2, 1), BatchNorm(), Gru(5, Both), Strided(6, 2, 2), LayerSchema.LayerNorm(0.1), Gru(6, Residual), LayerSchema.PReLU(), Dense(6, Activation.Gelu, true)));
        yield return Nine("windows, reversed", Features(4, LayerSchema.Pool(Pooling.Mean, 2), Gru(5, Backwards), Last(4, Backwards), Dense(3)));
        yield return Nine("windows, reset before, learned", Features(3, Strided(5, 2, 2), Gru(5, Learned with { ResetAfter = false }), Last(4, Learned with { Bidirectional = true })), givesStates: false);
        GruOptions dropped = Plain with { Dropout = 0.2, RecurrentDropout = 0.3 };
        yield return Nine("windows, dropout", Features(3, LayerSchema.Pool(Pooling.Max, 2), LayerSchema.Dropout(0.3), Gru(6, dropped), Valid(4, 2), LayerSchema.Dropout(0.2), Last(4, dropped), LayerSchema.Dropout(0.5), Dense(2)));
        yield return Nine("windows of tokens", Tokens(7, 4, Strided(5, 3, 2), Gru(6), Dense(7, Activation.Softmax)));
        yield return Nine("windows, both sides", Features(3, LayerSchema.Pool(Pooling.Max, 2), Same(5, 3), Conv(4, 2, dilation: 2), Gru(3)));
        yield return Nine("windows, masked", Features(3, Gru(4), Strided(5, 3, 2)).WithMaskValue(0));
        yield return new("windows, padding", Padded(9, 4, 0, LayerSchema.Pool(Pooling.Mean, 2), Gru(5), Valid(3, 2), Dense(2)), 10, 8, [8, 8, 8, 3, 5, 0, 4, 8, 3, 8]);
        yield return new("windows, no step", Features(3, Strided(4, 3, 2), Last(4), Dense(2)), 3, 0);
        yield return new("windows, all lengths 0", Features(3, Strided(4, 3, 2), Gru(4)), 3, 4, [0, 0, 0]);
        yield return new("windows, one long sequence", Features(2, Valid(4, 5, 3, Activation.Tanh), LayerSchema.Pool(Pooling.Mean, 3, 2), Gru(3)), 1, 101);
        yield return new("windows, many rows", Features(3, Valid(9, 4, 2), LayerSchema.Pool(Pooling.Max, 2), Gru(6)), 37, 23, [.. Enumerable.Range(0, 37).Select(i => i * 7 % 24)]);
    }

    private static Shape Nine(string name, ModelSchema schema, bool givesStates = true) => new(name, schema, 7, 9, Uneven, givesStates);

    private static LayerSchema Strided(int channels, int size, int stride) => LayerSchema.Conv1D(channels, size, stride: stride);

    private static LayerSchema Valid(int channels, int size, int stride = 1, Activation activation = Activation.Linear) =>
        LayerSchema.Conv1D(channels, size, activation, padding: ConvPadding.Valid, stride: stride);
}
