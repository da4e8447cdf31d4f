namespace GruGen.Tests;

/// <content>Models of the whole family: each option of a recurrent layer, each other layer, alone and together.</content>
internal sealed partial record Shape
{
    private static readonly GruOptions Plain = GruOptions.Default;
    private static readonly GruOptions Both = new() { Bidirectional = true };
    private static readonly GruOptions Backwards = new() { Reverse = true };
    private static readonly GruOptions Before = new() { ResetAfter = false };
    private static readonly GruOptions Learned = new() { InitialState = InitialState.Learned };
    private static readonly GruOptions Residual = new() { Residual = true };

    private static IEnumerable<Shape> Family() =>
    [
        .. Directions(), .. Cells(), .. Activations(), .. LearnedStates(), .. Residuals(), .. OtherLayers(), .. Paddings(), .. Masks(), .. Curves(),
        .. Convolutions(), .. BatchNorms(), .. Windows(), .. Graphs(),
    ];

    private static IEnumerable<Shape> Directions()
    {
        yield return new("both ways", Features(5, Gru(17, Both)), 7, 6, [3, 6, 0, 1, 6, 5, 0]);
        yield return new("both ways, final state", Features(5, Last(17, Both), Dense(3)), 7, 6, [3, 6, 0, 1, 6, 5, 0]);
        yield return Five("both ways, sum", Features(3, Gru(9, Both with { Merge = Merge.Sum })));
        yield return Five("both ways, sum, final state", Features(3, Last(9, Both with { Merge = Merge.Sum })));
        yield return Five("both ways, product", Features(4, Gru(5, Both with { Merge = Merge.Multiply })));
        yield return Five("both ways, product, final state", Features(4, Last(5, Both with { Merge = Merge.Multiply })));
        yield return Five("both ways, mean", Features(2, Gru(8, Both with { Merge = Merge.Average })));
        yield return Five("both ways, mean, final state", Features(2, Last(8, Both with { Merge = Merge.Average })));
        yield return new("both ways, no step", Features(3, Last(4, Both), Dense(2)), 3, 0);
        yield return new("both ways, stack", Features(4, Gru(5, Both), Gru(3, Both), Last(4, Both)), 4, 5, [5, 2, 0, 4]);
        yield return new("both ways, tokens", Tokens(9, 4, Last(6, Both), Dense(3, Activation.Softmax)), 5, 6, [6, 0, 2, 6, 5]);
        yield return Six("backwards", Features(5, Gru(17, Backwards)));
        yield return Six("backwards, final state", Features(3, Last(5, Backwards), Dense(2)));
        yield return new("each way", Features(3, Gru(4), Gru(5, Backwards), Gru(3, Both), Gru(6), Dense(2)), 4, 5, [5, 2, 0, 4]);
    }

    private static IEnumerable<Shape> Cells()
    {
        yield return new("reset before", Features(5, Gru(17, Before)), 6, 5);
        yield return Six("reset before, final state", Features(6, Gru(3, Before), Last(9, Before), Dense(2)));
        yield return new("reset before, no bias", Features(3, Gru(8, Before with { Bias = false })), 4, 5);
        yield return Five("reset before, both ways", Features(3, Gru(5, Both with { ResetAfter = false }), Dense(2)));
        yield return Five("no bias", Features(4, Gru(5, Plain with { Bias = false }), Dense(2)));
        yield return Five("no bias, both ways", Features(4, Last(5, Both with { Bias = false })));
        yield return Five("z replaces", Features(3, Gru(9, Plain with { UpdateGate = UpdateGate.Replace })));
        yield return Five("z replaces, reset before", Features(3, Last(5, Before with { UpdateGate = UpdateGate.Replace })));
        foreach (Activation activation in new[] { Activation.Relu, Activation.Linear, Activation.Sigmoid, Activation.Softsign })
        {
            string name = activation.ToString().ToLowerInvariant();
            yield return Five(name, Features(3, Gru(9, Plain with { Activation = activation }), Dense(2)));
            yield return Five($"{name}, reset before", Features(4, Last(5, Before with { Activation = activation })));
        }

        foreach (GateActivation gates in new[] { GateActivation.HardSigmoid, GateActivation.HardSigmoidKeras2 })
        {
            string name = gates == GateActivation.HardSigmoid ? "hard gates" : "hard gates of Keras 2";
            yield return new(name, Features(12, Gru(17, Plain with { GateActivation = gates })), 5, 4);
            yield return Five($"{name}, reset before", Features(7, Last(5, Before with { GateActivation = gates })));
        }

        GruOptions all = new()
        {
            Bidirectional = true,
            Merge = Merge.Average,
            ResetAfter = false,
            UpdateGate = UpdateGate.Replace,
            Bias = false,
            Activation = Activation.Softsign,
            GateActivation = GateActivation.HardSigmoidKeras2,
            InitialState = InitialState.Learned,
            Residual = true,
        };
        yield return Five("all at once", Features(9, Gru(9, all), Dense(2)), givesStates: false);
    }

    private static IEnumerable<Shape> LearnedStates()
    {
        yield return Five("learned state", Features(3, Gru(9, Learned)), givesStates: false);
        yield return Five("learned state, but given", Features(3, Gru(9, Learned)));
        yield return Five("learned states, stack", Features(3, Gru(4, Learned), Gru(3), Last(5, Learned), Dense(2)), givesStates: false);
        yield return Five("learned states, both ways", Features(3, Last(5, Learned with { Bidirectional = true })), givesStates: false);
        yield return Five("learned state, reset before", Features(3, Gru(5, Learned with { ResetAfter = false })), givesStates: false);
    }

    private static IEnumerable<Shape> Residuals()
    {
        yield return Five("residual", Features(17, Gru(17, Residual)));
        yield return Five("residual, stack", Features(3, Gru(6), Gru(6, Residual), Gru(6, Residual), Dense(2)));
        yield return Five("residual, backwards", Features(4, Gru(4, Residual with { Reverse = true }), Dense(2)));
        yield return Five("residual, both ways", Features(6, Gru(3, Residual with { Bidirectional = true }), Last(4)));
        yield return Five("residual, both ways, product", Features(4, Gru(4, Residual with { Bidirectional = true, Merge = Merge.Multiply })));
        yield return Five("residual dense", Features(5, Dense(5, Activation.Tanh, true), Last(6), Dense(6, Activation.Sigmoid, true)));
        yield return Five("residual dense, every step", Features(3, Gru(9), Dense(9, Activation.Softmax, true), Dense(2)));
        yield return Five("residual dense, softsign", Features(3, Gru(9), Dense(9, Activation.Softsign, true), Dense(2, Activation.Softsign)));
    }

    private static IEnumerable<Shape> OtherLayers()
    {
        yield return Five("normalised below", Features(7, LayerSchema.LayerNorm(), Gru(5)));
        yield return Five("normalised between", Features(3, Gru(17), LayerSchema.LayerNorm(1e-3), Last(4), Dense(2)));
        yield return Five("normalised above", Features(3, Gru(5), LayerSchema.LayerNorm()));
        yield return Five("normalised final state", Tokens(7, 4, LayerSchema.LayerNorm(), Last(5), LayerSchema.LayerNorm(), Dense(2)));
        yield return Five("normalised softmax", Features(4, Gru(5), Dense(6, Activation.Softmax), LayerSchema.LayerNorm(), Last(3), Dense(2)));
        yield return new("normalised single number", Features(3, Gru(4), Dense(1), LayerSchema.LayerNorm(0.1)), 3, 4, [4, 0, 2]); // all bias: x − μ = 0
        foreach (Pooling pooling in Enum.GetValues<Pooling>())
        {
            string name = pooling.ToString().ToLowerInvariant();
            yield return Six($"pooled to the {name}", Features(3, Gru(17), LayerSchema.Pool(pooling), Dense(2)));
            yield return Six($"pooled to the {name}, both ways", Features(3, Gru(4, Both), LayerSchema.Pool(pooling)));
        }

        // states that start as zeros and stay zeros where relu is shut: many equal maxima
        GruOptions relu = Plain with { Activation = Activation.Relu };
        yield return Six("pooled to the first of equal maxima", Features(3, Gru(7, relu), LayerSchema.Pool(Pooling.Max)), givesStates: false);
        yield return new("pooled, no step", Features(3, Gru(4), LayerSchema.Pool(Pooling.Mean), Dense(2)), 3, 0);
        yield return Five("dropout", Features(3, LayerSchema.Dropout(0.3), Gru(5), LayerSchema.Dropout(0.5), Last(4), Dense(2)));
    }

    /// <summary>
    /// Ten sequences that have their padding before, after, in the middle, everywhere and here and there, with lengths and without.
    /// </summary>
    private static IEnumerable<Shape> Paddings()
    {
        yield return new("padding", Padded(9, 4, 0, Last(6), Dense(2)), 5, 7);
        yield return Ten("padding, every step", Padded(7, 3, 3, Gru(9), Dense(7, Activation.Softmax)));
        yield return Ten("padding, states", Padded(7, 3, 6, Gru(5), Gru(4)));
        yield return Ten("padding, both ways", Padded(9, 4, 1, Gru(5, Both), Dense(4, Activation.Tanh), Gru(3, Backwards), Dense(2)));
        yield return Ten("padding, pooled", Padded(9, 4, 0, Gru(5), LayerSchema.Pool(Pooling.Mean), Dense(2)));
        yield return Ten("padding, pooled to the max", Padded(9, 4, 0, Gru(5, Both), LayerSchema.Pool(Pooling.Max), Dense(2)));
        yield return Ten("padding, pooled to the last", Padded(9, 4, 0, Gru(5), LayerSchema.Pool(Pooling.Last)));
        yield return Ten("padding, learned states", Padded(9, 4, 0, Last(5, Learned with { Bidirectional = true }), Dense(2)), givesStates: false);
        yield return Ten("padding, residual, normalised", Padded(5, 4, 2, Gru(4, Residual), LayerSchema.LayerNorm(), Dense(4, residual: true)));

        GruOptions dropped = Residual with { Dropout = 0.2, RecurrentDropout = 0.3 }, before = Learned with { ResetAfter = false, RecurrentDropout = 0.25 };
        yield return Ten(
            "padding, dropout of every kind",
            Padded(9, 8, 0, LayerSchema.Dropout(0.1), Gru(8, dropped), LayerSchema.LayerNorm(), Last(6, before), LayerSchema.Dropout(0.5), Dense(1, Activation.Sigmoid)),
            givesStates: false);

        static Shape Ten(string name, ModelSchema schema, bool givesStates = true) =>
            new(name, schema, 10, 6, [6, 6, 6, 3, 5, 0, 4, 6, 3, 6], givesStates);
    }

    private static Shape Five(string name, ModelSchema schema, bool givesStates = true) => new(name, schema, 5, 4, [4, 1, 0, 3, 4], givesStates);

    private static Shape Six(string name, ModelSchema schema, bool givesStates = true) => new(name, schema, 6, 5, [5, 1, 0, 4, 5, 2], givesStates);

    private static LayerSchema Gru(int size, GruOptions options) => LayerSchema.Gru(size, GruGen.SequenceOutput.EveryStep, options);

    private static LayerSchema Last(int size, GruOptions? options = null) => LayerSchema.Gru(size, GruGen.SequenceOutput.Final, options);

    private static ModelSchema Padded(int vocabulary, int size, int padding, params LayerSchema[] layers) =>
        ModelSchema.ForTokens("Shape", [LayerSchema.Embedding(vocabulary, size, padding), .. layers]);
}
