using GruGen.CodeFixes;
using GruGen.Generator.Tests.Harness;

namespace GruGen.Generator.Tests.CodeFixes;

/// <summary>Each fix: what it is called, and what it makes of a declaration that breaks a rule.</summary>
public sealed class CodeFixTests
{
    [Theory]
    [InlineData("GRU001", "Make 'Model' partial", "[..] public class Model;", "[..] public partial class Model;")]
    [InlineData("GRU001", "Make 'Model' partial", "[..]\n// A model.\nclass Model\n{\n}", "[..]\n// A model.\npartial class Model\n{\n}")]
    [InlineData("GRU001", "Make 'Model' partial", "[..] sealed class Model; class Model { int X => 1; }", "[..] sealed partial class Model; partial class Model { int X => 1; }")]
    [InlineData("GRU001", "Make 'Model' partial", "class A { } [..] class Model; partial class B { [..] class Model; }", "class A { } [..] partial class Model; partial class B { [..] partial class Model; }")]
    [InlineData("GRU002", "Make 'Outer' partial", "class Outer { [..] public partial class Model; }", "partial class Outer { [..] public partial class Model; }")]
    [InlineData("GRU002", "Make 'Outer' partial", "readonly record struct Outer { [..] partial class A; [..] partial class B; }", "readonly partial record struct Outer { [..] partial class A; [..] partial class B; }")]
    [InlineData("GRU002", "Make 'Outer' partial", "partial class A { struct Outer { partial class C { [..] partial class Model; } } }", "partial class A { partial struct Outer { partial class C { [..] partial class Model; } } }")]
    [InlineData("GRU003", "Remove 'abstract' from 'Model'", "[..] public abstract partial class Model;", "[..] public partial class Model;")]
    [InlineData("GRU003", "Remove 'static' from 'Model'", "[..]\nstatic partial class Model;\nstatic /* why */ partial class Model;", "[..]\npartial class Model;\n /* why */ partial class Model;")]
    [InlineData("GRU004", "Make 'Model' a class", "[..] public partial record Model { }", "[..] public partial class Model { }")]
    [InlineData("GRU004", "Make 'Model' a class", "[..] partial record class Model; partial record Model;", "[..] partial class Model; partial class Model;")]
    [InlineData("GRU004", "Make 'Model' a class", "[..] public readonly ref partial struct Model;", "[..] public partial class Model;")]
    [InlineData("GRU004", "Make 'Model' a class", "[..] public readonly partial record struct Model;", "[..] public partial class Model;")]
    [InlineData("GRU005", "Make 'Model' internal", "[..] file partial class Model;", "[..] internal partial class Model;")]
    [InlineData("GRU005", "Make 'Outer' internal", "file partial class Outer { [..] public partial class Model; }", "internal partial class Outer { [..] public partial class Model; }")]
    [InlineData("GRU006", "Remove the base class 'Root'", "class Root; [..] partial class Model : Root;", "class Root; [..] partial class Model;")]
    [InlineData("GRU006", "Remove the base class 'Root'", "class Root; [..] partial class Model<T> : Root where T : class;", "class Root; [..] partial class Model<T> where T : class;")]
    [InlineData("GRU006", "Remove the base class 'Root'", "class Root; [..] partial class Model\n    : Root, I { } interface I;", "class Root; [..] partial class Model\n    : I { } interface I;")]
    [InlineData("GRU006", "Remove the base class 'Root'", "class Root; [..] partial class Model : I; partial class Model : Root; interface I;", "class Root; [..] partial class Model : I; partial class Model; interface I;")]
    [InlineData("GRU008", "Remove 'required' from 'Label'", "[..] partial class Model { public required string Label { get; init; } }", "[..] partial class Model { public string Label { get; init; } }")]
    [InlineData("GRU008", "Remove 'required' from 'Label'", "[..] partial class Model { required public int Label; }", "[..] partial class Model { public int Label; }")]
    [InlineData("GRU010", "Remove the constructor 'Model(int)'", "[..] partial class Model { public Model(int size) { } }", "[..] partial class Model { }")]
    [InlineData("GRU010", "Remove the constructor 'Model(int)'", "[..] partial class Model\n{\n    #region R\n    // With a size.\n    public Model(int size) { }\n    #endregion\n}", "[..] partial class Model\n{\n    #region R\n    #endregion\n}")]
    [InlineData("GRU011", "Chain the constructors of 'Model' to the emitted one", "[..] partial class Model { Model(string x) => X = x; string X { get; } }", "[..] partial class Model { Model(string x) : this(seed: 0) => X = x; string X { get; } }")]
    [InlineData("GRU011", "Chain the constructors of 'Model' to the emitted one", "[..] partial class Model\n{\n    Model(string x, int seed)\n    {\n    }\n\n    Model() : base() { }\n}", "[..] partial class Model\n{\n    Model(string x, int seed) : this(seed)\n    {\n    }\n\n    Model() : this(seed: 0) { }\n}")]
    public Task A_class_is_mended(string id, string title, string before, string after) =>
        CodeFixRun.VerifyAsync(id, title, [Source(before)], [Source(after)]);

    [Theory]
    [InlineData("GRU012", "Move all layers to the declaration with [GruModel]", "[GruModel(3)]\n[Gru(4)]\npartial class Model;\n\n[Dense(5)]\npartial class Model;", "[GruModel(3)]\n[Gru(4)]\n[Dense(5)]\npartial class Model;\n\npartial class Model;")]
    [InlineData("GRU012", "Move all layers to the declaration with [GruModel]", "[Gru(4), Dense(5)] partial class Model;\n[GruModel(3)] partial class Model;", "partial class Model;\n[GruModel(3)] [Gru(4)] [Dense(5)] partial class Model;")]
    [InlineData("GRU012", "Move all layers to the declaration with [GruModel]", "[GruModel(3), Gru(4)] partial class Model;\n[Dense(5), System.Obsolete, LayerNorm] partial class Model;", "[GruModel(3), Gru(4), Dense(5), LayerNorm] partial class Model;\n[System.Obsolete] partial class Model;")]
    [InlineData("GRU013", "Add [Gru(32)]", "[GruModel(3)]\npartial class Model;", "[GruModel(3)]\n[Gru(32)]\npartial class Model;")]
    [InlineData("GRU013", "Add [Gru(32)]", "partial class Outer\n{\n    [GruModel(3)] // gestures\n    partial class Model;\n}", "partial class Outer\n{\n    [GruModel(3)] // gestures\n    [Gru(32)]\n    partial class Model;\n}")]
    [InlineData("GRU013", "Add [Gru(32)]", "[GruModel(3)] partial class Model;", "[GruModel(3)] [Gru(32)] partial class Model;")]
    [InlineData("GRU013", "Add [Gru(32)]", "[GruModel(3)]\r\n[System.Obsolete]\r\npartial class Model;", "[GruModel(3)]\r\n[Gru(32)]\r\n[System.Obsolete]\r\npartial class Model;")]
    [InlineData("GRU015", "Move the embedding to the first place", "[GruModel(inputSize: 3)]\n[Gru(4)]\n[Embedding(1_000, 16)]\npartial class Model;", "[GruModel]\n[Embedding(1_000, 16)]\n[Gru(4)]\npartial class Model;")]
    [InlineData("GRU015", "Move the embedding to the first place", "[GruModel]\n[Gru(4)]\n[Embedding(9, 5)] // words\npartial class Model;", "[GruModel]\n[Embedding(9, 5)]\n[Gru(4)]\n// words\npartial class Model;")]
    [InlineData("GRU015", "Move the embedding to the first place", "[GruModel(3, MaskedOutput = 0), Gru(4), Embedding(9, 5), Dense(1)] partial class Model;", "[GruModel(MaskedOutput = 0), Embedding(9, 5), Gru(4), Dense(1)] partial class Model;")]
    [InlineData("GRU015", "Move the embedding to the first place", "[GruModel] [Gru(4)] [Embedding(9, 5)]\npartial class Model;", "[GruModel] [Embedding(9, 5)] [Gru(4)]\npartial class Model;")]
    [InlineData("GRU024", "Add [GruModel(inputSize: 1)] to 'Model'", "[Gru(4)]\n[Dense(5)]\npartial class Model;", "[GruModel(inputSize: 1)]\n[Gru(4)]\n[Dense(5)]\npartial class Model;")]
    [InlineData("GRU024", "Add [GruModel] to 'Model'", "/// <summary>Words.</summary>\n[Embedding(9, 4), Gru(4)]\npartial class Model;", "/// <summary>Words.</summary>\n[GruModel, Embedding(9, 4), Gru(4)]\npartial class Model;")]
    public Task Layers_are_mended(string id, string title, string before, string after) =>
        CodeFixRun.VerifyAsync(id, title, [Source(before)], [Source(after)]);

    [Theory]
    [InlineData("GRU016", "Add 'inputSize: 1'", "[GruModel, Gru(4)]", "[GruModel(inputSize: 1), Gru(4)]")]
    [InlineData("GRU016", "Add 'inputSize: 1'", "[GruModel(), Gru(4)]", "[GruModel(inputSize: 1), Gru(4)]")]
    [InlineData("GRU016", "Add 'inputSize: 1'", "[GruModel(0), Gru(4)]", "[GruModel(inputSize: 1), Gru(4)]")]
    [InlineData("GRU016", "Add 'inputSize: 1'", "[GruModel(Initialization = Initialization.Keras), Gru(4)]", "[GruModel(inputSize: 1, Initialization = Initialization.Keras), Gru(4)]")]
    [InlineData("GRU017", "Remove 'inputSize'", "[GruModel(inputSize: 3), Embedding(5, 6), Gru(4)]", "[GruModel, Embedding(5, 6), Gru(4)]")]
    [InlineData("GRU017", "Remove 'inputSize'", "[GruModel(3, WeightFormat = 0), Embedding(5, 6), Gru(4)]", "[GruModel(WeightFormat = 0), Embedding(5, 6), Gru(4)]")]
    [InlineData("GRU019", "Remove 'Output'", "[GruModel(3), Gru(4, Output = SequenceOutput.Final), Gru(4)]", "[GruModel(3), Gru(4), Gru(4)]")]
    [InlineData("GRU019", "Remove 'Output'", "[GruModel(3), Gru(4, Output = SequenceOutput.Final, Bias = false), Pool(Pooling.Max)]", "[GruModel(3), Gru(4, Bias = false), Pool(Pooling.Max)]")]
    [InlineData("GRU026", "Remove 'Reverse'", "[GruModel(3), Gru(4, Bidirectional = true, Reverse = true)]", "[GruModel(3), Gru(4, Bidirectional = true)]")]
    [InlineData("GRU026", "Remove 'Bidirectional'", "[GruModel(3), Gru(4, Bidirectional = true, Reverse = true)]", "[GruModel(3), Gru(4, Reverse = true)]", 1)]
    [InlineData("GRU027", "Remove 'Residual'", "[GruModel(3), Gru(4, Residual = true), Gru(4)]", "[GruModel(3), Gru(4), Gru(4)]")]
    [InlineData("GRU027", "Remove 'Residual'", "[GruModel(3), Gru(4), Dense(5, Activation.Tanh, Residual = true)]", "[GruModel(3), Gru(4), Dense(5, Activation.Tanh)]")]
    [InlineData("GRU029", "Use 'Activation.Tanh'", "[GruModel(3), Gru(4, Activation = Activation.Softmax)]", "[GruModel(3), Gru(4, Activation = Activation.Tanh)]")]
    [InlineData("GRU029", "Use 'Activation.Tanh'", "[GruModel(3), Gru(4, Bidirectional = true, Activation = Activation.Relu, ReverseActivation = Activation.Gelu)]", "[GruModel(3), Gru(4, Bidirectional = true, Activation = Activation.Relu, ReverseActivation = Activation.Tanh)]")]
    [InlineData("GRU029", "Use 'Activation.Tanh'", "[GruModel(3), Gru(4, Bidirectional = true, Activation = Activation.Silu, ReverseActivation = Activation.Gelu)]", "[GruModel(3), Gru(4, Bidirectional = true, Activation = Activation.Tanh, ReverseActivation = Activation.Tanh)]")]
    [InlineData("GRU029", "Use 'Activation.Tanh'", "[GruModel(3), Gru(4), Dense(1, Activation.Affine)]", "[GruModel(3), Gru(4), Dense(1, Activation.Tanh)]")]
    [InlineData("GRU029", "Use 'Activation.Tanh'", "[GruModel(3), Conv1D(4, 3, Activation = Activation.Affine)]", "[GruModel(3), Conv1D(4, 3, Activation = Activation.Tanh)]")]
    [InlineData("GRU030", "Remove 'Merge'", "[GruModel(3), Gru(4, Merge = Merge.Sum)]", "[GruModel(3), Gru(4)]")]
    [InlineData("GRU030", "Remove 'ActivationAlpha'", "[GruModel(3), Gru(4, ActivationAlpha = 0.5, Bias = false)]", "[GruModel(3), Gru(4, Bias = false)]")]
    [InlineData("GRU030", "Remove 'MaskValue'", "[GruModel(MaskValue = 0), Embedding(9, 4), Gru(4)]", "[GruModel, Embedding(9, 4), Gru(4)]")]
    [InlineData("GRU031", "Set 'Output = SequenceOutput.EveryStep'", "[GruModel(4), Gru(4, Residual = true), Dense(1)]", "[GruModel(4), Gru(4, Residual = true, Output = SequenceOutput.EveryStep), Dense(1)]")]
    [InlineData("GRU031", "Set 'Output = SequenceOutput.EveryStep'", "[GruModel(4), Gru(4, Output = SequenceOutput.Final, Residual = true)]", "[GruModel(4), Gru(4, Output = SequenceOutput.EveryStep, Residual = true)]")]
    [InlineData("GRU031", "Remove 'Residual'", "[GruModel(4), Gru(4, Residual = true), Dense(1)]", "[GruModel(4), Gru(4), Dense(1)]", 1)]
    public Task Arguments_are_mended(string id, string title, string before, string after, int choice = 0) => CodeFixRun.VerifyAsync(
        id, title, [Source($"{before} partial class Model;\n\n{before} partial class Other;")], [Source($"{after} partial class Model;\n\n{after} partial class Other;")], choice);

    [Theory]
    [InlineData("GRU030", "Remove 'WeightFormat'", "[GruModel(3, WeightFormat = WeightFormat.BFloat16), Conv1D(4, 3)]", "[GruModel(3), Conv1D(4, 3)]")]
    [InlineData("GRU036", "Use 16 units", "[GruModel(3), Gru(2 + 3, Bias = false)]", "[GruModel(3), Gru(16, Bias = false)]")]
    [InlineData("GRU036", "Use 32 units", "[GruModel(3), Gru(hiddenSize: 17)]", "[GruModel(3), Gru(hiddenSize: 32)]")]
    [InlineData("GRU036", "Use 16 units", "[GruModel(3), Gru(17)]", "[GruModel(3), Gru(16)]", 1)]
    [InlineData("GRU037", "Use 'Activation.Sigmoid'", "[GruModel(3), Gru(4), Dense(1, Activation.Softmax)]", "[GruModel(3), Gru(4), Dense(1, Activation.Sigmoid)]")]
    [InlineData("GRU037", "Use 'Activation.Sigmoid'", "[GruModel(3), Conv1D(1, 2, Activation = Activation.Softmax)]", "[GruModel(3), Conv1D(1, 2, Activation = Activation.Sigmoid)]")]
    [InlineData("GRU039", "Remove [Dropout]", "[GruModel(3), Gru(4), Dropout(0.5)]", "[GruModel(3), Gru(4)]")]
    [InlineData("GRU040", "Remove [Dropout]", "[GruModel(3)]\n[Dropout(0)]\n[Gru(4)]\n", "[GruModel(3)]\n[Gru(4)]\n")]
    [InlineData("GRU042", "Remove [Dense]", "[GruModel(3), Gru(4), Dense(4), Dense(2)]", "[GruModel(3), Gru(4), Dense(2)]")]
    [InlineData("GRU043", "Remove [LayerNorm]", "[GruModel(1), LayerNorm, Gru(4)]", "[GruModel(1), Gru(4)]")]
    [InlineData("GRU044", "Remove [LayerNorm]", "[GruModel(3), LayerNorm, LayerNorm, Gru(4)]", "[GruModel(3), LayerNorm, Gru(4)]")]
    [InlineData("GRU045", "Remove [Pool]", "[GruModel(3), Gru(4, Output = SequenceOutput.EveryStep), Dense(2), Pool(Pooling.Last)]", "[GruModel(3), Gru(4), Dense(2)]")]
    [InlineData("GRU046", "Remove [Pool]", "[GruModel(3), Gru(4, Reverse = true), Pool(Pooling.Last), Dense(2)]", "[GruModel(3), Gru(4, Reverse = true), Dense(2)]")]
    public Task Hints_are_followed(string id, string title, string before, string after, int choice = 0) =>
        CodeFixRun.VerifyAsync(id, title, [Source($"{before} partial class Model;")], [Source($"{after} partial class Model;")], choice);

    [Fact]
    public Task Two_options_of_one_layer_are_removed_one_after_the_other_or_together() => CodeFixRun.VerifyAsync(
        "GRU030",
        null,
        [Source("[GruModel(3), Gru(4, Merge = Merge.Sum, ActivationBeta = 1)] partial class Model;")],
        [Source("[GruModel(3), Gru(4)] partial class Model;")]);

    [Fact]
    public Task A_fix_reaches_all_files_of_a_class() => CodeFixRun.VerifyAsync(
        "GRU012",
        "Move all layers to the declaration with [GruModel]",
        [Source("[Dense(5)] [LayerNorm]\npartial class Model;"), Source("[GruModel(3)]\n[Gru(4)]\npartial class Model;"), Source("[ Dense(6)]\npartial class Model;")],
        [Source("partial class Model;"), Source("[GruModel(3)]\n[Gru(4)]\n[Dense(5)]\n[Dense(6)]\n[LayerNorm]\npartial class Model;"), Source("partial class Model;")]);

    [Fact]
    public Task Names_are_written_in_full_where_they_must_be() => CodeFixRun.VerifyAsync(
        "GRU013",
        "Add [GruGen.Gru(32)]",
        ["[GruGen.GruModel(3)] partial class Model;"],
        ["[GruGen.GruModel(3)] [GruGen.Gru(32)] partial class Model;"]);

    [Theory]
    [InlineData("GRU004", "[GruModel(3), Gru(4)] partial record Model(int X);")] // would have a primary constructor
    [InlineData("GRU015", "[GruModel, Embedding(5, 6), Embedding(5, 6), Gru(4)] partial class Model;")] // which one is meant?
    [InlineData("GRU019", "[GruModel(3), Gru(4), Pool(Pooling.Last), Gru(4)] partial class Model;")] // nor where else the pooling layer belongs
    [InlineData("GRU046", "[GruModel(4), Gru(4, Reverse = true, Residual = true), Pool(Pooling.Last)] partial class Model;")] // which needs every step
    public Task What_is_not_mechanical_is_left_to_the_person(string id, string source) => CodeFixRun.VerifyNoneAsync(id, Source(source));

    [Fact]
    public void The_page_of_a_rule_tells_of_its_fix() => Assert.Equal(
        new GruCodeFixProvider().FixableDiagnosticIds,
        Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "docs/diagnostics"), "GRU*.md")
            .Where(page => File.ReadAllText(page).Contains("\nThe editor's light bulb offers ", StringComparison.Ordinal))
            .Select(page => Path.GetFileNameWithoutExtension(page))
            .Order(StringComparer.Ordinal));

    private static string Source(string text) => "using GruGen;\n\n" + text.Replace("[..]", "[GruModel(3), Gru(4)]", StringComparison.Ordinal);
}
