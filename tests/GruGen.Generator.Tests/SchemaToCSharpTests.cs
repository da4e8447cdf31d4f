using GruGen.Generator.Tests.Harness;
using GruGen.Generator.Tests.Sweep;

namespace GruGen.Generator.Tests;

/// <summary>
/// A schema as the declaration that compiles to it. That this holds for every layer and option is what the sweep shows: its models are
/// compiled from such declarations.
/// </summary>
public sealed class SchemaToCSharpTests
{
    [Fact]
    public void A_file_has_what_differs_from_the_defaults()
    {
        var schema = ModelSchema.ForFeatures(
            "Gesture", 3, LayerSchema.Gru(32, SequenceOutput.EveryStep), LayerSchema.Gru(16, SequenceOutput.EveryStep), LayerSchema.Dense(4, Activation.Softmax));

        Assert.Equal(
            """
            using GruGen;

            namespace App.Sensors;

            [GruModel(inputSize: 3)]
            [Gru(32)]
            [Gru(16, Output = SequenceOutput.EveryStep)]
            [Dense(4, Activation.Softmax)]
            internal sealed partial class Gesture;

            """.ReplaceLineEndings("\n"),
            schema.ToCSharp(@namespace: "App.Sensors"));
    }

    /// <summary>Options that change nothing, which the analyzer reports, are left out; long attributes have a line for each argument.</summary>
    [Fact]
    public void A_declaration_has_no_findings()
    {
        ModelSchema[] schemas =
        [
            ModelSchema.ForTokens(
                "Texts",
                LayerSchema.Embedding(12_345_678, 8, paddingToken: 12_345),
                LayerSchema.Gru(5, SequenceOutput.EveryStep, new GruOptions
                {
                    Merge = Merge.Sum, ReverseActivation = Activation.Relu, ReverseActivationAlpha = 0.5, ActivationAlpha = 2,
                }),
                LayerSchema.Pool(Pooling.Max)).With(Initialization.Keras),
            ModelSchema.ForFeatures(
                "Signal",
                100_000 / 2,
                LayerSchema.Gru(6, SequenceOutput.EveryStep, new GruOptions
                {
                    Bidirectional = true, Merge = Merge.Average, Activation = Activation.Affine, ActivationAlpha = 1e-20, ActivationBeta = -1.0 / 3,
                    ReverseActivation = Activation.Tanh, ReverseGateActivation = GateActivation.HardSigmoid, ReverseGateActivationBeta = 0.4, Clip = 3,
                })).WithMaskValue(-0.1f).With(WeightFormat.BFloat16),
        ];
        GeneratorRun run = GeneratorRun.Of([.. schemas.Select(schema => schema.ToCSharp())]);

        Assert.Empty(run.OutputProblems);
        System.Reflection.Assembly assembly = run.Emit();
        foreach (ModelSchema schema in schemas)
        {
            ModelSchema compiled = Subject.Of(Activator.CreateInstance(assembly.GetType(schema.Name, throwOnError: true)!, 0)!).Schema;
            Assert.Equal(schema.ToCSharp(), compiled.ToCSharp());
            Assert.Equal((schema.MaskValue, schema.WeightFormat, schema.Initialization), (compiled.MaskValue, compiled.WeightFormat, compiled.Initialization));
        }

        Assert.Contains("[Gru(\n    6,\n    Bidirectional = true,\n", schemas[1].ToCSharp(), StringComparison.Ordinal);
        Assert.Contains("Embedding(12_345_678, 8, PaddingToken = 12_345)", schemas[0].ToCSharp(), StringComparison.Ordinal);
        Assert.Contains("MaskValue = -0.1, WeightFormat", schemas[1].ToCSharp(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_may_be_a_keyword_is_escaped_and_others_are_refused()
    {
        var schema = ModelSchema.ForFeatures("event", 1, LayerSchema.Gru(1, SequenceOutput.Final));

        Assert.Contains("namespace @new.App;", schema.ToCSharp(@namespace: "new.App"), StringComparison.Ordinal);
        Assert.Empty(GeneratorRun.Of(schema.ToCSharp(@namespace: "new.App")).OutputProblems);
        Assert.Contains("partial class Größe_2;", schema.ToCSharp("Größe_2"), StringComparison.Ordinal);
        foreach (string name in new[] { "", "2nd", "my-model", "A.B", "A;", "A {", "A\u2028" })
        {
            Assert.Equal("typeName", Assert.Throws<ArgumentException>(() => schema.ToCSharp(name)).ParamName);
        }

        Assert.Equal("namespace", Assert.Throws<ArgumentException>(() => schema.ToCSharp(@namespace: "A..B")).ParamName);
    }
}
