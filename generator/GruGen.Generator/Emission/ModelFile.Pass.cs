using GruGen.Generator.Planning;
using GruGen.Generator.Specs;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Emission;

/// <content>The pass over batches: every layer forward, then every layer back.</content>
internal sealed partial class ModelFile
{
    private string Pass()
    {
        List<(string Field, string Shape, string Length)> buffers = [.. _plan.Body.SelectMany(Buffers)];
        if (_plan.GradientLength > 0)
        {
            buffers.Add(("_gradients", "the sums of all gradients, padded", $"setup.Training ? {Literal(_plan.GradientLength)} : 0"));
        }

        string final = !_plan.OnFinal.Any() ? "" : $$"""
            /// <inheritdoc/>
            protected override void ForwardFinalCore()
            {
                {{Lines(4, _plan.OnFinal.SelectMany(layer => ForwardLayer(layer, "BatchSize")))}}
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
                protected override void ForwardStepsCore(int first, int end)
                {
                    nint rows = Rows(first, end);
                    {{Lines(8, _plan.OnSteps.SelectMany(layer => ForwardLayer(layer, "rows")))}}
                }

                {{Lines(4, [final + "/// <inheritdoc/>"])}}
                protected override void HeadCore(nint first, nint rows)
                {
                    {{Lines(8, [Head()])}}
                }

                /// <inheritdoc/>
                protected override void BeginBackwardCore() => _gradients.Span.Clear();

                /// <inheritdoc/>
                protected override void HeadBackwardCore(nint first, nint rows)
                {
                    {{Lines(8, [HeadBackward()])}}
                }

                /// <inheritdoc/>
                protected override void BackwardBodyCore()
                {
                    {{Lines(8, _plan.OnFinal.Reverse().SelectMany(layer => BackwardLayer(layer, "BatchSize")).Append("nint rows = Rows(0, StepCount);").Concat(_plan.OnSteps.Reverse().SelectMany(layer => BackwardLayer(layer, "rows"))))}}
                }

                /// <inheritdoc/>
                protected override void StoreGradientsCore(ref float gradients)
                {
                    {{Lines(8, _plan.Layers.SelectMany(StoreGradients))}}
                }
            }
            """;
    }

    private static string Field(LayerPlan layer) => "_" + layer.Name;

    private static string GradientField(LayerPlan layer) => "_d" + char.ToUpperInvariant(layer.Name[0]) + layer.Name.Substring(1);

    /// <summary>Whether the layer hands its final states on, which lie with the states and not among the rows.</summary>
    private static bool HandsOnFinal(LayerPlan layer) => layer is GruLayerPlan { EveryStep: false };

    private static IEnumerable<(string Field, string Shape, string Length)> Buffers(LayerPlan layer)
    {
        string rows = layer.OnFinal ? "sequences" : "rows", count = layer.OnFinal ? "(long)setup.MaxBatch" : "setup.BlockRows", trained = layer.OnFinal ? "setup.TrainingBatch" : "setup.TrainingRows";
        string letter = layer is GruLayerPlan ? "h" : layer is EmbeddingLayerPlan ? "x" : "y";
        yield return (Field(layer), $"{letter}[{rows}, {layer.OutputStride}]", $"{count} * {layer.OutputStride}");
        if (!HandsOnFinal(layer))
        {
            yield return (GradientField(layer), $"d{letter}[{rows}, {layer.OutputStride}]", $"{trained} * {layer.OutputStride}");
        }

        if (layer is GruLayerPlan { Kernel: var kernel })
        {
            yield return (Field(layer) + "Saved", $"saved[rows, r | z | n | q, {kernel.HiddenStride}]", $"setup.TrainingRows * {kernel.SavedStride}");
            yield return (Field(layer) + "Gates", $"dG[{kernel.ExtraGateRows} + sequences, dn | dr | dz | dq, {kernel.HiddenStride}], {kernel.GateStride} a row", $"setup.Training ? ({kernel.ExtraGateRows}L + setup.MaxBatch) * {kernel.GateStride} : 0");
        }
    }

    /// <summary>Where a layer's inputs lie, from the row <paramref name="first"/> on.</summary>
    private static string Source(LayerPlan layer, string? first = null)
    {
        string? place = first is null ? null : $"{first} * {layer.Below!.OutputStride}";
        return layer.Below switch
        {
            null => "ref Features",
            GruLayerPlan { EveryStep: false } gru => $"ref State({gru.StateIndex}).Final.{(place is null ? "Start" : $"At({place})")}",
            { } below => $"ref {Field(below)}.{(place is null ? "Start" : $"At({place})")}",
        };
    }

    /// <summary>Where the gradient of a layer's inputs goes.</summary>
    private static string SourceGradient(LayerPlan layer, string? first = null)
    {
        string? place = first is null ? null : $"{first} * {layer.Below!.OutputStride}";
        return layer.Below switch
        {
            null => "ref FeatureGradients",
            GruLayerPlan { EveryStep: false } gru => $"ref State({gru.StateIndex}).Gradient.{(place is null ? "Start" : $"At({place})")}",
            { } below => $"ref {GradientField(below)}.{(place is null ? "Start" : $"At({place})")}",
        };
    }

    private static string Packed(long offset) => $"ref Packed({Offset(offset)})";

    private static IEnumerable<string> ForwardLayer(LayerPlan layer, string rows)
    {
        switch (layer)
        {
            case EmbeddingLayerPlan:
                yield return Kernel(layer, "Gather") + $"(ref Tokens, ref Weights.Table.Start, ref {Field(layer)}.Start, {rows});";
                break;
            case GruLayerPlan gru:
                yield return Kernel(layer, "Forward") + $"(\n    {Source(layer)}, ref State({gru.StateIndex}).Initial.Start, ref {Field(layer)}.Start, ref {Field(layer)}Saved.Start, {Packed(layer.PackedOffset)}, {Packed(BiasOffset(layer))}, Active(first, end), Training);";
                yield return $"KeepFinalStates({gru.StateIndex}, ref {Field(layer)}.Start, first, end);";
                break;
            case DenseLayerPlan dense:
                yield return Kernel(layer, "Forward") + $"({Source(layer)}, ref {Field(layer)}.Start, {rows}, {Packed(layer.PackedOffset)}, {Packed(BiasOffset(layer))});";
                if (dense.Activation != Curve.Linear)
                {
                    yield return $"{Kernels}Activations.Apply<TVector>(global::GruGen.Activation.{dense.Activation}, ref {Field(layer)}.Start, {rows}, {dense.Kernel.Units});";
                }

                break;
        }
    }

    private static IEnumerable<string> BackwardLayer(LayerPlan layer, string rows)
    {
        string inputs = layer.Below is null ? "InputGradients" : "true";
        switch (layer)
        {
            case GruLayerPlan gru:
                string output = gru.EveryStep ? $"ref {GradientField(layer)}.Start, everyStep: true" : $"ref State({gru.StateIndex}).Gradient.Start, everyStep: false";
                yield return Kernel(layer, "Backward") + $"(\n    {Source(layer)}, ref State({gru.StateIndex}).Initial.Start, ref {Field(layer)}.Start, ref {Field(layer)}Saved.Start, {output}, ref State({gru.StateIndex}).Gradient.Start, {SourceGradient(layer)}, inputs: {inputs},\n"
                    + $"    ref {Field(layer)}Gates.Start, {gru.Kernel.ChunkRows} + (nuint)MaxBatch, ref _gradients.At({Offset(layer.GradientOffset)}), ref PackedBackward({Offset(layer.BackwardOffset)}), Active(0, StepCount));";
                break;
            case DenseLayerPlan dense:
                if (dense.Activation != Curve.Linear)
                {
                    yield return $"{Kernels}Activations.Backward<TVector>(global::GruGen.Activation.{dense.Activation}, ref {Field(layer)}.Start, ref {GradientField(layer)}.Start, {rows}, {dense.Kernel.Units});";
                }

                yield return DenseBackward(dense, Source(layer), $"ref {GradientField(layer)}.Start", SourceGradient(layer), rows, inputs);
                break;
        }
    }

    private static string DenseBackward(DenseLayerPlan layer, string source, string gradient, string sourceGradient, string rows, string inputs) =>
        Kernel(layer, "Backward") + $"(\n    {source}, {gradient}, {sourceGradient}, {rows}, inputs: {inputs}, add: {(layer.Below is { } below && HandsOnFinal(below) ? "true" : "false")}, "
            + $"ref _gradients.At({Offset(layer.GradientOffset)}), ref PackedBackward({Offset(layer.BackwardOffset)}));";

    private string Head() => _plan.Head is { } head
        ? Kernel(head, "Forward") + $"({Source(head, "first")}, ref Logits, rows, {Packed(head.PackedOffset)}, {Packed(BiasOffset(head))});"
        : $"{Kernels}Packing.Copy(ref {(_plan.EveryStep ? Field(_plan.Top) : $"State({_plan.Top.StateIndex}).Final")}.At(first * {_plan.OutputStride}), ref Logits, rows * {_plan.OutputStride});";

    private string HeadBackward() => _plan.Head is { } head
        ? DenseBackward(head, Source(head, "first"), "ref LogitGradients", SourceGradient(head, "first"), "rows", "true")
        : _plan.EveryStep
        ? $"{Kernels}Packing.Copy(ref LogitGradients, ref {GradientField(_plan.Top)}.At(first * {_plan.OutputStride}), rows * {_plan.OutputStride});"
        : $"{Kernels}Packing.Add<TVector>(ref LogitGradients, ref State({_plan.Top.StateIndex}).Gradient.At(first * {_plan.OutputStride}), rows * {_plan.OutputStride});";

    private static IEnumerable<string> StoreGradients(LayerPlan layer)
    {
        if (layer is EmbeddingLayerPlan)
        {
            yield return $"{Kernels}Packing.Clear(ref gradients, {Offset(layer.ParameterCount)});";
            yield return Kernel(layer, "Scatter") + $"(ref Tokens, ref {GradientField(layer)}.Start, ref gradients, Rows(0, StepCount));";
        }
        else
        {
            yield return Kernel(layer, "StoreGradients") + $"(ref _gradients.At({Offset(layer.GradientOffset)}), {Parameters(layer, "gradients")});";
        }
    }
}
