using System.Collections.Immutable;
using System.Reflection;
using GruGen.Generator.Tests.Harness;
using GruGen.Generator.Tests.Planning;
using Microsoft.CodeAnalysis;
using Xunit;

namespace GruGen.Generator.Tests;

/// <summary>What the parser makes of declarations.</summary>
public sealed class SpecTests
{
    /// <summary>Layers as they are declared, and the same as data.</summary>
    private static readonly Dictionary<string, LayerSchema> s_layers = new()
    {
        ["Gru(8, Bidirectional = true)"] = Gru(new() { Bidirectional = true }),
        ["Gru(8, Bidirectional = true, Merge = Merge.Average)"] = Gru(new() { Bidirectional = true, Merge = Merge.Average }),
        ["Gru(8, Bidirectional = true, Merge = Merge.Concat)"] = Gru(new() { Bidirectional = true }),
        ["Gru(8, Bidirectional = true, Merge = Merge.Multiply)"] = Gru(new() { Bidirectional = true, Merge = Merge.Multiply }),
        ["Gru(8, Bidirectional = true, Merge = Merge.Sum)"] = Gru(new() { Bidirectional = true, Merge = Merge.Sum }),
        ["Gru(8, Reverse = true)"] = Gru(new() { Reverse = true }),
        ["Gru(8, ResetAfter = false)"] = Gru(new() { ResetAfter = false }),
        ["Gru(8, ResetAfter = true)"] = Gru(new()),
        ["Gru(8, UpdateGate = UpdateGate.Replace)"] = Gru(new() { UpdateGate = UpdateGate.Replace }),
        ["Gru(8, UpdateGate = UpdateGate.Keep)"] = Gru(new()),
        ["Gru(8, Bias = false)"] = Gru(new() { Bias = false }),
        ["Gru(8, Activation = Activation.Softsign)"] = Gru(new() { Activation = Activation.Softsign }),
        ["Gru(8, Activation = Activation.Linear)"] = Gru(new() { Activation = Activation.Linear }),
        ["Gru(8, GateActivation = GateActivation.HardSigmoid)"] = Gru(new() { GateActivation = GateActivation.HardSigmoid }),
        ["Gru(8, GateActivation = GateActivation.HardSigmoidKeras2)"] = Gru(new() { GateActivation = GateActivation.HardSigmoidKeras2 }),
        ["Gru(8, GateActivation = GateActivation.Tanh, Clip = 0.5)"] = Gru(new() { GateActivation = GateActivation.Tanh, Clip = 0.5 }),
        ["Gru(8, Activation = Activation.Elu, ActivationAlpha = 2)"] = Gru(new() { Activation = Activation.Elu, ActivationAlpha = 2 }),
        ["Gru(8, Activation = Activation.HardSigmoid)"] = Gru(new() { Activation = Activation.HardSigmoid }),
        ["Gru(8, Activation = Activation.Affine, ActivationAlpha = -1E-20, ActivationBeta = 0.3f)"] =
            Gru(new() { Activation = Activation.Affine, ActivationAlpha = -1E-20, ActivationBeta = 0.3f }),
        ["Gru(8, GateActivation = GateActivation.HardSigmoid, GateActivationAlpha = 0.3, GateActivationBeta = 0.45)"] =
            Gru(new() { GateActivation = GateActivation.HardSigmoid, GateActivationAlpha = 0.3, GateActivationBeta = 0.45 }),
        ["Gru(8, Bidirectional = true, ReverseActivation = Activation.LeakyRelu, ReverseActivationAlpha = 0.3, ReverseGateActivation = GateActivation.Linear)"] =
            Gru(new() { Bidirectional = true, ReverseActivation = Activation.LeakyRelu, ReverseActivationAlpha = 0.3, ReverseGateActivation = GateActivation.Linear }),
        ["Gru(8, Bidirectional = true, ReverseActivation = Activation.Tanh)"] = Gru(new() { Bidirectional = true, ReverseActivation = Activation.Tanh }),
        ["Gru(8, InitialState = InitialState.Learned)"] = Gru(new() { InitialState = InitialState.Learned }),
        ["Gru(8, InitialState = InitialState.Zero)"] = Gru(new()),
        ["Gru(8, Dropout = 0.25, RecurrentDropout = 0.5f)"] = Gru(new() { Dropout = 0.25, RecurrentDropout = 0.5 }),
        ["Gru(8, Dropout = 0, RecurrentDropout = 0.999)"] = Gru(new() { RecurrentDropout = 0.999 }),
        ["Gru(8, Residual = true, Output = SequenceOutput.EveryStep)"] = LayerSchema.Gru(8, SequenceOutput.EveryStep, new() { Residual = true }),
        ["Dense(8, Activation.Relu, Residual = true)"] = LayerSchema.Dense(8, Activation.Relu, residual: true),
        ["Dense(8, Bias = false)"] = LayerSchema.Dense(8, bias: false),
        ["Dense(8, Activation.Relu, Residual = true, Bias = false)"] = LayerSchema.Dense(8, Activation.Relu, residual: true, bias: false),
        ["Dense(8, Residual = false)"] = LayerSchema.Dense(8),
        ["Dropout(0.5)"] = LayerSchema.Dropout(0.5),
        ["Dropout(rate: 0)"] = LayerSchema.Dropout(0),
        ["PReLU"] = LayerSchema.PReLU(),
        ["BatchNorm"] = LayerSchema.BatchNorm(),
        ["BatchNorm(Epsilon = 1e-3)"] = LayerSchema.BatchNorm(1e-3),
        ["LayerNorm"] = LayerSchema.LayerNorm(),
        ["LayerNorm(Epsilon = 1e-3)"] = LayerSchema.LayerNorm(1e-3),
        ["Pool(Pooling.Last)"] = LayerSchema.Pool(Pooling.Last),
        ["Pool(Pooling.Mean)"] = LayerSchema.Pool(Pooling.Mean),
        ["Pool(pooling: Pooling.Max)"] = LayerSchema.Pool(Pooling.Max),
    };

    [Fact]
    public void A_token_model_has_its_names_and_layers()
    {
        ModelSpec model = Parse(
            """
            using GruGen;
            namespace App.Texts;

            [GruModel]
            [Embedding(10_000, 32)]
            [Gru(48)]
            [Dense(1, Activation.Sigmoid)]
            public partial class Sentiment;
            """);

        Assert.Equal(
            new ModelSpec(
                "Sentiment",
                "App.Texts.Sentiment",
                "App.Texts.Sentiment",
                "App.Texts",
                default,
                "partial class Sentiment",
                "Sentiment",
                "Sentiment",
                InputSize: 0,
                Values.Initialization.PyTorch,
                Values.WeightFormat.Float32,
                ImmutableArray.Create<LayerSpec>(
                    new EmbeddingSpec(10_000, 32), new GruSpec(48, EveryStep: false), new DenseSpec(1, Values.Activation.Sigmoid))),
            model);
        Assert.Equal<LayerShape>([new GruShape(32, 48)], LayerShapes.Of(model));
        Assert.Equal(["Gru32x48"], LayerShapes.Of(model).Select(shape => shape.Name));
    }

    [Fact]
    public void A_feature_model_has_its_input_size()
    {
        ModelSpec model = Parse(
            "using GruGen; [GruModel(inputSize: 10), Dense(7, Activation.Relu), Gru(20), Dense(5), Gru(6), Dense(3)] partial class Model;");

        Assert.Equal(10, model.InputSize);
        Assert.Equal(["Gru7x20", "Gru5x6"], LayerShapes.Of(model).Select(shape => shape.Name));
    }

    [Theory]
    [InlineData("Gru(4)", false)]
    [InlineData("Gru(4), Gru(4)", true, false)]
    [InlineData("Gru(4), Dense(3), Gru(4), Gru(4), Dense(3), Dense(2)", true, true, false)]
    [InlineData("Gru(4, Output = SequenceOutput.EveryStep)", true)]
    [InlineData("Gru(4, Output = SequenceOutput.Final)", false)]
    [InlineData("Gru(4, Output = SequenceOutput.EveryStep), Gru(4, Output = SequenceOutput.EveryStep), Dense(1)", true, true)]
    public void A_layer_hands_on_every_step_below_another_and_the_final_state_at_the_top(string layers, params bool[] everyStep)
    {
        ModelSpec model = Parse($"using GruGen; [GruModel(inputSize: 3), {layers}] partial class Model;");
        Assert.Equal(everyStep, model.Layers.OfType<GruSpec>().Select(gru => gru.EveryStep));
    }

    [Fact]
    public void Layers_keep_the_order_in_which_they_are_written()
    {
        ModelSpec model = Parse(
            "using GruGen; [Dense(2), Gru(5)] [Dense(activation: Activation.Tanh, units: 3), GruModel(7)] [Dense(4)] partial class Model;");

        Assert.Equal<LayerSpec>(
            [
                new DenseSpec(2, Values.Activation.Linear), new GruSpec(5, EveryStep: false), new DenseSpec(3, Values.Activation.Tanh),
                new DenseSpec(4, Values.Activation.Linear),
            ],
            model.Layers);
    }

    [Fact]
    public void Sizes_may_be_constants_and_go_to_their_limits()
    {
        ModelSpec model = Parse(
            """
            using GruGen;
            [GruModel, Embedding(1 << 24, Sizes.Most), Gru(hiddenSize: Sizes.Most), Dense(1)] partial class Model;
            static class Sizes { public const int Most = 65_536; }
            """);

        Assert.Equal<LayerSpec>(
            [new EmbeddingSpec(16_777_216, 65_536), new GruSpec(65_536, EveryStep: false), new DenseSpec(1, Values.Activation.Linear)],
            model.Layers);
    }

    /// <summary>Options of a layer are a record that the generator has too; its attribute has their names, types and defaults.</summary>
    [Fact]
    public void An_attribute_has_the_properties_of_its_options()
    {
        var attribute = new GruAttribute(1);
        PropertyInfo[] options = [.. typeof(GruOptions).GetProperties().Where(property => property.CanWrite)];
        Assert.All(options, option =>
        {
            PropertyInfo property = typeof(GruAttribute).GetProperty(option.Name)!;
            Assert.Equal(Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType, property.PropertyType);
            if (option.GetValue(GruOptions.Default) is { } value) // what need not be given has no value without
            {
                Assert.Equal(value, property.GetValue(attribute));
            }
        });
        Assert.Equal(
            options.Select(option => option.Name).Append("Output").Order(StringComparer.Ordinal),
            typeof(GruAttribute).GetProperties(BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Public)
                .Where(property => property.CanWrite).Select(property => property.Name).Order(StringComparer.Ordinal));
        Assert.Equal(options.Select(option => option.Name), OptionText.Settable(typeof(Values.GruOptions)).Select(option => option.Name));
    }

    public static TheoryData<string> Layers() => [.. s_layers.Keys];

    /// <summary>Also what is not given is as in the runtime.</summary>
    [Theory]
    [MemberData(nameof(Layers))]
    public void A_layer_is_what_the_runtime_takes_it_for(string declared)
    {
        LayerSchema[] layers = [LayerSchema.Gru(8, SequenceOutput.EveryStep), s_layers[declared]];
        ModelSpec expected = Declared.Model(ModelSchema.ForFeatures("Model", 3, layers));
        Assert.Equal(expected.Layers, ParseAlone($"[GruModel(3), Gru(8, Output = SequenceOutput.EveryStep), {declared}]").Layers);
    }

    [Fact]
    public void An_embedding_has_its_padding_token() => Assert.Equal<LayerSpec>(
        [new EmbeddingSpec(9, 4) { PaddingToken = 8 }, new GruSpec(5, EveryStep: false)],
        ParseAlone("[GruModel, Embedding(9, 4, PaddingToken = 8), Gru(5)]").Layers);

    [Theory]
    [InlineData("GruModel(3)", false)]
    [InlineData("GruModel(3, Initialization = Initialization.PyTorch)", false)]
    [InlineData("GruModel(3, Initialization = Initialization.Keras)", true)]
    public void A_model_has_its_initialization(string attribute, bool keras) => Assert.Equal(
        keras ? Values.Initialization.Keras : Values.Initialization.PyTorch,
        ParseAlone($"[{attribute}, Gru(4)]").Initialization);

    [Theory]
    [InlineData("Gru(4), Pool(Pooling.Mean)", true)]
    [InlineData("Gru(4), Dropout(0.5), Gru(4), LayerNorm, Pool(Pooling.Last), Dense(2)", true, true)]
    [InlineData("Gru(4), Gru(4), LayerNorm, Dropout(0.5)", true, false)]
    public void A_layer_hands_on_every_step_below_a_pooling_one(string layers, params bool[] everyStep) =>
        Assert.Equal(everyStep, ParseAlone($"[GruModel(3), {layers}]").Layers.OfType<GruSpec>().Select(gru => gru.EveryStep));

    [Fact]
    public void Keywords_have_their_at_sign_in_source_and_not_in_metadata()
    {
        ModelSpec model = Parse(
            """
            using GruGen;
            namespace @namespace.Plain;
            partial record struct @struct<@int, T> { [GruModel(3), Gru(4)] partial class @class<@in>; }
            """);

        Assert.Equal("class", model.Name);
        Assert.Equal("namespace.Plain.struct`2+class`1", model.MetadataName);
        Assert.Equal("@namespace.Plain", model.Namespace);
        Assert.Equal([new ContainerSpec("partial record struct @struct<@int, T>")], model.Containers);
        Assert.Equal("partial class @class<@in>", model.Declaration);
        Assert.Equal("@class<@in>", model.TypeName);
        Assert.Equal("@class", model.ConstructorName);
    }

    [Fact]
    public void Containers_stand_from_the_outside_in()
    {
        ModelSpec model = Parse(
            """
            using GruGen;
            static partial class A
            {
                readonly ref partial struct B
                {
                    partial interface C { sealed partial record D { [GruModel(3), Gru(4)] partial class Model; } }
                }
            }
            """);

        Assert.Equal(
            ["partial class A", "partial struct B", "partial interface C", "partial record D"],
            model.Containers.Select(container => container.Declaration));
    }

    [Fact]
    public void Equal_declarations_give_equal_specs_wherever_they_stand()
    {
        const string Declaration = "[GruModel(inputSize: 3), Gru(4), Dense(2)] public partial class Model<T>;";
        ModelSpec one = Parse($"using GruGen; namespace App; {Declaration}");
        ModelSpec two = Parse($"using System;\nusing GruGen;\n// moved\nnamespace App\n{{\n    class Other;\n    {Declaration}\n}}");

        Assert.Equal(one, two);
        Assert.Equal(one.GetHashCode(), two.GetHashCode());
        Assert.NotSame(one, two);
        Assert.NotEqual(one, Parse($"using GruGen; namespace App; {Declaration.Replace("Gru(4)", "Gru(5)", StringComparison.Ordinal)}"));
    }

    public static TheoryData<string> Forms() => [.. DeclarationForms.All.Keys];

    /// <summary>What the parser says of a declaration is enough to write a further part of it.</summary>
    [Theory]
    [MemberData(nameof(Forms))]
    public void A_further_part_of_the_declaration_compiles(string form)
    {
        (string[] models, string[] sources) = DeclarationForms.All[form];
        GeneratorRun run = GeneratorRun.Of(sources);
        Assert.Equal(models, run.Models.Select(model => model.MetadataName));
        Assert.Empty(TestCompilation.Of([.. sources, .. run.Models.Select(FurtherPart)]).GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
    }

    private static string FurtherPart(ModelSpec model)
    {
        string[] around = [.. model.Containers.Select(container => container.Declaration)];
        around = model.Namespace.Length == 0 ? around : [$"namespace {model.Namespace}", .. around];
        return $$"""
            {{string.Concat(around.Select(head => head + " { "))}}
            {{model.Declaration}}
            {
                internal const int InputSize = {{model.InputSize}};
                internal {{model.ConstructorName}}(int seed = 0) => _ = seed;
                internal static {{model.TypeName}} Load() => new {{model.TypeName}}(seed: 1);
            }
            {{new string('}', around.Length)}}
            """;
    }

    private static LayerSchema Gru(GruOptions options) => LayerSchema.Gru(8, SequenceOutput.Final, options);

    private static ModelSpec Parse(string source) => Assert.Single(GeneratorRun.Of(source).Models);

    /// <summary>What is read of a declaration with nothing wrong about it, nor about the code that is emitted for it.</summary>
    private static ModelSpec ParseAlone(string attributes)
    {
        GeneratorRun run = GeneratorRun.Of($"using GruGen; {attributes} partial class Model;");
        Assert.Empty(run.OutputProblems);
        return Assert.Single(run.Models);
    }
}
