using GruGen.Generator.Planning;
using GruGen.Generator.Specs;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Emission;

/// <content>Many steps of one sequence: a block of them layer by layer, or all of them.</content>
internal sealed partial class ModelFile
{
    /// <summary>What takes whole sequences, of a model that cannot take steps.</summary>
    private string Runner()
    {
        string fields = string.Concat(_plan.Stages.SelectMany(StepMemory).Select(memory => $"private readonly {Kernels}AlignedBuffer {memory.Field} = new({memory.Length}); // {memory.Shape}\n"));
        (LayerPlan layer, string reason) = _plan.NeedsWholeSequence!.Value;
        return $$"""
            private static global::System.NotSupportedException CannotStream() =>
                new global::System.NotSupportedException("{{_model.Name}} takes whole sequences, because {{layer.Name}} {{reason}}; use Predict.");

            /// <summary>One sequence at a time, from its first step to its last.</summary>
            private sealed class Runner : {{Kernels}}StreamCode<{{_input}}>
            {
                {{Lines(4, [fields + "private Block? _block;"])}}

                internal Runner({{Kernels}}ModelWeights<{{_input}}> weights)
                    : base(weights)
                {
                }

                /// <inheritdoc/>
                public override void Step(global::System.ReadOnlySpan<{{_input}}> input, global::System.Span<float> output) => throw CannotStream();

                {{Lines(4, [RunCore("_block is { } kept && kept.Steps >= steps ? kept : (_block = new Block((int)global::System.Math.Max(32u, global::System.Numerics.BitOperations.RoundUpToPowerOf2((uint)steps))))")])}}

                {{Lines(4, [Run()])}}

                {{Lines(4, [Block()])}}
            }
            """;
    }

    private string RunCore(string block) => $$"""
        /// <inheritdoc/>
        protected override void RunCore(global::System.ReadOnlySpan<{{_input}}> inputs, int steps, global::System.Span<float> outputs)
        {
            Block block = {{block}};
            {{Lines(4, [Dispatch("Run", "block, inputs, steps, outputs")])}}
        }
        """;

    private string Block() => $$"""
        /// <summary>The rows of so many steps.</summary>
        private sealed class Block
        {
            {{Lines(4, BlockRows().Select(rows => $"internal readonly {Kernels}AlignedBuffer {rows.Name};"))}}

            internal Block(int steps)
            {
                Steps = steps;
                {{Lines(8, BlockRows().Select(rows => $"{rows.Name} = new((long)steps * {rows.Stride});"))}}
            }

            internal int Steps { get; }
        }
        """;

    private static string BlockName(Rows rows) => char.ToUpperInvariant(rows.Name[0]) + rows.Name.Substring(1);

    /// <summary>Whether the inputs are copied to rows with padding, which all but a recurrent layer that is alone in reading them want.</summary>
    private bool CopiesInputs => !_plan.ReadsTokens && (_plan.Stages.Count(ReadsInputs) != 1 || _plan.Stages.First(ReadsInputs) is not GruStage);

    private static bool ReadsInputs(Stage stage) => stage.Source.IsInput;

    private IEnumerable<(string Name, long Stride)> BlockRows()
    {
        if (CopiesInputs)
        {
            yield return ("Input", KernelPlan.Padded(_plan.InputSize));
        }

        foreach (Stage stage in _plan.OnSteps.Where(stage => stage is not DropStage))
        {
            Rows rows = stage is GruStage gru ? gru.States : stage.Target;
            if (rows.PerStep)
            {
                yield return (BlockName(rows), rows.Stride);
            }

            if (stage is GruStage { Kernel: { Hoisted: true, ProjectedStride: var stride } })
            {
                yield return (BlockName(rows) + "Projected", stride);
            }
        }

        if (_plan.EveryStep && _plan.Head is not null)
        {
            yield return ("Output", _plan.OutputStride);
        }
    }

    /// <summary>Blocks of steps, or the whole sequence as one: each stage takes all steps of a block before the next one does.</summary>
    private string Run()
    {
        bool whole = _plan.NeedsWholeSequence is not null;
        Dictionary<Rows, string> places = new() { [_plan.Stages[0].Source] = CopiesInputs ? "ref block.Input.Start" : $"ref Flushed(ref input, count{(_plan.InputSize == 1 ? "" : $" * {_plan.InputSize}")})" };
        List<string> body = [], after = [];
        if (CopiesInputs)
        {
            body.Add($"{Kernels}Faint.CopyRows(ref input, {_plan.InputSize}, ref block.Input.Start, {KernelPlan.Padded(_plan.InputSize)}, count, {_plan.InputSize});");
        }

        foreach (Stage stage in _plan.Stages)
        {
            Rows target = stage.Target;
            places[target] = stage is DropStage ? places[stage.Source]
                : target.IsFinalState ? At("States", stage is GruStage final ? final.Direction.Start.States : 0)
                : stage is PoolStage { Layer.Pooling: Pooling.Last } && !whole ? $"ref {Field(target.Name)}.Start"
                : target.PerStep ? $"ref block.{BlockName(target)}.Start"
                : $"ref {Field(target.Name)}.Start";
            (stage.Source.PerStep ? body : after).AddRange(Block(stage, places, stage.Source.PerStep ? "count" : "1"));
        }

        if (_plan.EveryStep)
        {
            string rows = places[_plan.Output];
            if (_plan.Head is { } head)
            {
                body.AddRange(Dense(head, rows, "ref block.Output.Start", "count"));
                rows = "ref block.Output.Start";
            }

            body.Add($"{Kernels}Packing.CopyRows({rows}, {_plan.OutputStride}, ref output, {_plan.OutputSize}, count, {_plan.OutputSize});");
            body.Add($"output = ref At(ref output, count * {Literal(_plan.OutputSize)});");
        }
        else
        {
            after.AddRange(_plan.Head is { } head
                ? Dense(head, places[_plan.Output], "ref Output", "1")
                : [$"{Kernels}Packing.Copy({places[_plan.Output]}, ref Output, {_plan.OutputStride});"]);
            after.Add("CopyOutputTo(outputs);");
        }

        string output = _plan.EveryStep ? "ref float output = ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference(outputs);\n" : "";
        string pools = string.Concat(_plan.Stages.OfType<PoolStage>().Select(pool => $"{Field(pool.Target.Name)}.Span.Clear();\n"));
        string start = $"ref {_input} input = ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference(inputs);\n{output}{pools}".TrimEnd('\n');
        string loop = whole
            ? $$"""
            int count = steps;
            if (count > 0)
            {
                {{Kernels}}RowPlaces places = new(count);
                {{Lines(4, body)}}
            }
            """
            : $$"""
            for (int first = 0; first < steps; first += {{_plan.StepsOfBlock}})
            {
                int count = global::System.Math.Min({{_plan.StepsOfBlock}}, steps - first);
                {{Lines(4, body)}}
                input = ref global::System.Runtime.CompilerServices.Unsafe.Add(ref input, count{{(_plan.ReadsTokens || _plan.InputSize == 1 ? "" : $" * {_plan.InputSize}")}});
            }
            """;
        return $$"""
            {{Optimized}}
            private void Run<TVector>(Block block, global::System.ReadOnlySpan<{{_input}}> inputs, int steps, global::System.Span<float> outputs)
                where TVector : struct, {{Kernels}}ISimd<TVector>
            {
                {{Lines(4, after.Count == 0 ? [start, loop] : [start, loop, "", .. after])}}
            }
            """;
    }

    /// <summary>A stage on the steps of a block, or on the one row of a sequence.</summary>
    private IEnumerable<string> Block(Stage stage, Dictionary<Rows, string> places, string rows)
    {
        (Rows source, Rows target) = (stage.Source, stage.Target);
        switch (stage)
        {
            case GatherStage gather:
                yield return Kernel(gather.Layer, "Gather") + $"(ref input, ref Weights.Table.Start, {places[target]}, count);";
                break;
            case TurnStage:
                yield return $"{Kernels}Turning.Turn({places[source]}, {places[target]}, {source.Stride}, places);";
                break;
            case GruStage gru:
                string block = $"block.{BlockName(gru.States)}", states = At("States", gru.Direction.Start.States);
                long stride = source.IsInput && !CopiesInputs ? source.Size : source.Stride;
                yield return Kernel(gru.Direction.Layer, "Sequence") + (gru.Table is not null
                    ? $"(ref input, {states}, ref {block}.Start, count, {StepWeights(gru)}, {Prepared(gru.Direction)});"
                    : $"(\n    {places[source]}, {stride}, {states}, ref {block}.Start, count, {StepWeights(gru)}, {Packed(gru.Direction.BiasOffset)}{Between(gru)}{(gru.Kernel.Hoisted ? $", ref {block}Projected.Start" : "")});");
                yield return $"{Kernels}Packing.Copy(ref {block}.At((count - 1) * {gru.Kernel.HiddenStride}), {states}, {gru.Kernel.HiddenStride});";
                break;
            case MergeStage merge:
                yield return source.PerStep
                    ? $"{Kernels}Merging.Forward<TVector>(global::GruGen.Merge.{merge.Merge}, {places[source]}, {places[merge.Reverse]}, {places[target]}, {source.Size}, places);"
                    : $"{Kernels}Merging.ForwardFinal<TVector>(global::GruGen.Merge.{merge.Merge}, {places[source]}, {places[merge.Reverse]}, {places[target]}, 1, {source.Size});";
                break;
            case PoolStage { Layer.Pooling: Pooling.Last }:
                yield return $"{Kernels}Packing.Copy(ref At({places[source]}, (count - 1) * {source.Stride}), {places[target]}, {source.Stride});";
                break;
            case PoolStage pool:
                yield return $"{Kernels}PoolingRows.Forward<TVector>(global::GruGen.Pooling.{pool.Layer.Pooling}, {places[source]}, {places[target]}, {source.Stride}, places);";
                break;
            default:
                foreach (string line in RowsOf(stage, places[source], places, rows))
                {
                    yield return line;
                }

                break;
        }
    }
}
