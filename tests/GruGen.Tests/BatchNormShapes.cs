namespace GruGen.Tests;

/// <content>Batch normalisation: on the input, between layers, on the one vector of a sequence, as the last layer.</content>
internal sealed partial record Shape
{
    private static IEnumerable<Shape> BatchNorms()
    {
        yield return Five("batch norm", Features(5, BatchNorm(), Gru(17), BatchNorm(1e-3), Last(6), BatchNorm(), Dense(3)));
        yield return Five("batch norm, tokens", Tokens(9, 16, BatchNorm(), Gru(16, Residual), BatchNorm(0.5)));
        yield return Six("batch norm, convolved", Features(3, Conv(33, 3), BatchNorm(), Gru(4), BatchNorm(), LayerSchema.Pool(Pooling.Max), Dense(2)));
        yield return new("batch norm, padding, dropout", Padded(9, 4, 0, BatchNorm(), LayerSchema.Dropout(0.3), Gru(5, Both), BatchNorm(), Dense(2)), 5, 6);
    }

    private static LayerSchema BatchNorm(double epsilon = 1e-5) => LayerSchema.BatchNorm(epsilon);
}
