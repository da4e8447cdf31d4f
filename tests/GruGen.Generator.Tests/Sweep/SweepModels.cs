using System.Reflection;
using GruGen.Generator.Tests.Harness;
using GruGen.Tests.Reference;

namespace GruGen.Generator.Tests.Sweep;

/// <summary>
/// Models of random awkward shapes out of all layers and options. Several share a project, as in life, so that they share kernels too.
/// </summary>
internal static class SweepModels
{
    private const int Count = 224, LaterCount = 53, ForeignCount = 53, ConvolutionCount = 59, GraphCount = 84; // with those on large vocabularies whole projects
    private const int ResamplingCount = 28;
    private const int ModelsInProject = 28;

    /// <summary>Plain layers on more tokens than are kept as biases; all vocabularies that are drawn are small.</summary>
    private static readonly LayerSchema[][] s_onLargeVocabularies =
    [
        [LayerSchema.Embedding(40_000, 17), LayerSchema.Gru(33, SequenceOutput.Final), LayerSchema.Dense(3)],
        [LayerSchema.Embedding(20_000, 5, paddingToken: 7), LayerSchema.Gru(64, SequenceOutput.EveryStep), LayerSchema.Gru(16, SequenceOutput.Final)],
        [LayerSchema.Embedding(70_000, 3), LayerSchema.Gru(15, SequenceOutput.EveryStep)],
    ];

    private static readonly IReadOnlyDictionary<string, RandomModel> s_models = RandomModel.Draw(Count, seed: 3)
        .Concat(s_onLargeVocabularies.Select((layers, number) => new RandomModel(Count + number, ModelSchema.ForTokens($"Model{Count + number}", layers))))
        .Concat(RandomModel.Draw(LaterCount, seed: 4, first: Count + s_onLargeVocabularies.Length, later: true))
        .Concat(RandomModel.Draw(ForeignCount, seed: 7, first: Count + s_onLargeVocabularies.Length + LaterCount, isForeign: true))
        .Concat(RandomModel.Draw(
            ConvolutionCount, seed: 8, first: Count + s_onLargeVocabularies.Length + LaterCount + ForeignCount, later: true, convolves: true))
        .Concat(RandomGraph.Draw(GraphCount, seed: 9, first: Count + s_onLargeVocabularies.Length + LaterCount + ForeignCount + ConvolutionCount))
        .Concat(RandomModel.Draw(
            ResamplingCount,
            seed: 9,
            first: Count + s_onLargeVocabularies.Length + LaterCount + ForeignCount + ConvolutionCount + GraphCount,
            later: true,
            convolves: true,
            resamples: true))
        .ToDictionary(model => model.Name, StringComparer.Ordinal);

    /// <summary>
    /// Models whose first data left no digits to compare: the gradient of a tensor with a single number or two is a sum that cancels, so
    /// that a textbook computation in single precision is as far from the reference. They get other data.
    /// </summary>
    private static readonly HashSet<int> s_withOtherData = [100, 140, 266, 366];

    private static readonly Lazy<Assembly>[] s_projects =
    [
        .. s_models.Values.Chunk(ModelsInProject).Select(models => new Lazy<Assembly>(() =>
            GeneratorRun.Of("using GruGen;\n\n" + string.Join("\n\n", models.Select(model => model.Declaration))).Emit())),
    ];

    public static IEnumerable<RandomModel> All => s_models.Values;

    /// <summary>The names of all, for theories.</summary>
    public static TheoryData<string> Names => [.. s_models.Keys];

    /// <summary>Those that set numbers to zero while they are trained.</summary>
    public static TheoryData<string> NamesOfDropping => [.. s_models.Values.Where(model => model.Drops).Select(model => model.Name)];

    public static RandomModel ByName(string name) => s_models[name];

    /// <summary>A new model of this name, out of its compiled project.</summary>
    public static object Instance(string name)
    {
        RandomModel model = s_models[name];
        Type type = s_projects[model.Number / ModelsInProject].Value.GetType(model.ClassName, throwOnError: true)!;
        return Activator.CreateInstance(type, model.Number)!;
    }

    /// <summary>
    /// A new model of this name. Initial states start as zeros, and so do the biases of a normalisation beside weights of one: they would
    /// not be missed if nobody read them, so they get other values. Weights U(±1/√H) on far more inputs than units would saturate every
    /// curve, or make large numbers of those without an end, of which float keeps too few digits: they get smaller ones.
    /// </summary>
    public static Subject Create(string name)
    {
        Subject model = Subject.Of(Instance(name));
        var random = new RandomSource((ulong)s_models[name].Number);
        foreach (string tensor in model.Schema.Tensors.Select(tensor => tensor.Name).Where(IsConstantAtFirst))
        {
            model.Parameters.Set(tensor, [.. model.Parameters[tensor].ToArray().Select(value => value + random.NextUniform(0.5f))]);
        }

        foreach (LayerSchema layer in model.Schema.Layers.Where(layer => layer.Options is not null && layer.InputSize > 2 * layer.HiddenSize))
        {
            float scale = MathF.Sqrt((float)layer.HiddenSize / layer.InputSize);
            foreach (string tensor in model.Schema.Tensors.Select(tensor => tensor.Name).Where(tensor => tensor.StartsWith($"{layer.Name}.weight_ih", StringComparison.Ordinal)))
            {
                model.Parameters.Set(tensor, [.. model.Parameters[tensor].ToArray().Select(value => value * scale)]);
            }
        }

        return model;

        static bool IsConstantAtFirst(string name) =>
            name.StartsWith("layernorm", StringComparison.Ordinal) || name.StartsWith("batchnorm", StringComparison.Ordinal) || name.StartsWith("prelu", StringComparison.Ordinal) || name.Contains(".initial_state", StringComparison.Ordinal);
    }

    /// <summary>
    /// Batches beside every multiple of a tile, the large ones first. Small models run over more steps than a stream takes at once, and
    /// over more sequences than weight gradients are summed over at once. Models with initial states of their own start from them in every
    /// other batch.
    /// </summary>
    public static IReadOnlyList<Batch> Batches(string name)
    {
        RandomModel model = s_models[name];
        var random = new RandomSource((ulong)(model.Number + (s_withOtherData.Contains(model.Number) ? Count : 0)));
        long size = model.Schema.ParameterCount;
        int steps = size < 3000 ? 37 : size < 20_000 ? 19 : size < 60_000 ? 6 : 3;
        IEnumerable<Batch> batches =
        [
            New(17, steps, someEnd: true), New(5, Math.Min(steps, 6), someEnd: true), New(3, Math.Min(steps, 4)), New(1, Math.Min(steps, 5)),
        ];
        batches = batches.Concat(size < 3000 ? [New(163, 3, someEnd: true)] : []);
        return
        [
            .. batches.Select((batch, number) => model.LearnsStates && number % 2 == 0 ? batch with { InitialStates = null } : batch)
                .OrderByDescending(batch => batch.Size),
        ];

        Batch New(int sequences, int room, bool someEnd = false)
        {
            int[] lengths = [.. Enumerable.Range(0, sequences).Select(_ => random.NextInt32(room + 1))];
            if (someEnd)
            {
                // nothing and all there is, somewhere
                lengths[random.NextInt32(sequences - 1)] = 0;
                lengths[^1] = room;
                random.Shuffle(lengths);
            }

            // gradients of one sign: a sum over hundreds of rows that cancels would leave no digits to compare
            var batch = Batch.Random(model.Schema, sequences, room, someEnd ? lengths : null, seed: random.Next());
            return batch with
            {
                OutputGradients = [.. batch.OutputGradients.Select(Math.Abs)],
                FinalStateGradients = [.. batch.FinalStateGradients!.Select(Math.Abs)],
            };
        }
    }
}
