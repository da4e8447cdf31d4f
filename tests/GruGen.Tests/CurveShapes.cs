namespace GruGen.Tests;

/// <content>Models with the activations of numbers above and below zero: on the input, between layers, with a residual connection, as
/// output.</content>
internal sealed partial record Shape
{
    private static IEnumerable<Shape> Curves()
    {
        yield return Five("silu", Features(5, Dense(19, Activation.Silu), Last(6), Dense(17, Activation.Silu), Dense(3, Activation.Silu)));
        LayerSchema residual = Dense(9, Activation.Silu, true);
        yield return Five("silu, every step", Features(9, residual, Gru(9), residual, Gru(4), Dense(2, Activation.Silu)));
        yield return Five("gelu", Features(5, Dense(18, Activation.Gelu), Last(6), Dense(6, Activation.Gelu, true), Dense(3, Activation.Gelu)));
        LayerSchema tanh = Dense(18, Activation.Tanh, bias: false);
        yield return Five("dense without bias", Features(5, tanh, Last(6), Dense(6, residual: true, bias: false), Dense(3, bias: false)));
        yield return Five("prelu", Features(5, LayerSchema.PReLU(), Gru(17), LayerSchema.PReLU(), Last(6), LayerSchema.PReLU(), Dense(3)));
        yield return Five("prelu, every step", Tokens(9, 5, Dense(8), LayerSchema.PReLU(), Gru(8, Residual), LayerSchema.PReLU()));
        yield return new("prelu, padding, dropout", Padded(9, 4, 0, LayerSchema.PReLU(), LayerSchema.Dropout(0.3), Gru(5, Both), LayerSchema.PReLU(), Dense(2)), 5, 6);
        foreach ((string name, Activation curve) in new[] { ("elu", Activation.Elu), ("leaky relu", Activation.LeakyRelu) })
        {
            yield return Five(name, Features(4, Dense(7, curve), Gru(5, Plain with { Activation = curve }), Dense(3, curve)));
            yield return Five($"{name}, reset before", Features(4, Last(5, Before with { Activation = curve })));
        }
    }
}
