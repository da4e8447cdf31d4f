using GruGen.Generator.Planning;
using GruGen.Generator.Specs;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Emission;

/// <content>The stream: one step through all layers.</content>
internal sealed partial class ModelFile
{
    private const string Optimized = "[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]";

    private string Stream()
    {
        string fields = string.Concat(_plan.Stages.SelectMany(StepMemory).Select(memory => $"private readonly {Kernels}AlignedBuffer {memory.Field} = new({memory.Length}); // {memory.Shape}\n"));
        return $$"""
            /// <summary>One sequence that arrives step by step.</summary>
            public sealed class StepStream : {{Kernels}}StreamCode<{{_input}}>
            {
                {{Lines(4, [fields + "private Block? _block;"])}}

                internal StepStream({{Kernels}}ModelWeights<{{_input}}> weights)
                    : base(weights)
                {
                }

                {{Lines(4, [StepSurface()])}}

                {{Lines(4, [RunCore($"_block ??= new Block({_plan.StepsOfBlock})")])}}

                {{Lines(4, [Step()])}}

                {{Lines(4, [Run()])}}

                {{Lines(4, [Block()])}}
            }
            """;
    }

    /// <summary>The memory that a stage needs for one step, or for the one row of a sequence.</summary>
    private IEnumerable<(string Field, string Shape, string Length)> StepMemory(Stage stage)
    {
        bool streams = _plan.NeedsWholeSequence is null;
        switch (stage)
        {
            case GruStage { Kernel: { Variant.ResetAfter: false } kernel } gru:
                yield return (Field(gru.Direction.Name) + "Between", $"r ∘ h | z | n[3, {kernel.HiddenStride}] of one step", Literal(3L * kernel.HiddenStride));
                break;
            case GruStage { Kernel: { StepParts: > 1 } kernel } gru when streams:
                yield return (Field(gru.Direction.Name) + "Sums", $"[{kernel.StepBlocks}, {kernel.StepParts}, 3, {KernelPlan.MaxLanes}], parts of the sums of a tile", Literal(kernel.StepSumsLength));
                break;
            case DenseStage or NormStage or AddStage when streams || !stage.Target.PerStep:
            case PoolStage:
            case MergeStage when !stage.Target.PerStep:
                yield return (Field(stage.Target.Name), $"y[{stage.Target.Stride}] of {(stage.Target.PerStep ? "one step" : "a sequence")}", Literal(stage.Target.Stride));
                break;
        }
    }

    private static string Dispatch(string method, string arguments, string lanes = "Weights.Lanes") => $$"""
        switch ({{lanes}})
        {
            case 16: {{method}}<{{Kernels}}V512>({{arguments}}); break;
            case 8: {{method}}<{{Kernels}}V256>({{arguments}}); break;
            case 4: {{method}}<{{Kernels}}V128>({{arguments}}); break;
            default: {{method}}<{{Kernels}}V1>({{arguments}}); break;
        }
        """;

    private string StepSurface()
    {
        string check = _plan.ReadsTokens
            ? $$"""
            if ((uint)token >= {{Literal(_plan.InputSize)}}u)
            {
                throw BadToken(token, {{Literal(_plan.InputSize)}});
            }
            {{(PaddingToken < 0 ? "" : $"\nif (token == {PaddingToken})\n{{\n    throw PaddingIsNoStep(token);\n}}\n")}}

            """
            : "";
        string tokenError = $"""/// <exception cref="global::System.ArgumentOutOfRangeException">The token is not in the vocabulary{(PaddingToken < 0 ? "" : ", or it is the padding token")}.</exception>""";
        string tokenText = $"/// <param name=\"token\">The token, 0 to {KernelPlan.Number(_plan.InputSize - 1)}.</param>";
        int step = _plan.ReadsTokens ? 1 : _plan.InputSize;
        string span = $"global::System.ReadOnlySpan<{_input}>";
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
                    {{Lines(4, [check + Dispatch("Step", "token")])}}

                    return Output;
                }

                /// <inheritdoc/>
                public override void Step({{span}} input, global::System.Span<float> output)
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
                /// <exception cref="global::System.ArgumentException"><paramref name="output"/> has not {{_plan.OutputSize}} elements.</exception>
                {{Optimized}}
                public void Step(int token, global::System.Span<float> output)
                {
                    CheckStep(1, 1, output.Length, {{_plan.OutputSize}});
                    {{Lines(4, [check + Dispatch("Step", "token, output")])}}
                }

                /// <inheritdoc/>
                public override void Step({{span}} input, global::System.Span<float> output)
                {
                    CheckStep(input, {{step}}, output, {{_plan.OutputSize}});
                    Step(input[0], output);
                }
                """,
            (false, true) => $$"""
                /// <summary>Takes one step.</summary>
                /// <param name="input">The {{(_plan.InputSize == 1 ? "feature" : _plan.InputSize + " features")}} of the step.</param>
                /// <returns>The output after this step.</returns>
                /// <exception cref="global::System.ArgumentException"><paramref name="input"/> has not {{_plan.InputSize}} elements.</exception>
                {{Optimized}}
                public float Step({{span}} input)
                {
                    CheckStep(input.Length, {{step}}, 1, 1);
                    {{Lines(4, [Dispatch("Step", $"ref Flushed(ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference(input), {step})")])}}

                    return Output;
                }

                /// <inheritdoc/>
                public override void Step({{span}} input, global::System.Span<float> output)
                {
                    CheckStep(input, {{step}}, output, {{_plan.OutputSize}});
                    output[0] = Step(input);
                }
                """,
            _ => $$"""
                /// <inheritdoc/>
                {{Optimized}}
                public override void Step({{span}} input, global::System.Span<float> output)
                {
                    CheckStep(input, {{step}}, output, {{_plan.OutputSize}});
                    {{Lines(4, [Dispatch("Step", $"ref Flushed(ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference(input), {step}), output")])}}
                }
                """,
        };
    }

    /// <summary>The token that only fills sequences; −1 if there is none.</summary>
    private int PaddingToken => _plan.Layers[0] is EmbeddingLayerPlan embedding ? embedding.PaddingToken : -1;

    /// <summary>One step: each stage reads what the one before has just written; dropout and pooling change nothing.</summary>
    private string Step()
    {
        Dictionary<Rows, string> places = new() { [_plan.Stages[0].Source] = "ref features" };
        List<string> lines = [];
        foreach (Stage stage in _plan.Stages)
        {
            places[stage.Target] = stage switch
            {
                GatherStage gather => $"ref Weights.Table.At(({Native})token * {gather.Layer.Kernel.Size})",
                DropStage or PoolStage => places[stage.Source],
                GruStage gru => At("next", gru.Direction.Start.States),
                _ => $"ref {Field(stage.Target.Name)}.Start",
            };
            lines.AddRange(stage switch
            {
                GruStage { Table: not null, Direction: var direction } gru =>
                    [Kernel(direction.Layer, "Step") + $"({At("states", direction.Start.States)}, {places[stage.Target]}, {StepWeights(gru)}, ref Prepared({Offset(direction.Start.Prepared)} + (({Native})token * {gru.Kernel.ProjectedStride})){(!gru.Kernel.BothWays ? "" : gru.Kernel.StepsTakeTurns ? ", Back, depthBack: false" : ", back: false, depthBack: false")});"],
                GruStage gru => [Kernel(gru.Direction.Layer, "Step") + $"({places[stage.Source]}, {At("states", gru.Direction.Start.States)}, {places[stage.Target]}, {StepWeights(gru)}, {Packed(gru.Direction.BiasOffset)}{Between(gru)}{(gru.Kernel.StepParts > 1 ? $", ref {Field(gru.Direction.Name)}Sums.Start, Back" : "")});"],
                _ => Row(stage, places),
            });
        }

        if (_plan.Head is { } head)
        {
            lines.AddRange(Dense(head, places[_plan.Output], "ref Output", "1"));
        }

        string result = _plan.Head is null ? places[_plan.Output] : "ref Output";
        if (_plan.OutputSize > 1)
        {
            lines.Add($"global::System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan({result}, {_plan.OutputSize}).CopyTo(output);");
        }
        else if (_plan.Head is null)
        {
            lines.Add($"Output = {result.Substring("ref ".Length)};");
        }

        string input = (_plan.ReadsTokens ? "int token" : "ref float features") + (_plan.OutputSize > 1 ? ", global::System.Span<float> output" : "");
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

    /// <summary>The weights that a step reads.</summary>
    private static string StepWeights(GruStage gru) =>
        gru.Kernel.Variant.Pairs ? Prepared(gru.Direction) : Packed(gru.Direction.Start.Packed);

    private static string Between(GruStage gru) => gru.Kernel.Variant.ResetAfter ? "" : $", ref {Field(gru.Direction.Name)}Between.Start";

    /// <summary>A stage that works on each row for itself, on one row.</summary>
    private static IEnumerable<string> Row(Stage stage, Dictionary<Rows, string> places) => RowsOf(stage, places[stage.Source], places, "1");

    /// <summary>A stage that works on each row for itself, on so many rows.</summary>
    private static IEnumerable<string> RowsOf(Stage stage, string source, Dictionary<Rows, string> places, string rows) => stage switch
    {
        DenseStage dense => Dense(dense.Layer, source, places[stage.Target], rows),
        NormStage norm => [Normalize(norm, source, places[stage.Target], "ref NoTensor", rows, "save: false")],
        AddStage add => [$"{Kernels}Residuals.Add<TVector>({source}, {places[add.Output]}, {places[stage.Target]}, {rows}, {stage.Source.Size});"],
        _ => [],
    };

    private static IEnumerable<string> Dense(DenseLayerPlan layer, string source, string target, string rows)
    {
        yield return Kernel(layer, "Forward") + $"({source}, {target}, {rows}, {Packed(layer.Start.Packed)}, {Packed(layer.BiasOffset)});";
        if (layer.Activation != Curve.Linear)
        {
            yield return $"{Kernels}Activations.Apply<TVector>(global::GruGen.Activation.{layer.Activation}, {target}, {rows}, {layer.Kernel.Units});";
        }
    }
}
