using GruGen.Generator.Emission;
using GruGen.Generator.Tests.Harness;
using GruGen.Kernels;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GruGen.Generator.Tests.Planning;

/// <summary>
/// The JIT optimises every kernel fully and inlines everything in it; where a method is too large it gives up either without a word.
/// </summary>
public sealed class JitTests
{
    private static readonly (int Inputs, int Units)[] s_shapes = [(16, 64), (64, 64), (7, 17), (20, 48), (65, 65)];

    /// <summary>The plain layer in all shapes, its variants in some that differ in their tiles.</summary>
    private static readonly GruShape[] s_layers =
    [
        .. s_shapes.Select(shape => new GruShape(shape.Inputs, shape.Units)),
        .. from variant in Variants.All.Skip(1) from shape in s_shapes.Skip(1).Take(3) select new GruShape(shape.Inputs, shape.Units, variant),
    ];

    /// <summary>Models with all that the runtime does between the kernels.</summary>
    private static readonly ModelSchema[] s_others =
    [
        Model(12, LayerSchema.LayerNorm(), Gru(12, new() { Bidirectional = true, Merge = GruGen.Merge.Multiply, Dropout = 0.5, Residual = true }), LayerSchema.Pool(GruGen.Pooling.Mean), LayerSchema.Dense(2)),
        Model(3, Gru(9, new() { Reverse = true, InitialState = InitialState.Learned }), LayerSchema.Pool(GruGen.Pooling.Max), LayerSchema.LayerNorm(), LayerSchema.Dense(2, Activation.Softmax)),
        Model(3, Gru(9, new() { UpdateGate = UpdateGate.Replace, Bias = false }), LayerSchema.Dropout(0.5), LayerSchema.Pool(GruGen.Pooling.Last), LayerSchema.Dense(9, Activation.Softsign, residual: true)),
    ];

    /// <summary>Methods that hand on to the runtime: they do no work of their own.</summary>
    private static readonly string[] s_handOn = ["Pack", "PackPairs", "PackBackward", "StoreGradients"];

    /// <summary>Methods of the runtime that choose a tile, and are part of what calls them.</summary>
    private static readonly string[] s_choosing = ["Forward", "Multiply", "Add"];

    private static readonly Lazy<IReadOnlyList<CompiledMethod>> s_compiled = new(() => CompiledKernels.Of(
    [
        .. s_layers.Select(layer => Model(layer, [
            LayerSchema.Gru(layer.HiddenSize, SequenceOutput.Final, Variants.Options(layer.Variant)),
            LayerSchema.Dense(layer.InputSize, Activation.Tanh),
            LayerSchema.Dense(2)]).With(layer.Variant.Pairs ? WeightFormat.BFloat16 : WeightFormat.Float32)),
        .. s_others,
    ]));

    private static IEnumerable<CompiledMethod> Kernels => s_compiled.Value.Where(method => method.Type.StartsWith("GruGen.Emitted.", StringComparison.Ordinal));

    [Fact]
    public void Every_kernel_is_optimised_fully_at_once() => Assert.All(
        Kernels.Where(method => !s_handOn.Contains(method.Name)), method => Assert.Equal("FullOpts", method.Tier));

    [Fact]
    public void No_kernel_is_too_large_to_optimise() => Assert.All(
        Kernels, method => Assert.DoesNotContain("MinOpts", method.Tier, StringComparison.Ordinal));

    /// <summary>What of the runtime is a kernel: the products of the backward pass, Dense and embeddings.</summary>
    [Fact]
    public void Every_product_of_the_runtime_is_optimised_fully_at_once()
    {
        CompiledMethod[] products =
        [
            .. s_compiled.Value.Where(method => method.Type is "GruGen.Kernels.InputGradient" or "GruGen.Kernels.WeightGradient"
                or "GruGen.Kernels.DenseKernel" or "GruGen.Kernels.EmbeddingKernel"
                || method.Type.StartsWith("GruGen.Kernels.DenseTile", StringComparison.Ordinal)),
        ];
        Assert.Superset(
            new HashSet<string> { "Tile8x1", "Tile4x1", "Tile4x2", "Tile4x3", "Backward", "Rows", "Row", "Gather", "Scatter" },
            products.Select(method => method.Name).ToHashSet());
        Assert.All(products.Where(method => !s_choosing.Contains(method.Name)), method => Assert.Equal("FullOpts", method.Tier));
    }

    [Fact]
    public void Vectors_and_curves_are_inlined_everywhere() => Assert.DoesNotContain(
        s_compiled.Value, method => method.Type.StartsWith("GruGen.Kernels.V", StringComparison.Ordinal) || method.Type is "GruGen.Kernels.Activate" or "GruGen.Kernels.Derivative" or "GruGen.Kernels.Rows");

    [Fact]
    public void Every_method_of_every_shape_was_compiled_at_every_width() => Assert.All(
        from layer in s_layers from lanes in Simd.Choices select (layer, lanes),
        each =>
        {
            string name = each.layer.Name, text = KernelFile.Write(each.layer, "Model");
            Assert.Equal(
                TestCompilation.Parse(text, 0).GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
                    .Where(method => !method.AttributeLists.ToString().Contains("Inline", StringComparison.Ordinal)) // activations with numbers, which are nowhere called
                    .Select(method => method.Identifier.Text).Order(),
                Kernels.Where(method => method.Type == $"GruGen.Emitted.{name}`1[GruGen.Kernels.V{(each.lanes == 1 ? 1 : each.lanes * 32)}]").Select(method => method.Name).Order());
        });

    /// <summary>Layers on the tokens of a small vocabulary, or on features.</summary>
    private static ModelSchema Model(GruShape shape, LayerSchema[] layers) => shape.Variant.Tokens
        ? ModelSchema.ForTokens("Model", [LayerSchema.Embedding(5, shape.InputSize), .. layers])
        : Model(shape.InputSize, layers);

    private static ModelSchema Model(int inputSize, params LayerSchema[] layers) => ModelSchema.ForFeatures("Model", inputSize, layers);

    private static LayerSchema Gru(int size, GruOptions options) => LayerSchema.Gru(size, SequenceOutput.EveryStep, options);
}
