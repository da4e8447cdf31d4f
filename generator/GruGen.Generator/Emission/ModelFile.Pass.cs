using GruGen.Generator.Planning;
using GruGen.Generator.Specs;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Emission;

/// <content>The pass over batches: every stage forward, then every stage back.</content>
internal sealed partial class ModelFile
{
    private string Pass()
    {
        List<(string Field, string Shape, string Length)> buffers = [.. _plan.Stages.SelectMany(Buffers)];
        if (_plan.Length.Gradients > 0)
        {
            buffers.Add(("_gradients", "the sums of all gradients, padded", $"setup.Training ? {Literal(_plan.Length.Gradients)} : 0"));
        }

        string final = !_plan.OnFinal.Any() ? "" : $$"""
            /// <inheritdoc/>
            protected override void ForwardFinalCore({{Share}} share)
            {
                {{Lines(4, Shared(_plan.OnFinal.SelectMany(Forward)))}}
            }


            """;
        return $$"""
            /// <summary>A batch on its way through the layers, at one width of vectors.</summary>
            private sealed class Pass<TVector> : global::GruGen.SequencePass<{{_input}}>
                where TVector : struct, {{Kernels}}ISimd<TVector>
            {
                {{Lines(4, buffers.Select(buffer => $"private readonly {Kernels}AlignedBuffer {buffer.Field}; // {buffer.Shape}"))}}

                internal Pass(global::GruGen.PassSetup<{{_input}}> setup)
                    : base(setup)
                {
                    {{Lines(8, buffers.Select(buffer => $"{buffer.Field} = new {Kernels}AlignedBuffer({buffer.Length});"))}}
                }

                /// <inheritdoc/>
                protected override void ForwardStepsCore(int first, int end, nint rows, {{Share}} share)
                {
                    {{Lines(8, Shared(_plan.OnSteps.SelectMany(Forward)))}}
                }

                {{Lines(4, [final + "/// <inheritdoc/>"])}}
                protected override void HeadCore(nint first, nint rows, {{Share}} share)
                {
                    {{Lines(8, [Head()])}}
                }

                /// <inheritdoc/>
                protected override void BeginBackwardCore() => _gradients.Span.Clear();

                /// <inheritdoc/>
                protected override void HeadBackwardCore(nint first, nint rows, {{Share}} share)
                {
                    {{Lines(8, [HeadBackward()])}}
                }

                /// <inheritdoc/>
                protected override void BackwardBodyCore(nint rows, {{Share}} share)
                {
                    {{Lines(8, Shared(_plan.OnFinal.Reverse().Concat(_plan.OnSteps.Reverse()).SelectMany(Backward)))}}
                }

                /// <inheritdoc/>
                protected override void StoreGradientsCore(ref float gradients)
                {
                    {{Lines(8, _plan.Layers.SelectMany(StoreGradients))}}
                }
            }
            """;
    }

    private static string Share => Kernels + "Share";

    private static Work Sequences(string lines) => new(Sharing.Sequences, lines);

    private static Work Part(string lines) => new(Sharing.Part, lines);

    private static Work First(string lines) => new(Sharing.First, lines);

    /// <summary>Pieces of work one after another, with a meeting wherever one reads what another thread has written.</summary>
    private static IEnumerable<string> Shared(IEnumerable<Work> pieces)
    {
        List<Work> work = [];
        foreach (Work piece in pieces)
        {
            if (work.Count > 0 && work[work.Count - 1] is { Sharing: Sharing.First } last && piece.Sharing == Sharing.First)
            {
                work[work.Count - 1] = last with { Text = last.Text + "\n" + piece.Text };
            }
            else
            {
                work.Add(piece);
            }
        }

        for (int i = 0; i < work.Count; i++)
        {
            if (i > 0 && work[i - 1].Sharing != Sharing.Met && (work[i - 1].Sharing, work[i].Sharing) != (Sharing.Sequences, Sharing.Sequences))
            {
                yield return Gap(work[i - 1]) + "share.Wait();" + Gap(work[i]);
            }

            yield return work[i].Sharing == Sharing.First ? IfFirst(work[i].Text) : work[i].Text;
        }
    }

    /// <summary>An empty line beside a block.</summary>
    private static string Gap(Work work) => work.Sharing == Sharing.First ? "\n" : "";

    private static string IfFirst(string lines) => $$"""
        if (share.IsFirst)
        {
            {{Lines(4, [lines])}}
        }
        """;

    private static string Field(string name) => "_" + name;

    private static string Field(LayerPlan layer) => Field(layer.Name);

    private static string GradientField(string name) => "_d" + char.ToUpperInvariant(name[0]) + name.Substring(1);

    /// <summary>The buffer of some rows.</summary>
    private static string Values(Rows rows) => rows.IsFinalState ? $"State({rows.FinalState}).Final" : Field(rows.Name);

    /// <summary>The buffer of their gradients.</summary>
    private static string Gradients(Rows rows) => rows.IsFinalState ? $"State({rows.FinalState}).Gradient" : GradientField((rows.GradientOf ?? rows).Name);

    /// <summary>Where some rows lie, from the row <paramref name="first"/> on.</summary>
    private static string At(Rows rows, string? first = null) => rows.IsInput ? "ref Features" : "ref " + Values(rows) + From(rows, first);

    /// <summary>Where their gradients lie.</summary>
    private static string GradientAt(Rows rows, string? first = null) => rows.IsInput ? "ref FeatureGradients" : "ref " + Gradients(rows) + From(rows, first);

    private static string From(Rows rows, string? first) => first is null ? ".Start" : $".At({first} * {rows.Stride})";

    private static string Packed(long offset) => $"ref Packed({Offset(offset)})";

    private static string Prepared(GruDirectionPlan direction) => $"ref Prepared({Offset(direction.Start.Prepared)})";

    /// <summary>The number of rows.</summary>
    private static string Count(Rows rows) => rows.PerStep ? "rows" : "BatchSize";

    private static string Flag(bool value) => value ? "true" : "false";

    private static string Real(double value) => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<(string Field, string Shape, string Length)> Buffers(Stage stage)
    {
        if (stage is GruStage { EveryStep: false, States: var states })
        {
            yield return Buffer(states);
        }

        if (!stage.Target.IsFinalState)
        {
            Rows target = stage.Target;
            yield return Buffer(target);
            if (target.GradientOf is null)
            {
                string trained = target.PerStep ? "setup.TrainingRows" : "setup.TrainingBatch";
                yield return (GradientField(target.Name), $"d{Letter(stage)}[{Unit(target)}, {target.Stride}]", $"{trained} * {target.Stride}");
            }
        }

        switch (stage)
        {
            case GruStage gru:
                foreach ((string Field, string Shape, string Length) buffer in GruBuffers(gru))
                {
                    yield return buffer;
                }

                break;
            case DropStage drop:
                string count = drop.OneMask || !drop.Source.PerStep ? "setup.TrainingBatch" : "setup.TrainingRows";
                yield return (Field(drop.Target.Name) + "Mask", $"mask[{(drop.OneMask ? "sequences" : Unit(drop.Target))}, {drop.Target.Stride}]", $"{count} * {drop.Target.Stride}");
                break;
            case NormStage norm:
                yield return (Field(norm.Target.Name) + "Statistics", $"mean | 1/σ[{Unit(norm.Target)}, 2]", $"{(norm.Target.PerStep ? "setup.TrainingRows" : "setup.TrainingBatch")} * 2");
                break;
        }

        (string Field, string Shape, string Length) Buffer(Rows rows) =>
            (Field(rows.Name), $"{Letter(stage)}[{Unit(rows)}, {rows.Stride}]", $"{(rows.PerStep ? "setup.BlockRows" : "(long)setup.MaxBatch")} * {rows.Stride}");
    }

    private static string Unit(Rows rows) => rows.PerStep ? "rows" : "sequences";

    private static string Letter(Stage stage) => stage switch
    {
        GruStage => "h",
        GatherStage or TurnStage or DropStage => "x",
        _ => "y",
    };

    private static IEnumerable<(string Field, string Shape, string Length)> GruBuffers(GruStage stage)
    {
        (GruPlan kernel, string name) = (stage.Kernel, Field(stage.Direction.Name));
        int hp = kernel.HiddenStride;
        if (stage.Table is { Kernel: var table } layer)
        {
            yield return (Field(layer), $"x[tokens, {table.Stride}]", $"setup.TrainingTokens * {table.Stride}");
            yield return (GradientField(layer.Name), $"dx[tokens, {table.Stride}]", $"setup.TrainingTokens * {table.Stride}");
            yield return (name + "Biases", $"W_i·x + b[tokens, {kernel.ProjectedStride}]", $"setup.TrainingTokens * {kernel.ProjectedStride}");
            yield return (name + "TokenGates", $"dG[tokens, {kernel.GateStride}]", $"setup.TrainingTokens * {kernel.GateStride}");
        }

        if (kernel.Variant.ResetAfter)
        {
            yield return (name + "Saved", $"saved[rows, r | z | n | q, {hp}]", $"setup.TrainingRows * {kernel.SavedStride}");
        }
        else
        {
            yield return (name + "Saved", $"saved[rows, r | z | n, {hp}], or those of one step", $"setup.StepRows * {kernel.SavedStride}");
            yield return (name + "Reset", $"r ∘ h[rows, {hp}], or those of one step", $"setup.StepRows * {hp}");
            yield return (name + "ResetGradient", $"d(r ∘ h)[sequences, {hp}]", $"setup.TrainingBatch * {hp}");
        }

        if (kernel.Variant.Masked)
        {
            yield return (name + "Mask", $"mask[sequences, {hp}]", $"setup.TrainingBatch * {hp}");
            yield return (name + "Masked", $"mask ∘ h[rows, {hp}]", $"setup.TrainingRows * {hp}");
            yield return (name + "MaskedGradient", $"d(mask ∘ h)[sequences, {hp}]", $"setup.TrainingBatch * {hp}");
        }

        string columns = kernel.Variant.ResetAfter ? "dn | dr | dz | dq" : "dn | dr | dz";
        yield return (name + "Gates", $"dG[{kernel.ExtraGateRows} + sequences, {columns}, {hp}], {kernel.GateStride} a row", $"setup.Training ? ({kernel.ExtraGateRows}L + setup.MaxBatch) * {kernel.GateStride} : 0");
    }

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
            input = $"ref RowTokens, ref {Field(table)}.Start, (nuint)BatchTokenCount";
            dInput = $"ref {GradientField(table.Name)}.Start";
            scratch += $"ref {name}TokenGates.Start, ";
        }

        yield return new Work(Sharing.Met, Kernel(direction.Layer, "Backward")
            + $"(\n    {input}, ref {state}.Initial.Start, {At(gru.States)}, {Saved(gru)},\n    {output}, ref {state}.Gradient.Start, {dInput},\n"
            + $"    ref {name}Gates.Start, {kernel.ChunkRows} + (nuint)MaxBatch, {scratch}ref _gradients.At({Offset(direction.Start.Gradients)}), ref PackedBackward({Offset(direction.Start.Backward)}), Active(0, StepCount), share);");
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
                        yield return $"{Kernels}Packing.Copy(ref _gradients.At({Offset(direction.InitialStateGradientOffset)}), {At("gradients", initial)}, {gru.Kernel.HiddenSize});";
                    }
                }

                break;
            case DenseLayerPlan dense:
                (int size, int units, long weights) = (dense.Kernel.InputSize, dense.Kernel.Units, dense.Start.Parameters);
                yield return $"{Kernels}Packing.CopyRows(ref _gradients.At({Offset(layer.Start.Gradients)}), {dense.Kernel.InputStride}, {At("gradients", weights)}, {size}, {units}, {size});";
                yield return $"{Kernels}Packing.Copy(ref _gradients.At({Offset(layer.Start.Gradients + ((long)dense.Kernel.UnitStride * dense.Kernel.InputStride))}), {At("gradients", weights + ((long)units * size))}, {units});";
                break;
            case LayerNormPlan norm:
                yield return $"{Kernels}Packing.Copy(ref _gradients.At({Offset(norm.Start.Gradients)}), {At("gradients", norm.Start.Parameters)}, {norm.Size});";
                yield return $"{Kernels}Packing.Copy(ref _gradients.At({Offset(norm.Start.Gradients + norm.OutputStride)}), {At("gradients", norm.Start.Parameters + norm.Size)}, {norm.Size});";
                break;
        }
    }

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
