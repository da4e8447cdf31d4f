namespace GruGen.Tests;

/// <content>Models of features with steps that only fill sequences, and models that repeat their outputs there.</content>
internal sealed partial record Shape
{
    private static IEnumerable<Shape> Masks()
    {
        yield return Twelve("masked", Features(3, Last(6), Dense(2)).WithMaskValue(0));
        yield return Twelve("masked, every step", Features(3, Gru(9), Dense(7, Activation.Softmax)).WithMaskValue(-0.5f));
        yield return Twelve("masked, one feature, both ways", Features(1, Gru(5, Both), Dense(4, Activation.Tanh), Gru(3, Backwards), Dense(2)).WithMaskValue(0.25f));
        yield return Twelve("masked, pooled", Features(4, Gru(5), LayerSchema.Pool(Pooling.Mean), Dense(2)).WithMaskValue(0));
        yield return Twelve("masked, learned states, residual", Features(4, Gru(4, Residual), Last(5, Learned with { ResetAfter = false })).WithMaskValue(0), givesStates: false);
        yield return Twelve("masked and repeated", Features(3, Gru(9)).WithMaskValue(0).With(MaskedOutput.Repeat));
        yield return Twelve("masked and repeated, dense", Features(3, Gru(9, Both), LayerSchema.LayerNorm(), Gru(5), Dense(4, Activation.Softmax)).WithMaskValue(0).With(MaskedOutput.Repeat));
        yield return Twelve("masked and repeated, backwards", Features(3, Gru(9, Backwards), Dense(2)).WithMaskValue(0).With(MaskedOutput.Repeat));
        yield return Twelve("masked and repeated, both ways", Features(3, Gru(9, Both)).WithMaskValue(0).With(MaskedOutput.Repeat));
        yield return Twelve("masked and repeated, both ways, joined", Features(3, Gru(9, Both), LayerSchema.Join()).WithMaskValue(0).With(MaskedOutput.Repeat));
        yield return Twelve("padding, repeated", Padded(7, 3, 3, Gru(9), Dense(7, Activation.Softmax)).With(MaskedOutput.Repeat));
        yield return Twelve("padding, repeated, both ways", Padded(7, 3, 0, Gru(5), Gru(4, Both)).With(MaskedOutput.Repeat));

        static Shape Twelve(string name, ModelSchema schema, bool givesStates = true) =>
            new(name, schema, 12, 7, [7, 7, 6, 3, 5, 0, 4, 7, 3, 7, 1, 2], givesStates);
    }
}
