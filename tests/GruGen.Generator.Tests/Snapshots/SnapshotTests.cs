using GruGen.Generator.Tests.Harness;

namespace GruGen.Generator.Tests.Snapshots;

/// <summary>What is emitted, to be read: a change of an emitter shows what it changes.</summary>
public sealed class SnapshotTests
{
    private static readonly (int Inputs, int Units)[] s_recurrent =
    [
        (1, 1), (1, 8), (3, 5), (8, 16), (16, 16), (7, 17), (10, 20), (16, 32), (32, 32), (33, 33), (20, 48), (16, 64), (64, 64), (65, 65), (32, 80),
        (100, 100), (64, 128), (128, 128), (3, 129), (16, 192), (256, 256), (4, 1024), (65_536, 65_536),
    ];

    private static readonly (int Inputs, int Units)[] s_tokens = [(8, 16), (16, 48), (16, 64), (128, 128)];

    [Theory]
    [InlineData("Names.cs")]
    [InlineData("Words.cs")]
    [InlineData("Gru8x16.cs")]
    [InlineData("Gru8x16Tokens.cs")]
    public void The_files_of_small_models(string name)
    {
        GeneratorRun run = GeneratorRun.Of(
            """
            using GruGen;

            namespace App;

            [GruModel]
            [Embedding(27, 8)]
            [Gru(16)]
            [Dense(1, Activation.Sigmoid)]
            internal partial class Names;

            [GruModel]
            [Embedding(100_000, 8)]
            [Gru(16)]
            [Dense(1, Activation.Sigmoid)]
            internal partial class Words;
            """);
        Assert.Equal(4, run.Files.Count);
        Snapshot.Verify(name, run.Files.Single(file => file.Key.EndsWith("." + Path.ChangeExtension(name, ".g.cs"), StringComparison.Ordinal)).Value);
    }

    /// <summary>Options and layers that nothing of the others shows.</summary>
    [Fact]
    public void The_file_of_a_model_with_slopes_and_arguments()
    {
        GeneratorRun run = GeneratorRun.Of(
            """
            using GruGen;

            namespace App;

            [GruModel(inputSize: 3)]
            [Dense(8, Activation.Gelu)]
            [PReLU]
            [Gru(16)]
            [Dense(2, Bias = false)]
            internal partial class Curved;
            """);
        Snapshot.Verify("Curved.cs", run.Files.Single(file => file.Key.EndsWith(".Curved.g.cs", StringComparison.Ordinal)).Value);
    }

    [Fact]
    public void The_file_of_a_model_of_convolutions()
    {
        GeneratorRun run = GeneratorRun.Of(
            """
            using GruGen;

            namespace App;

            [GruModel(inputSize: 12)]
            [Conv1D(16, 3, Dilation = 2, Activation = Activation.Relu)]
            [Conv1D(8, 5, Bias = false)]
            internal partial class Sound;
            """);
        Snapshot.Verify("Sound.cs", Assert.Single(run.Files).Value);
    }

    [Fact]
    public void The_file_of_a_model_whose_paths_meet()
    {
        GeneratorRun run = GeneratorRun.Of(
            """
            using GruGen;

            namespace App;

            [GruModel(inputSize: 6)]
            [Gru(16, Output = SequenceOutput.EveryStep, Name = "hearing")]
            [Dense(1, Activation.Sigmoid, Name = "voice", IsOutput = true)]
            [Gru(8, Output = SequenceOutput.EveryStep, From = ["hearing", "input"])]
            [Dense(4, Activation.Sigmoid, Name = "gains")]
            internal partial class Paths;
            """);
        Snapshot.Verify("Paths.cs", run.Files.Single(file => file.Key.EndsWith(".Paths.g.cs", StringComparison.Ordinal)).Value);
    }

    [Fact]
    public void The_plans_of_many_shapes()
    {
        (string Title, KernelPlan Plan)[] plans =
        [
            .. s_recurrent.Select(shape => ($"GRU {shape.Inputs} → {shape.Units}", (KernelPlan)GruPlan.For(new GruShape(shape.Inputs, shape.Units)))),
            .. s_tokens.Select(shape => ($"GRU {shape.Inputs} → {shape.Units} of tokens", (KernelPlan)GruPlan.For(new GruShape(shape.Inputs, shape.Units, GruVariant.Plain with { Tokens = true })))),
        ];
        Assert.Equal(27, plans.Length);
        Snapshot.Verify("Plans.txt", string.Concat(plans.Select(plan =>
            $"{plan.Title}\n{string.Concat(plan.Plan.Describe().Select(line => $"  {line.Name,-13}{line.Text}\n"))}\n")));
    }
}
