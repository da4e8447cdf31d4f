using GruGen.Generator.Emission;
using GruGen.Generator.Planning;
using GruGen.Generator.Tests.Harness;
using GruGen.Kernels;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GruGen.Generator.Tests.Planning;

/// <summary>The JIT optimises every kernel fully and inlines everything in it; where a method is too large it gives up either without a word.</summary>
public sealed class JitTests
{
    private static readonly (int Inputs, int Units)[] s_shapes = [(16, 64), (64, 64), (7, 17), (20, 48), (65, 65)];

    /// <summary>Methods that hand on to the runtime: they do no work of their own.</summary>
    private static readonly string[] s_handOn = ["Gather", "Pack", "PackBackward", "StoreGradients"];

    private static readonly Lazy<IReadOnlyList<CompiledMethod>> s_compiled = new(() => CompiledKernels.Of(
        [.. s_shapes.Select(shape => $"GruModel({shape.Inputs}), Gru({shape.Units}), Dense({shape.Inputs}, Activation.Tanh), Dense(2)")]));

    private static IEnumerable<CompiledMethod> Kernels => s_compiled.Value.Where(method => method.Type.StartsWith("GruGen.Generated.", StringComparison.Ordinal));

    [Fact]
    public void Every_kernel_is_optimised_fully_at_once() => Assert.All(
        Kernels.Where(method => !s_handOn.Contains(method.Name)), method => Assert.Equal("FullOpts", method.Tier));

    [Fact]
    public void No_kernel_is_too_large_to_optimise() => Assert.All(
        Kernels, method => Assert.DoesNotContain("MinOpts", method.Tier, StringComparison.Ordinal));

    [Fact]
    public void Vectors_and_curves_are_inlined_everywhere() => Assert.DoesNotContain(
        s_compiled.Value, method => method.Type.StartsWith("GruGen.Kernels.V", StringComparison.Ordinal) || method.Type is "GruGen.Kernels.Curve" or "GruGen.Kernels.Rows");

    [Fact]
    public void Every_method_of_every_shape_was_compiled_at_every_width() => Assert.All(
        from shape in s_shapes from lanes in Simd.Choices select (shape, lanes),
        each =>
        {
            string name = $"Gru{each.shape.Inputs}x{each.shape.Units}";
            string text = KernelFile.Write(new Specs.GruShape(each.shape.Inputs, each.shape.Units), "Model");
            Assert.Equal(
                TestCompilation.Parse(text, 0).GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().Select(method => method.Identifier.Text).Order(),
                Kernels.Where(method => method.Type == $"GruGen.Generated.{name}`1[GruGen.Kernels.V{(each.lanes == 1 ? 1 : each.lanes * 32)}]").Select(method => method.Name).Order());
        });
}
