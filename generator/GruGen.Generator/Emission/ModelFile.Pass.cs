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
            buffers.Add(("_gradients", "the sums of all gradients, padded", $"memory.Training ? {Literal(_plan.Length.Gradients)} : 0"));
        }

        string final = !_plan.OnFinal.Any() ? "" : $$"""
            /// <inheritdoc/>
            public override void ForwardFinal({{Share}} share)
            {
                {{Lines(4, Shared(_plan.OnFinal.SelectMany(Forward)))}}
            }


            """;
        return $$"""
            /// <summary>A batch on its way through the layers.</summary>
            private sealed class Pass : {{Kernels}}PassCode<{{_input}}>
            {
                {{Lines(4, buffers.Select(buffer => $"private readonly {Kernels}AlignedBuffer {buffer.Field}; // {buffer.Shape}"))}}

                internal Pass({{Kernels}}PassMemory<{{_input}}> memory)
                    : base(memory)
                {
                    {{Lines(8, buffers.Select(buffer => $"{buffer.Field} = new({buffer.Length});"))}}
                }

                /// <inheritdoc/>
                public override void ForwardSteps(int first, int end, {{Native}} rows, {{Share}} share)
                {
                    {{Lines(8, Shared(_plan.OnSteps.SelectMany(Forward)))}}
                }

                {{Lines(4, [final + "/// <inheritdoc/>"])}}
                public override void Head({{Native}} first, {{Native}} rows, {{Share}} share)
                {
                    {{Lines(8, [Head()])}}
                }

                /// <inheritdoc/>
                public override void BeginBackward() => _gradients.Span.Clear();

                /// <inheritdoc/>
                public override void HeadBackward({{Native}} first, {{Native}} rows, {{Share}} share)
                {
                    {{Lines(8, [HeadBackward()])}}
                }

                /// <inheritdoc/>
                public override void BackwardBody({{Native}} rows, {{Share}} share)
                {
                    {{Lines(8, Shared(_plan.OnFinal.Reverse().Concat(_plan.OnSteps.Reverse()).SelectMany(Backward)))}}
                }

                /// <inheritdoc/>
                public override void StoreGradients(ref float gradients)
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
                string trained = target.PerStep ? "memory.TrainingRows" : "memory.TrainingBatch";
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
                string count = drop.OneMask || !drop.Source.PerStep ? "memory.TrainingBatch" : "memory.TrainingRows";
                yield return (Field(drop.Target.Name) + "Mask", $"mask[{(drop.OneMask ? "sequences" : Unit(drop.Target))}, {drop.Target.Stride}]", $"{count} * {drop.Target.Stride}");
                break;
            case NormStage norm:
                yield return (Field(norm.Target.Name) + "Statistics", $"mean | 1/σ[{Unit(norm.Target)}, 2]", $"{(norm.Target.PerStep ? "memory.TrainingRows" : "memory.TrainingBatch")} * 2");
                break;
        }

        (string Field, string Shape, string Length) Buffer(Rows rows) =>
            (Field(rows.Name), $"{Letter(stage)}[{Unit(rows)}, {rows.Stride}]", $"{(rows.PerStep ? "memory.BlockRows" : "(long)memory.MaxBatch")} * {rows.Stride}");
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
            yield return (Field(layer), $"x[tokens, {table.Stride}]", $"memory.TrainingTokens * {table.Stride}");
            yield return (GradientField(layer.Name), $"dx[tokens, {table.Stride}]", $"memory.TrainingTokens * {table.Stride}");
            yield return (name + "Biases", $"W_i·x + b[tokens, {kernel.ProjectedStride}]", $"memory.TrainingTokens * {kernel.ProjectedStride}");
            yield return (name + "TokenGates", $"dG[tokens, {kernel.GateStride}]", $"memory.TrainingTokens * {kernel.GateStride}");
        }

        if (kernel.Variant.ResetAfter)
        {
            yield return (name + "Saved", $"saved[rows, r | z | n | q, {hp}]", $"memory.TrainingRows * {kernel.SavedStride}");
        }
        else
        {
            yield return (name + "Saved", $"saved[rows, r | z | n, {hp}], or those of one step", $"memory.StepRows * {kernel.SavedStride}");
            yield return (name + "Reset", $"r ∘ h[rows, {hp}], or those of one step", $"memory.StepRows * {hp}");
            yield return (name + "ResetGradient", $"d(r ∘ h)[sequences, {hp}]", $"memory.TrainingBatch * {hp}");
        }

        if (kernel.Variant.Masked)
        {
            yield return (name + "Mask", $"mask[sequences, {hp}]", $"memory.TrainingBatch * {hp}");
            yield return (name + "Masked", $"mask ∘ h[rows, {hp}]", $"memory.TrainingRows * {hp}");
            yield return (name + "MaskedGradient", $"d(mask ∘ h)[sequences, {hp}]", $"memory.TrainingBatch * {hp}");
        }

        string columns = kernel.Variant.ResetAfter ? "dn | dr | dz | dq" : "dn | dr | dz";
        yield return (name + "Gates", $"dG[{kernel.ExtraGateRows} + sequences, {columns}, {hp}], {kernel.GateStride} a row", $"memory.Training ? ({kernel.ExtraGateRows}L + memory.MaxBatch) * {kernel.GateStride} : 0");
    }
}
