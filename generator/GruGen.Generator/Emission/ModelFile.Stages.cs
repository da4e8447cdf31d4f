using GruGen.Generator.Planning;
using GruGen.Generator.Specs;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Emission;

/// <content>What a stage does in a pass, forward and back.</content>
internal sealed partial class ModelFile
{
    private static IEnumerable<Work> Forward(Stage stage)
    {
        (Rows source, Rows target) = (stage.Source, stage.Target);
        switch (stage)
        {
            case GatherStage gather:
                yield return First(Kernel(gather.Layer, "Gather") + $"(ref Tokens, ref Weights.Table.Start, {At(target)}, rows);");
                break;
            case DropStage drop:
                string kind = drop.OneMask ? "Sequences" : source.PerStep ? "Steps" : "Final";
                yield return First($"Drop{kind}<TVector>({drop.Index}, {Real(drop.Rate)}, {source.Size}, {At(source)}, ref {Field(target.Name)}Mask.Start, {At(target)}, {Count(source)});");
                break;
            case TurnStage:
                yield return First($"{Kernels}Turning.Turn({At(source)}, {At(target)}, {source.Stride}, Places);");
                break;
            case GruStage gru:
                foreach (Work work in Forward(gru))
                {
                    yield return work;
                }

                break;
            case MergeStage merge:
                yield return First(source.PerStep
                    ? $"{Kernels}Merging.Forward<TVector>(global::GruGen.Merge.{merge.Merge}, {At(source)}, {At(merge.Reverse)}, {At(target)}, {source.Size}, Places);"
                    : $"{Kernels}Merging.ForwardFinal<TVector>(global::GruGen.Merge.{merge.Merge}, {At(source)}, {At(merge.Reverse)}, {At(target)}, BatchSize, {source.Size});");
                break;
            case DenseStage { Layer: var dense }:
                yield return Part(Kernel(dense, "Forward") + $"({At(source)}, {At(target)}, {Count(source)}, {Packed(dense.Start.Packed)}, {Packed(dense.BiasOffset)}, share);");
                if (dense.Activation != Curve.Linear)
                {
                    yield return First($"{Kernels}Activations.Apply<TVector>(global::GruGen.Activation.{dense.Activation}, {At(target)}, {Count(source)}, {dense.Kernel.Units});");
                }

                break;
            case NormStage norm:
                yield return First(Normalize(norm, At(source), At(target), $"ref {Field(target.Name)}Statistics.Start", Count(source), "Training"));
                break;
            case PoolStage { Layer.Pooling: Pooling.Last }:
                yield return Sequences($"KeepLastRows({At(source)}, {At(target)}, {source.Stride}, first, end, share);");
                break;
            case PoolStage pool:
                yield return First($"{Kernels}PoolingRows.Forward<TVector>(global::GruGen.Pooling.{pool.Layer.Pooling}, {At(source)}, {At(target)}, {source.Stride}, Places);");
                break;
            case AddStage add:
                yield return First($"{Kernels}Residuals.Add<TVector>({At(source)}, {At(add.Output)}, {At(target)}, {Count(source)}, {source.Size});");
                break;
        }
    }

    private static IEnumerable<Work> Forward(GruStage gru)
    {
        string name = Field(gru.Direction.Name), state = $"State({gru.Direction.StateIndex})";
        if (gru.Kernel.Variant.Masked)
        {
            yield return First($"FillMask({gru.MaskIndex}, {Real(gru.Direction.Layer.Spec.RecurrentDropout)}, {gru.Kernel.HiddenSize}, ref {name}Mask.Start);");
        }

        (string input, string bias) = (At(gru.Source), Packed(gru.Direction.BiasOffset));
        if (gru.Table is { } table)
        {
            yield return new Work(Sharing.Met, $$"""
                if (Training)
                {
                    {{Lines(4, [IfFirst(Kernel(table, "Gather") + $"(ref BatchTokens, ref Weights.Table.Start, ref {Field(table)}.Start, BatchTokenCount);")])}}

                    share.Wait();
                    {{Kernel(gru.Direction.Layer, "Project")}}(ref {{Field(table)}}.Start, {{table.OutputStride}}, ref {{name}}Biases.Start, BatchTokenCount, {{Packed(gru.Direction.Start.Packed)}}, {{bias}}, share);
                    share.Wait();
                }

                """);
            (input, bias) = ("ref RowTokens", $"ref Training ? ref {name}Biases.Start : {Prepared(gru.Direction)}");
        }

        yield return Sequences(Kernel(gru.Direction.Layer, "Forward")
            + $"(\n    {input}, ref {state}.Initial.Start, {At(gru.States)}, {Saved(gru)},\n    {Packed(gru.Direction.Start.Packed)}, {bias}, Active(first, end), Training, share);\n"
            + $"KeepFinalStates({gru.Direction.StateIndex}, {At(gru.States)}, first, end, share);");
    }

    /// <summary>What a recurrent layer keeps for its way back.</summary>
    private static string Saved(GruStage gru)
    {
        string name = Field(gru.Direction.Name);
        return $"ref {name}Saved.Start"
            + (gru.Kernel.Variant.ResetAfter ? "" : $", ref {name}Reset.Start")
            + (gru.Kernel.Variant.Masked ? $", ref {name}Mask.Start, ref {name}Masked.Start, Drops" : "");
    }

    private static string Normalize(NormStage norm, string x, string y, string statistics, string rows, string save) =>
        $"{Kernels}Normalization.Forward<TVector>({x}, {Packed(norm.Layer.Start.Packed)}, {Packed(norm.Layer.BiasOffset)}, {Real(norm.Layer.Epsilon)}f, {y}, {statistics}, {rows}, {norm.Layer.Size}, {save});";

    private static IEnumerable<Work> Backward(Stage stage)
    {
        (Rows source, Rows target, string add) = (stage.Source, stage.Target, Flag(stage.Adds));
        string inputs = source.AreInputs ? "InputGradients" : "true";
        switch (stage)
        {
            case DropStage drop:
                string kind = drop.OneMask ? "Sequences" : source.PerStep ? "Steps" : "Final";
                yield return First(IfWanted(source, $"Drop{kind}Backward<TVector>({source.Size}, {GradientAt(target)}, ref {Field(target.Name)}Mask.Start, {GradientAt(source)}, {Count(source)}, add: {add});"));
                break;
            case TurnStage:
                yield return First(IfWanted(source, $"{Kernels}Turning.TurnBack<TVector>({GradientAt(target)}, {GradientAt(source)}, {source.Stride}, Places, add: {add});"));
                break;
            case GruStage gru:
                foreach (Work work in Backward(gru, inputs))
                {
                    yield return work;
                }

                break;
            case MergeStage merge:
                string rows = source.PerStep ? $"{source.Size}, Places" : $"BatchSize, {source.Size}";
                yield return First($"{Kernels}Merging.Backward{(source.PerStep ? "" : "Final")}<TVector>(\n    global::GruGen.Merge.{merge.Merge}, {At(source)}, {At(merge.Reverse)}, {GradientAt(target)}, {GradientAt(source)}, {GradientAt(merge.Reverse)}, {rows});");
                break;
            case DenseStage { Layer: var dense }:
                if (dense.Activation != Curve.Linear)
                {
                    yield return First($"{Kernels}Activations.Backward<TVector>(global::GruGen.Activation.{dense.Activation}, {At(target)}, {GradientAt(target)}, {Count(source)}, {dense.Kernel.Units});");
                }

                yield return Part(DenseBackward(dense, At(source), GradientAt(target), GradientAt(source), Count(source), inputs, stage.Adds));
                break;
            case NormStage { Layer: var norm }:
                yield return First($"{Kernels}Normalization.Backward<TVector>(\n    {At(source)}, ref {Field(target.Name)}Statistics.Start, {Packed(norm.Start.Packed)}, {GradientAt(target)}, {GradientAt(source)}, inputs: {inputs}, add: {add}, ref _gradients.At({Offset(norm.Start.Gradients)}), ref _gradients.At({Offset(norm.Start.Gradients + norm.OutputStride)}), {Count(source)}, {norm.Size});");
                break;
            case PoolStage pool:
                yield return First($"{Kernels}PoolingRows.Backward<TVector>(global::GruGen.Pooling.{pool.Layer.Pooling}, {At(source)}, {At(target)}, {GradientAt(target)}, {GradientAt(source)}, {source.Stride}, Places);");
                break;
            case AddStage:
                string floats = $"{Count(source)} * {source.Stride}";
                yield return First(IfWanted(source, stage.Adds
                    ? $"{Kernels}Packing.Add<TVector>({GradientAt(target)}, {GradientAt(source)}, {floats});"
                    : $"{Kernels}Packing.Copy({GradientAt(target)}, {GradientAt(source)}, {floats});"));
                break;
        }
    }

    /// <summary>The gradient of the inputs only where somebody asked for it.</summary>
    private static string IfWanted(Rows source, string line) => !source.AreInputs ? line : $$"""
        if (InputGradients)
        {
            {{line}}
        }
        """;

    private static IEnumerable<Work> Backward(GruStage gru, string inputs)
    {
        (GruDirectionPlan direction, GruPlan kernel, string name, string state) = (gru.Direction, gru.Kernel, Field(gru.Direction.Name), $"State({gru.Direction.StateIndex})");
        string output = gru.EveryStep ? $"{GradientAt(gru.Target)}, everyStep: true" : $"ref {state}.Gradient.Start, everyStep: false";
        string scratch = (kernel.Variant.ResetAfter ? "" : $"ref {name}ResetGradient.Start, ") + (kernel.Variant.Masked ? $"ref {name}MaskedGradient.Start, " : "");
        string input = At(gru.Source), dInput = $"{GradientAt(gru.Source)}, inputs: {inputs}, add: {Flag(gru.Adds)}";
        if (gru.Table is { } table)
        {
            yield return First($"{Kernels}Packing.Clear(ref {name}TokenGates.Start, BatchTokenCount * {kernel.GateStride});");
            input = $"ref RowTokens, ref {Field(table)}.Start, ({UnsignedNative})BatchTokenCount";
            dInput = $"ref {GradientField(table.Name)}.Start";
            scratch += $"ref {name}TokenGates.Start, ";
        }

        yield return new Work(Sharing.Met, Kernel(direction.Layer, "Backward")
            + $"(\n    {input}, ref {state}.Initial.Start, {At(gru.States)}, {Saved(gru)},\n    {output}, ref {state}.Gradient.Start, {dInput},\n"
            + $"    ref {name}Gates.Start, {kernel.ChunkRows} + ({UnsignedNative})MaxBatch, {scratch}ref _gradients.At({Offset(direction.Start.Gradients)}), ref PackedBackward({Offset(direction.Start.Backward)}), Active(0, StepCount), share);");
        if (direction.Layer.Spec.LearnedInitialState)
        {
            yield return First($"AddStateGradient<TVector>({direction.StateIndex}, {kernel.HiddenStride}, ref _gradients.At({Offset(direction.InitialStateGradientOffset)}));");
        }
    }

    private static string DenseBackward(DenseLayerPlan layer, string source, string gradient, string sourceGradient, string rows, string inputs, bool adds) =>
        Kernel(layer, "Backward") + $"(\n    {source}, {gradient}, {sourceGradient}, {rows}, inputs: {inputs}, add: {Flag(adds)}, "
            + $"ref _gradients.At({Offset(layer.Start.Gradients)}), ref PackedBackward({Offset(layer.Start.Backward)}), share);";

    private string Head() => _plan.Head is { } head
        ? Kernel(head, "Forward") + $"({At(_plan.Output, "first")}, ref Logits, rows, {Packed(head.Start.Packed)}, {Packed(head.BiasOffset)}, share);"
        : IfFirst($"{Kernels}Packing.Copy({At(_plan.Output, "first")}, ref Logits, rows * {_plan.OutputStride});");

    private string HeadBackward() => _plan.Head is { } head
        ? DenseBackward(head, At(_plan.Output, "first"), "ref LogitGradients", GradientAt(_plan.Output, "first"), "rows", "true", _plan.Output.IsFinalState)
        : IfFirst(_plan.Output.IsFinalState
        ? $"{Kernels}Packing.Add<TVector>(ref LogitGradients, {GradientAt(_plan.Output, "first")}, rows * {_plan.OutputStride});"
        : $"{Kernels}Packing.Copy(ref LogitGradients, {GradientAt(_plan.Output, "first")}, rows * {_plan.OutputStride});");

    private static IEnumerable<string> StoreGradients(LayerPlan layer)
    {
        switch (layer)
        {
            case EmbeddingLayerPlan { ByToken: true }:
                yield return Kernel(layer, "Scatter") + $"(ref BatchTokens, ref {GradientField(layer.Name)}.Start, ref gradients, BatchTokenCount);";
                break;
            case EmbeddingLayerPlan:
                yield return Kernel(layer, "Scatter") + $"(ref Tokens, ref {GradientField(layer.Name)}.Start, ref gradients, Rows(0, StepCount));";
                break;
            case GruLayerPlan gru:
                foreach (GruDirectionPlan direction in gru.Directions)
                {
                    yield return $"{Kernels}GruLayout.StoreGradients(ref _gradients.At({Offset(direction.Start.Gradients)}), {Update(gru)}, {Sizes(gru)}, {Parameters(direction, "gradients")}{(gru.Spec.ResetAfter ? "" : ", ref NoTensor")});";
                    if (direction.OffsetOf(GruTensor.InitialState) is { } initial)
                    {
                        yield return Stored(direction.InitialStateGradientOffset, gru.Kernel.HiddenSize, initial, 1, gru.Kernel.HiddenSize);
                    }
                }

                break;
            case DenseLayerPlan dense:
                (int size, int units, long weights) = (dense.Kernel.InputSize, dense.Kernel.Units, dense.Start.Parameters);
                yield return Stored(layer.Start.Gradients, dense.Kernel.InputStride, weights, units, size);
                yield return Stored(layer.Start.Gradients + ((long)dense.Kernel.UnitStride * dense.Kernel.InputStride), units, weights + ((long)units * size), 1, units);
                break;
            case LayerNormPlan norm:
                yield return Stored(norm.Start.Gradients, norm.Size, norm.Start.Parameters, 1, norm.Size);
                yield return Stored(norm.Start.Gradients + norm.OutputStride, norm.Size, norm.Start.Parameters + norm.Size, 1, norm.Size);
                break;
        }
    }

    /// <summary>The gradients of rows of a tensor, from their sums.</summary>
    private static string Stored(long sums, int stride, long tensor, int rows, int size) =>
        $"{Kernels}Faint.CopyRows(ref _gradients.At({Offset(sums)}), {stride}, {At("gradients", tensor)}, {size}, {rows}, {size});";

    /// <summary>How threads share a piece of work.</summary>
    private enum Sharing
    {
        /// <summary>Each has its sequences, and reads no others.</summary>
        Sequences,

        /// <summary>Each has a part, and may read everything.</summary>
        Part,

        /// <summary>The first one does it.</summary>
        First,

        /// <summary>Each begins with its sequences, and all meet at the end.</summary>
        Met,
    }

    /// <summary>Some statements of a pass, and how they are shared.</summary>
    private sealed record Work(Sharing Sharing, string Text);
}
