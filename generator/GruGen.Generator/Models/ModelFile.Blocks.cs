using GruGen.Generator.Layers;
using GruGen.Generator.Planning;
using GruGen.Generator.Values;
using static GruGen.Generator.Emission.Text;
using static GruGen.Generator.Layers.ModelText;

namespace GruGen.Generator.Models;

/// <content>Many steps of one sequence: a block of them layer by layer, or all of them.</content>
internal sealed partial class ModelFile
{
    /// <summary>What takes whole sequences, of a model that cannot take steps.</summary>
    private string Runner()
    {
        (LayerPlan layer, string reason) = _plan.NeedsWholeSequence!.Value;
        return $$"""
            private static global::System.NotSupportedException CannotStream() =>
                new("{{_model.Name}} takes whole sequences, because {{layer.Name}} {{reason}}; use Predict.");

            /// <summary>One sequence at a time, from its first step to its last.</summary>
            private sealed class Runner : {{Kernels}}StreamCode<{{_input}}>
            {
                {{Lines(4, [StepFields() + "private Block? _block;"])}}

                internal Runner({{Kernels}}ModelWeights<{{_input}}> weights)
                    : base(weights)
                {
                }

                public override void Step({{Inputs}} input, {{Outputs}} output) => throw CannotStream();

                {{Lines(4, [Run()])}}

                {{Lines(4, [Block()])}}
            }
            """;
    }

    private string Block()
    {
        IEnumerable<string> fields = !_plan.RunsWhole ? [] : ["internal readonly int Steps = steps;"];
        fields = fields.Concat(BlockRows().Select(rows =>
            $"internal readonly {Kernels}AlignedBuffer {rows.Name} = new((long)steps * {rows.Stride});"));
        return $$"""
            /// <summary>The rows of so many steps.</summary>
            private sealed class Block(int steps)
            {
                {{Lines(4, fields)}}
            }
            """;
    }

    /// <summary>Whether the inputs are copied to rows with padding, which most stages want that read them.</summary>
    private bool CopiesInputs => !_plan.ReadsTokens
        && (_plan.Stages.Count(ReadsInputs) != 1 || !_plan.Stages.First(ReadsInputs).ReadsUnpadded
            || _plan.Outputs.Any(output => output.Rows.IsInput));

    private static bool ReadsInputs(Stage stage) => stage.Inputs.Any(rows => rows.IsInput);

    private IEnumerable<(string Name, long Stride)> BlockRows()
    {
        if (CopiesInputs)
        {
            yield return ("Input", Simd.Padded(_plan.InputSize));
        }

        foreach ((string Name, long Stride) rows in _plan.OnSteps.SelectMany(stage => stage.Writer.BlockMemory()))
        {
            yield return rows;
        }

        foreach (OutputPlan output in _plan.Outputs.Where(output => _plan.EveryStep && output.Head is not null))
        {
            yield return (OutputRows(output), output.Layer.OutputStride);
        }
    }

    /// <summary>Blocks of steps, or the whole sequence as one: each stage takes all steps of a block before the next one does.</summary>
    private string Run()
    {
        Rows inputs = _plan.Input;
        string floats = _plan.InputSize == 1 ? "count" : $"count * {_plan.InputSize}";
        var places = new Places(
            inputs,
            CopiesInputs ? "ref block.Input.Start" : $"ref Flushed(ref input, {floats})",
            CopiesInputs ? inputs.Stride : inputs.Size);
        List<string> body = [], after = [];
        if (CopiesInputs)
        {
            string rows = $"ref input, {_plan.InputSize}, ref block.Input.Start, {Simd.Padded(_plan.InputSize)}";
            body.Add($"{Kernels}Faint.CopyRows({rows}, count, {_plan.InputSize});");
        }

        foreach (Stage stage in _plan.Stages)
        {
            places[stage.Target] = stage.Writer.BlockPlace(places);
            if (!stage.Source.PerStep)
            {
                after.AddRange(stage.Writer.Block(places, "1"));
                continue;
            }

            body.AddRange(stage.Writer.BlockOfClock());
            Rows own = stage.Target.PerStep ? stage.Target : stage.Source;
            body.AddRange(IfAny(own, stage.Writer.Block(places, BlockCount(stage.Source))));
        }

        foreach (OutputPlan output in _plan.Outputs)
        {
            string rows = places[output.Rows], count = BlockCount(output.Rows);
            if (!_plan.EveryStep)
            {
                after.AddRange(output.Head is { } last
                    ? last.Rows(rows, InOutput(output), "1")
                    : [$"{Kernels}Packing.Copy({rows}, {InOutput(output)}, {output.Layer.OutputStride});"]);
                continue;
            }

            List<string> lines = [];
            if (output.Head is { } head)
            {
                string source = rows;
                rows = $"ref block.{OutputRows(output)}.Start";
                lines.AddRange(head.Rows(source, rows, count));
            }

            string to = At("output", output.Offset, output.Layer.Name), stride = $"{_plan.OutputSize}, {count}, {output.Layer.OutputSize}";
            to = output.Offset == 0 ? "ref output" : to;
            lines.Add($"{Kernels}Packing.CopyRows({rows}, {output.Layer.OutputStride}, {to}, {stride});");
            body.AddRange(IfAny(output.Rows, lines));
        }

        if (_plan.EveryStep)
        {
            body.Add($"output = ref At(ref output, {BlockCount(_plan.Outputs[0].Rows)} * {Literal(_plan.OutputSize)});");
        }
        else
        {
            after.Add("CopyOutputTo(outputs);");
        }

        IEnumerable<string> start =
        [
            _plan.RunsWhole ? BlockOfAll() : $"Block block = _block ??= new Block({_plan.StepsOfBlock});",
            $"ref {_input} input = {Reference}(inputs);",
            .. _plan.EveryStep ? new[] { $"ref float output = {Reference}(outputs);" } : [],
            .. _plan.Stages.SelectMany(stage => stage.Writer.BeforeBlocks()),
            _plan.RunsWhole ? AsOne(body) : InBlocks(body),
        ];
        return $$"""
            {{Optimized}}
            internal void Run<TVector>({{Inputs}} inputs, int steps, {{Outputs}} outputs)
                where TVector : struct, {{Kernels}}ISimd<TVector>
            {
                {{Lines(4, after.Count == 0 ? start : start.Append("").Concat(after))}}
            }
            """;
    }

    /// <summary>The rows of an output in a block.</summary>
    private string OutputRows(OutputPlan output) => _plan.Outputs.Count == 1 ? "Output" : "OutputOf" + LayerNames.Pascal(output.Layer.Name);

    /// <summary>Where an output lies among those of a step or of a sequence.</summary>
    private static string InOutput(OutputPlan output) => output.Start == 0 ? "ref Output" : At("Output", output.Start, output.Layer.Name);

    /// <summary>Lines about rows of a clock that may have no step where the input has some.</summary>
    private static IEnumerable<string> IfAny(Rows rows, IEnumerable<string> lines) => rows.Clock == 0 ? lines :
    [
        $$"""
        if ({{BlockCount(rows)}} > 0)
        {
            {{Lines(4, lines)}}
        }
        """,
    ];

    private string InBlocks(IEnumerable<string> body)
    {
        string floats = _plan.ReadsTokens || _plan.InputSize == 1 ? "count" : $"count * {_plan.InputSize}";
        return $$"""
            for (int first = 0; first < steps; first += {{_plan.StepsOfBlock}})
            {
                int count = global::System.Math.Min({{_plan.StepsOfBlock}}, steps - first);
                {{Lines(4, body)}}
                input = ref global::System.Runtime.CompilerServices.Unsafe.Add(ref input, {{floats}});
            }
            """;
    }

    private static string AsOne(IEnumerable<string> body) => $$"""
        int count = steps;
        if (count > 0)
        {
            {{Kernels}}RowPlaces places = new(count);
            {{Lines(4, body)}}
        }
        """;

    /// <summary>Room for a whole sequence: that of the longest so far, or of a power of two that this one needs.</summary>
    private static string BlockOfAll() => """
        if (_block is null || _block.Steps < steps)
        {
            _block = new((int)global::System.Math.Max(32u, global::System.Numerics.BitOperations.RoundUpToPowerOf2((uint)steps)));
        }

        Block block = _block;
        """;
}
