using GruGen.Generator.Layers;
using GruGen.Generator.Planning;
using static GruGen.Generator.Emission.Text;
using static GruGen.Generator.Layers.ModelText;

namespace GruGen.Generator.Models;

/// <content>The stream: one step through all layers.</content>
internal sealed partial class ModelFile
{
    private const string Optimized = "[global::System.Runtime.CompilerServices.MethodImpl("
        + "global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]";

    private string Stream()
    {
        return $$"""
            /// <summary>One sequence that arrives step by step.</summary>
            public sealed class StepStream : {{Kernels}}StreamCode<{{_input}}>
            {
                {{Lines(4, [StepFields() + "private Block? _block;"])}}

                internal StepStream({{Kernels}}ModelWeights<{{_input}}> weights)
                    : base(weights) { }

                {{Lines(4, [StepSurface()])}}

                {{Lines(4, [_plan.ChangesSteps ? TryStep() : Step()])}}

                {{Lines(4, [Run()])}}

                {{Lines(4, [Block()])}}
            }
            """;
    }

    /// <summary>What a stream or runner holds for one step, or for the one row of a sequence.</summary>
    private string StepFields() => string.Concat(_plan.Stages
        .SelectMany(stage => stage.Writer.StepMemory(streams: _plan.NeedsWholeSequence is null))
        .Select(memory => memory.Declaration + "\n"));

    /// <summary>
    /// A step at the width of the stream's weights: a branch of its own, because a call through the code of a width costs a small step
    /// more.
    /// </summary>
    private static string StepOfWidth(string arguments) => $$"""
        switch (Weights.Lanes)
        {
            case 16: Step<{{Kernels}}V512>({{arguments}}); break;
            case 8: Step<{{Kernels}}V256>({{arguments}}); break;
            case 4: Step<{{Kernels}}V128>({{arguments}}); break;
            default: Step<{{Kernels}}V1>({{arguments}}); break;
        }
        """;

    /// <summary>A check of the token of a step; nothing where features are read.</summary>
    private string TokenCheck() => _plan.ReadsTokens
        ? $$"""
            if ((uint)token >= {{Literal(_plan.InputSize)}}u)
            {
                throw BadToken(token, {{Literal(_plan.InputSize)}});
            }
            {{(_plan.PaddingToken < 0 ? "" : $"\nif (token == {_plan.PaddingToken})\n{{\n    throw PaddingIsNoStep(token);\n}}\n")}}

            """
        : "";

    /// <summary>The features of a step, as kernels read them.</summary>
    private string StepFeatures()
    {
        string mask = _model.MaskValue is { } value ? $"RequireStep(input, {Real(value)}f);\n" : "";
        return mask + $"ref float features = ref Flushed({Reference}(input), {_plan.InputSize});\n";
    }

    private string StepSurface()
    {
        if (_plan.ChangesSteps)
        {
            return TryStepSurface();
        }

        string check = TokenCheck();
        string padding = _plan.PaddingToken < 0 ? "" : ", or it is the padding token";
        string tokenError = "/// <exception cref=\"global::System.ArgumentOutOfRangeException\">"
            + $"The token is not in the vocabulary{padding}.</exception>";
        string tokenText = $"/// <param name=\"token\">The token, 0 to {KernelPlan.Number(_plan.InputSize - 1)}.</param>";
        int step = _plan.ReadsTokens ? 1 : _plan.InputSize;
        string features = StepFeatures();
        if (_plan.Outputs.Count > 1)
        {
            return StepOfOutputs(step, _plan.ReadsTokens ? check : features, _plan.ReadsTokens ? tokenText : "", tokenError);
        }

        return (_plan.ReadsTokens, _plan.OutputSize == 1) switch
        {
            (true, true) => $$"""
                /// <summary>Takes one step.</summary>
                {{tokenText}}
                /// <returns>The output after this step.</returns>
                {{tokenError}}
                {{Optimized}}
                public float Step(int token)
                {
                    {{Lines(4, [check + StepOfWidth("token")])}}

                    return Output;
                }

                /// <inheritdoc/>
                public override void Step({{Inputs}} input, {{Outputs}} output)
                {
                    CheckStep(input, {{step}}, output, {{_plan.OutputSize}});
                    output[0] = Step(input[0]);
                }
                """,
            (true, false) => $$"""
                /// <summary>Takes one step.</summary>
                {{tokenText}}
                /// <param name="output">Receives the {{_plan.OutputSize}} outputs after this step.</param>
                {{tokenError}}
                {{WrongLength("output", _plan.OutputSize)}}
                {{Optimized}}
                public void Step(int token, {{Outputs}} output)
                {
                    CheckStep(1, 1, output.Length, {{_plan.OutputSize}});
                    {{Lines(4, [check + StepOfWidth("token, output")])}}
                }

                /// <inheritdoc/>
                public override void Step({{Inputs}} input, {{Outputs}} output)
                {
                    CheckStep(input, {{step}}, output, {{_plan.OutputSize}});
                    Step(input[0], output);
                }
                """,
            (false, true) => $$"""
                /// <summary>Takes one step.</summary>
                /// <param name="input">The {{(_plan.InputSize == 1 ? "feature" : _plan.InputSize + " features")}} of the step.</param>
                /// <returns>The output after this step.</returns>
                {{WrongLength("input", _plan.InputSize)}}
                {{Optimized}}
                public float Step({{Inputs}} input)
                {
                    CheckStep(input.Length, {{step}}, 1, 1);
                    {{Lines(4, [features + StepOfWidth("ref features")])}}

                    return Output;
                }

                /// <inheritdoc/>
                public override void Step({{Inputs}} input, {{Outputs}} output)
                {
                    CheckStep(input, {{step}}, output, {{_plan.OutputSize}});
                    output[0] = Step(input);
                }
                """,
            _ => $$"""
                /// <inheritdoc/>
                {{Optimized}}
                public override void Step({{Inputs}} input, {{Outputs}} output)
                {
                    CheckStep(input, {{step}}, output, {{_plan.OutputSize}});
                    {{Lines(4, [features + StepOfWidth("ref features, output")])}}
                }
                """,
        };
    }

    private static string WrongLength(string parameter, int length) => "/// <exception cref=\"global::System.ArgumentException\">"
        + $"<paramref name=\"{parameter}\"/> has not {length} elements.</exception>";

    /// <summary>One step: each stage reads what the one before has just written; dropout and pooling change nothing.</summary>
    private string Step()
    {
        var places = new Places(_plan.Input, "ref features", _plan.Input.Stride);
        List<string> lines = [];
        foreach (Stage stage in _plan.Stages)
        {
            places[stage.Target] = stage.Writer.StepPlace(places);
            lines.AddRange(stage.Writer.Step(places));
        }

        bool copies = _plan.Outputs.Count == 1 && _plan.OutputSize > 1; // several are copied to where each of them goes
        foreach (OutputPlan output in _plan.Outputs)
        {
            string place = InOutput(output), result = output.Head is null ? places[output.Rows] : place;
            lines.AddRange(output.Head?.Rows(places[output.Rows], place, "1") ?? []);
            if (copies)
            {
                string span = $"global::System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan({result}, {_plan.OutputSize})";
                lines.Add($"{span}.CopyTo(output);");
            }
            else if (output.Head is null)
            {
                lines.Add(_plan.Outputs.Count == 1
                    ? $"Output = {result.Substring("ref ".Length)};"
                    : $"{Kernels}Packing.Copy({result}, {place}, {output.Layer.OutputStride});");
            }
        }

        string input = (_plan.ReadsTokens ? "int token" : "ref float features") + (copies ? $", {Outputs} output" : "");
        return $$"""
            {{Optimized}}
            private void Step<TVector>({{input}})
                where TVector : struct, {{Kernels}}ISimd<TVector>
            {
                ref float states = ref States, next = ref NextStates;
                {{Lines(4, lines)}}
                Advance();
            }
            """;
    }
}
