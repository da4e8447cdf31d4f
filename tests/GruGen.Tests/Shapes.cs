using GruGen.Tests.Reference;

namespace GruGen.Tests;

/// <summary>
/// Awkward models and batches: sizes beside every multiple of a vector, batches beside every multiple of a tile, lengths from nothing to
/// all.
/// </summary>
internal sealed partial record Shape(string Name, ModelSchema Schema, int Batch, int Steps, int[]? Lengths = null, bool GivesStates = true)
{
    // lazy, because the options of the other part have to be there first
    private static readonly Lazy<Dictionary<string, Shape>> Shapes =
        new(() => All().Concat(LargeActivations()).Concat(Family()).ToDictionary(shape => shape.Name, StringComparer.Ordinal));

    public static IEnumerable<string> Names => Shapes.Value.Keys;

    /// <summary>Those that not every implementation has.</summary>
    public static IEnumerable<string> FamilyNames => Family().Select(shape => shape.Name);

    public static Shape ByName(string name) => Shapes.Value[name];

    public Batch RandomBatch(ulong seed = 1) => Reference.Batch.Random(Schema, Batch, Steps, Lengths, seed, GivesStates);

    /// <summary>
    /// A model of an implementation. Initial states start as zeros, and so do the biases of a normalisation beside weights of one: they
    /// would not be missed if nobody read them, so they get other values.
    /// </summary>
    public SequenceModel<TInput> Model<TInput>(string factory, int seed)
        where TInput : unmanaged
    {
        SequenceModel<TInput> model = ModelFactory.ByName(factory).Create<TInput>(Schema, seed);
        var random = new RandomSource((ulong)seed);
        foreach (string name in Schema.Tensors.Select(tensor => tensor.Name).Where(IsConstantAtFirst))
        {
            model.Parameters.Set(name, [.. model.Parameters[name].ToArray().Select(value => value + random.NextUniform(0.5f))]);
        }

        return model;

        static bool IsConstantAtFirst(string name) =>
            name.StartsWith("layernorm", StringComparison.Ordinal) || name.StartsWith("batchnorm", StringComparison.Ordinal) || name.StartsWith("prelu", StringComparison.Ordinal) || name.Contains(".initial_state", StringComparison.Ordinal);
    }

    private static IEnumerable<Shape> All()
    {
        yield return new("1 to 1", Features(1, Gru(1)), 1, 3);
        yield return new("3 to 1", Features(3, Gru(1)), 3, 5);
        yield return new("1 to 3", Features(1, Gru(3)), 2, 4);
        yield return new("5 to 3", Features(5, Gru(3)), 5, 4);
        yield return new("17 to 5", Features(17, Gru(5)), 7, 3);
        yield return new("5 to 17", Features(5, Gru(17)), 6, 5);
        yield return new("33 to 17", Features(33, Gru(17)), 9, 4);
        yield return new("17 to 33", Features(17, Gru(33)), 4, 6);
        yield return new("33 to 33", Features(33, Gru(33)), 11, 2);
        yield return new("8 to 8", Features(8, Gru(8)), 8, 7);
        yield return new("48 to 64", Features(48, Gru(64)), 13, 3);
        yield return new("5 to 91", Features(5, Gru(91)), 5, 4);
        yield return new("one step", Features(3, Gru(5)), 5, 1);
        yield return new("no step", Features(3, Gru(5, GruGen.SequenceOutput.Final), Dense(2)), 5, 0);
        yield return new("lengths", Features(5, Gru(17)), 7, 6, [3, 6, 0, 1, 6, 5, 0]);
        yield return new("lengths, final state", Features(5, Gru(17, GruGen.SequenceOutput.Final), Dense(3)), 7, 6, [3, 6, 0, 1, 6, 5, 0]);
        yield return new("all lengths 0", Features(3, Gru(5, GruGen.SequenceOutput.Final), Dense(2)), 3, 4, [0, 0, 0]);
        yield return new("final state", Features(4, Gru(6, GruGen.SequenceOutput.Final)), 5, 4, [4, 2, 0, 3, 1]);
        yield return new("stack", Features(5, Gru(17), Gru(3), Gru(33)), 6, 5, [5, 1, 0, 2, 5, 3]);
        yield return new("stack, final state", Features(5, Gru(17), Gru(33, GruGen.SequenceOutput.Final), Dense(1)), 6, 5, [5, 1, 0, 2, 5, 3]);
        yield return new("small stack", Features(2, Gru(3), Gru(4, GruGen.SequenceOutput.Final), Dense(2)), 3, 4, [4, 0, 2]);
        yield return new("tokens", Tokens(11, 5, Gru(17, GruGen.SequenceOutput.Final), Dense(1, Activation.Sigmoid)), 9, 7, [7, 1, 0, 4, 4, 7, 2, 6, 3]);
        yield return new("tokens, every step", Tokens(7, 3, Gru(9), Dense(7, Activation.Softmax)), 5, 8, [8, 2, 0, 5, 8]);
        yield return new("tokens, classes", Tokens(30, 16, Gru(20, GruGen.SequenceOutput.Final), Dense(5, Activation.Softmax)), 6, 4);
        yield return new("dense below", Tokens(9, 5, Dense(7, Activation.Tanh), Gru(6), Dense(3)), 4, 5, [5, 0, 3, 4]);
        yield return new("dense first", Features(5, Dense(19, Activation.Relu), Gru(18, GruGen.SequenceOutput.Final), Dense(2)), 7, 5, [5, 4, 0, 3, 1, 2, 5]);
        yield return new("dense between", Features(5, Gru(6), Dense(33, Activation.Sigmoid), Gru(7), Dense(3)), 5, 6, [6, 2, 0, 3, 1]);
        yield return new("dense above", Features(5, Gru(6, GruGen.SequenceOutput.Final), Dense(17, Activation.Relu), Dense(9, Activation.Tanh), Dense(3)), 6, 4, [4, 0, 1, 2, 3, 4]);
        yield return new("dense above every step", Features(5, Gru(6), Dense(17, Activation.Softmax), Dense(2, Activation.Tanh)), 6, 4, [4, 0, 1, 2, 3, 4]);
        yield return new("softmax between", Features(4, Gru(5), Dense(6, Activation.Softmax), Gru(3, GruGen.SequenceOutput.Final), Dense(2)), 3, 4);
        yield return new("relu output", Features(4, Gru(5, GruGen.SequenceOutput.Final), Dense(6, Activation.Relu)), 3, 4);
        yield return new("wide output", Features(3, Gru(5), Dense(300, Activation.Softmax)), 13, 9);
        yield return new("many rows", Features(3, Gru(9), Dense(6, Activation.Tanh), Gru(5)), 37, 23, [.. Enumerable.Range(0, 37).Select(i => i * 7 % 24)]);
        yield return new("one long sequence", Features(2, Gru(4), Dense(1)), 1, 401);
        yield return new("a batch larger than a chunk", Features(2, Gru(3, GruGen.SequenceOutput.Final), Dense(1)), 301, 3);
    }

    private static LayerSchema Gru(int size, SequenceOutput output = GruGen.SequenceOutput.EveryStep) => LayerSchema.Gru(size, output);

    private static LayerSchema Dense(int units, Activation activation = Activation.Linear, bool residual = false, bool bias = true) =>
        LayerSchema.Dense(units, activation, residual, bias);

    private static ModelSchema Features(int size, params LayerSchema[] layers) => ModelSchema.ForFeatures("Shape", size, layers);

    private static ModelSchema Tokens(int vocabulary, int size, params LayerSchema[] layers) =>
        ModelSchema.ForTokens("Shape", [LayerSchema.Embedding(vocabulary, size), .. layers]);
}
