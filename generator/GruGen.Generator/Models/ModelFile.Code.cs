using GruGen.Generator.Layers;
using static GruGen.Generator.Emission.Text;
using static GruGen.Generator.Layers.ModelText;

namespace GruGen.Generator.Models;

/// <content>How parameters become what kernels read.</content>
internal sealed partial class ModelFile
{
    /// <summary>The layers and the emitted half of the model: one type, generic over the vector.</summary>
    private string Emitted()
    {
        IEnumerable<string> layers = _plan.Layers.Select((layer, i) => "global::GruGen.LayerSchema." + layer.Writer.Schema + Reading(i));
        layers = _plan.ReadsTokens ? layers : layers.Prepend(Literal(_plan.InputSize));
        string initialization = _model.Initialization == default ? "" : $".With(global::GruGen.Initialization.{_model.Initialization})";
        string format = _model.WeightFormat == default ? "" : $".With(global::GruGen.WeightFormat.{_model.WeightFormat})";
        string mask = _model.MaskValue is { } value ? $".WithMaskValue({Real(value)}f)" : "";
        mask += _model.MaskedOutput == default ? "" : $".With(global::GruGen.MaskedOutput.{_model.MaskedOutput})";
        string stream = _plan.NeedsWholeSequence is null ? "StepStream" : "Runner";
        string pass = Override($"{Kernels}PassCode<{_input}> CreatePass({Kernels}PassMemory<{_input}> memory)", ["new Pass(memory);"]);
        string create = Override(
            $"{Kernels}StreamCode<{_input}> CreateStream({Kernels}ModelWeights<{_input}> weights)", [$"new {stream}(weights);"]);
        string run = Override(
            $"void Run({Kernels}StreamCode<{_input}> stream, {Inputs} inputs, int steps, {Outputs} outputs)",
            [$"(({stream})stream).Run<TVector>(inputs, steps, outputs);"]);
        return $$"""
            /// <summary>The layers and their code; ready whenever a static field of the model wants them.</summary>
            private static class Emitted
            {
                internal static readonly {{Kernels}}ModelDefinition<{{_input}}> Definition = new(
                    global::GruGen.ModelSchema.{{(_plan.ReadsTokens ? "ForTokens" : "ForFeatures")}}(
                        "{{_model.Name}}",
                        {{Lines(12, [string.Join(",\n", layers)])}}){{initialization}}{{format}}{{mask}},
                    static lanes => lanes switch
                    {
                        16 => new Code<{{Kernels}}V512>(),
                        8 => new Code<{{Kernels}}V256>(),
                        4 => new Code<{{Kernels}}V128>(),
                        _ => new Code<{{Kernels}}V1>(),
                    });

                /// <summary>The emitted half of the model, at one width of vectors.</summary>
                private sealed class Code<TVector> : {{Kernels}}ModelCode<{{_input}}>
                    where TVector : struct, {{Kernels}}ISimd<TVector>
                {
                    {{Lines(8, [string.Join("\n\n", Weights())])}}

                    {{Lines(8, [pass])}}

                    {{Lines(8, [create])}}

                    {{Lines(8, [run])}}

                    {{Lines(8, [Pass()])}}
                }
            }
            """;
    }

    private IEnumerable<string> Weights()
    {
        StatePlan[] learned = [.. _plan.States.Where(state => state.InitialOffset is not null)];
        if (learned.Length > 0)
        {
            yield return $$"""
                public override long InitialStateOffset(int state) => state switch
                {
                    {{Lines(4, learned.Select(state => $"{state.Index} => {Literal(state.InitialOffset!.Value)},"))}}
                    _ => -1,
                };
                """;
        }

        if (_plan.Length.Prepared > 0)
        {
            yield return Override("long PreparedLength", [$"{Literal(_plan.Length.Prepared)};"]);
            yield return Override(
                "void Prepare(ref float table, ref float packed, ref float prepared)",
                _plan.Layers.SelectMany(layer => layer.Writer.Prepare()));
        }

        yield return Override("long PackedLength", [$"{Literal(_plan.Length.Packed)};"]);
        yield return Override("long PackedBackwardLength", [$"{Literal(_plan.Length.Backward)};"]);
        yield return Override(
            "void PackBackward(ref float parameters, ref float packed)",
            _plan.Layers.SelectMany(layer => layer.Writer.PackBackward()));
        yield return Override("void Pack(ref float parameters, ref float packed)", _plan.Layers.SelectMany(layer => layer.Writer.Pack()));
    }
}
