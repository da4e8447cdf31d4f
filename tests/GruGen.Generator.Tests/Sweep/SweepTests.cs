using System.Reflection;
using GruGen.Generator.Tests.Harness;
using GruGen.Tests.Reference;

namespace GruGen.Generator.Tests.Sweep;

/// <summary>
/// Models of random awkward shapes, from their declaration to every number they compute. Several share a project, as in life, so that they
/// share kernels too.
/// </summary>
public sealed class SweepTests
{
    private const int Count = 64;
    private const int ModelsInProject = 16;

    private static readonly IReadOnlyDictionary<string, RandomModel> s_models = RandomModel.Draw(Count, seed: 3).ToDictionary(model => model.Name, StringComparer.Ordinal);

    private static readonly Lazy<Assembly>[] s_projects =
    [
        .. s_models.Values.Chunk(ModelsInProject).Select(models => new Lazy<Assembly>(() =>
            GeneratorRun.Of("using GruGen;\n\n" + string.Join("\n\n", models.Select(model => model.Declaration))).Emit())),
    ];

    public static TheoryData<string> Models => [.. s_models.Keys];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_has_the_layers_it_was_declared_with(string name)
    {
        Subject model = Create(name);

        Assert.Equal(s_models[name].Schema.Layers.AsEnumerable(), model.Schema.Layers);
        Assert.Equal(s_models[name].Schema.InputSize, model.Schema.InputSize);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_computes_what_the_reference_computes(string name) =>
        Agreement.WithReference(Create(name), Batches(s_models[name]));

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_gives_the_same_bits_at_every_width(string name) =>
        Agreement.OfWidths(Create(name), [.. Batches(s_models[name]).Where(batch => batch.Size is 1 or 5 or 17)]);

    [Theory]
    [MemberData(nameof(Models))]
    public void The_ways_through_a_model_agree(string name)
    {
        Subject model = Create(name);
        Batch batch = Batches(s_models[name]).Single(batch => batch.Size == 17);

        Agreement.OfBlocks(model, batch);
        Agreement.OfStreamAndSequence(model, batch, Array.IndexOf(batch.Lengths!, batch.Steps));
    }

    /// <summary>A new model of this name, out of its compiled project.</summary>
    internal static object Instance(string name)
    {
        RandomModel model = s_models[name];
        Type type = s_projects[model.Number / ModelsInProject].Value.GetType(model.ClassName, throwOnError: true)!;
        return Activator.CreateInstance(type, model.Number)!;
    }

    private static Subject Create(string name) => Subject.Of(Instance(name));

    /// <summary>
    /// Batches beside every multiple of a tile, the large ones first. Small models run over more steps than a stream takes at once, and over more
    /// sequences than weight gradients are summed over at once.
    /// </summary>
    private static IReadOnlyList<Batch> Batches(RandomModel model)
    {
        var random = new RandomSource((ulong)model.Number);
        long size = model.Schema.ParameterCount;
        int steps = size < 3000 ? 37 : size < 20_000 ? 19 : size < 60_000 ? 6 : 3;
        IEnumerable<Batch> batches =
        [
            New(17, steps, someEnd: true), New(5, Math.Min(steps, 6), someEnd: true), New(3, Math.Min(steps, 4)), New(1, Math.Min(steps, 5)),
        ];
        return [.. batches.Concat(size < 3000 ? [New(163, 3, someEnd: true)] : []).OrderByDescending(batch => batch.Size)];

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
