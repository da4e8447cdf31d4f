using GruGen.Generator.Layers;
using static GruGen.Generator.Emission.Text;
using static GruGen.Generator.Layers.ModelText;

namespace GruGen.Generator.Models;

/// <content>The stream of a model that makes one step of several: what is above such a layer moves where a window ends.</content>
internal sealed partial class ModelFile
{
    private string TryStepSurface()
    {
        string step = _plan.ReadsTokens
            ? $"int token = input[0];\n{TokenCheck()}{ReturnedStepOfWidth("token, output")}"
            : StepFeatures() + ReturnedStepOfWidth("ref features, output");
        return $$"""
            /// <inheritdoc/>
            public override void Step({{Inputs}} input, {{Outputs}} output) => throw OnlySomeSteps();

            /// <inheritdoc/>
            {{Optimized}}
            public override bool TryStep({{Inputs}} input, {{Outputs}} output)
            {
                CheckStep(input, {{(_plan.ReadsTokens ? 1 : _plan.InputSize)}}, output, {{_plan.OutputSize}});
                {{Lines(4, [step])}}
            }
            """;
    }

    private static string ReturnedStepOfWidth(string arguments) => $$"""
        return Weights.Lanes switch
        {
            16 => TryStep<{{Kernels}}V512>({{arguments}}),
            8 => TryStep<{{Kernels}}V256>({{arguments}}),
            4 => TryStep<{{Kernels}}V128>({{arguments}}),
            _ => TryStep<{{Kernels}}V1>({{arguments}}),
        };
        """;

    /// <summary>One step: the stages of each clock where it has one now; the states of the others stay.</summary>
    private string TryStep()
    {
        var places = new Places(_plan.Stages[0].Source, "ref features", _plan.Stages[0].Source.Stride);
        List<string> lines = [];
        List<(int Clock, string Lines)> steps = [];
        foreach (Stage stage in _plan.Stages)
        {
            places[stage.Target] = stage.Writer.StepPlace(places);
            steps.AddRange(stage.Writer.StepOfClock(places).Select(line => (0, line)));
            steps.AddRange(stage.Writer.Step(places).Select(line => (stage.Source.Clock, line)));
        }

        OutputPlan output = _plan.Outputs[0]; // the only one, as the parser made sure
        string result = output.Head is null ? places[output.Rows] : "ref Output";
        string span = $"global::System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan({result}, {_plan.OutputSize})";
        IEnumerable<string> outputs = output.Head?.Rows(places[output.Rows], "ref Output", "1") ?? [];
        steps.AddRange(outputs.Append($"{span}.CopyTo(output);").Select(line => (output.Rows.Clock, line)));
        for (int i = 0, end; i < steps.Count; i = end)
        {
            for (end = i + 1; end < steps.Count && steps[end].Clock == steps[i].Clock;)
            {
                end++;
            }

            lines.AddRange(IfNow(steps[i].Clock, steps.Skip(i).Take(end - i).Select(step => step.Lines)));
        }

        for (int clock = 1; clock <= _plan.LayerClocks.Max(); clock++)
        {
            string[] kept =
            [
                .. _plan.Layers.Where((layer, i) => _plan.LayerClocks[i] == clock && layer.Length.States > 0).Select(layer =>
                    $"{Kernels}Packing.Copy({At("states", layer.Start.States, layer.Name)}, "
                        + $"{At("next", layer.Start.States, layer.Name)}, {Literal(layer.Length.States)});"),
            ];
            if (kept.Length > 0)
            {
                lines.Add($$"""

                    // what is above stays as it is
                    if (!ends{{clock}})
                    {
                        {{Lines(4, kept)}}
                    }
                    """);
            }
        }

        return $$"""
            {{Optimized}}
            private bool TryStep<TVector>({{(_plan.ReadsTokens ? "int token" : "ref float features")}}, {{Outputs}} output)
                where TVector : struct, {{Kernels}}ISimd<TVector>
            {
                ref float states = ref States, next = ref NextStates;
                {{Lines(4, lines)}}

                Advance();
                return ends{{output.Rows.Clock}};
            }
            """;
    }

    private static string[] IfNow(int clock, IEnumerable<string> lines)
    {
        string[] all = [.. lines];
        return clock == 0 || all.Length == 0 ? all :
        [
            $$"""

            if (ends{{clock}})
            {
                {{Lines(4, all)}}
            }
            """,
        ];
    }
}
