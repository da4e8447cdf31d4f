using GruGen.Generator.Layers;
using static GruGen.Generator.Emission.Text;
using static GruGen.Generator.Layers.ModelText;

namespace GruGen.Generator.Models;

/// <content>The pass over batches: every stage forward, then every stage back.</content>
internal sealed partial class ModelFile
{
    private string Pass()
    {
        List<Memory> buffers = [.. _plan.Stages.SelectMany(stage => stage.Writer.Buffers())];
        if (_plan.Length.Gradients > 0)
        {
            buffers.Add(new Memory("_gradients", "the sums of all gradients, padded", $"memory.Training ? {Literal(_plan.Length.Gradients)} : 0"));
        }

        string final = !_plan.OnFinal.Any() ? "" : $$"""
            /// <inheritdoc/>
            public override void ForwardFinal({{Share}} share)
            {
                {{Lines(4, Work.InTurn(_plan.OnFinal.SelectMany(stage => stage.Writer.Forward())))}}
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
                    {{Lines(8, Work.InTurn(_plan.OnSteps.SelectMany(stage => stage.Writer.Forward())))}}
                }

                {{Lines(4, [final + "/// <inheritdoc/>"])}}
                public override void Head({{Native}} first, {{Native}} rows, {{Share}} share)
                {
                    {{Lines(8, [HeadForward()])}}
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
                    {{Lines(8, Work.InTurn(_plan.OnFinal.Reverse().Concat(_plan.OnSteps.Reverse()).SelectMany(stage => stage.Writer.Backward())))}}
                }

                /// <inheritdoc/>
                public override void StoreGradients(ref float gradients)
                {
                    {{Lines(8, _plan.Layers.SelectMany(layer => layer.Writer.StoreGradients()))}}
                }
            }
            """;
    }

    private static string Share => Kernels + "Share";

    private string HeadForward() => _plan.Head is { } head
        ? head.Forward(At(_plan.Output, "first"), "ref Logits", "rows")
        : IfFirst($"{Kernels}Packing.Copy({At(_plan.Output, "first")}, ref Logits, rows * {_plan.OutputStride});");

    private string HeadBackward()
    {
        string source = At(_plan.Output, "first"), gradient = GradientAt(_plan.Output, "first");
        return _plan.Head is { } head
            ? head.Backward(source, "ref LogitGradients", gradient, "rows", "true", _plan.Output.IsFinalState)
            : IfFirst(Kernels + (_plan.Output.IsFinalState ? "Packing.Add<TVector>" : "Packing.Copy")
                + $"(ref LogitGradients, {gradient}, rows * {_plan.OutputStride});");
    }
}
