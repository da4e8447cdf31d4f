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
            buffers.Add(new Memory("_gradients", "the sums of all gradients, padded",
                $"memory.Training ? {Literal(_plan.Length.Gradients)} : 0"));
        }

        IEnumerable<string> members =
        [
            Override($"void ForwardSteps(int first, int end, {Native} rows, {Share} share)", Forward(_plan.OnSteps)),
            .. _plan.OnFinal.Any() ? new[] { Override($"void ForwardFinal({Share} share)", Forward(_plan.OnFinal)) } : [],
            Override($"void Head({Native} first, {Native} rows, {Share} share)", HeadForward()),
            Override(
                "void BeginBackward()",
                _plan.Length.Gradients > 0 ? ["_gradients.Span.Clear();"] : ["// nothing has a gradient", "return;"]),
            Override($"void HeadBackward({Native} first, {Native} rows, {Share} share)", HeadBackward()),
            Override($"void BackwardBody({Native} rows, {Share} share)", Backward()),
            Override("void StoreGradients(ref float gradients)", _plan.Layers.SelectMany(layer => layer.Writer.StoreGradients())),
            Override($"void Trace({Kernels}TraceWriter trace)", Trace()),
        ];
        return $$"""
            /// <summary>A batch on its way through the layers.</summary>
            private sealed class Pass({{Kernels}}PassMemory<{{_input}}> memory) : {{Kernels}}PassCode<{{_input}}>(memory)
            {
                {{Lines(4, buffers.Select(buffer => buffer.Declaration))}}

                {{Lines(4, [string.Join("\n\n", members)])}}
            }
            """;
    }

    /// <summary>A member that the runtime documents, in a type that nobody else sees.</summary>
    private static string Override(string head, IEnumerable<string> body) => Member("public override " + head, body);

    private static IEnumerable<string> Forward(IEnumerable<Stage> stages) =>
        Work.InTurn(stages.SelectMany(stage => stage.Writer.Forward()));

    private IEnumerable<string> Backward() =>
        Work.InTurn(_plan.OnFinal.Reverse().Concat(_plan.OnSteps.Reverse()).SelectMany(stage => stage.Writer.Backward()));

    /// <summary>What stages keep after a forward pass, and the outputs of layers that do not follow from it or from tokens.</summary>
    private IEnumerable<string> Trace()
    {
        HashSet<Rows?> traced = [null, .. _plan.Stages.Where(stage => stage.Writer.Trace().Any()).Select(stage => stage.Target)];
        return _plan.Stages.SelectMany(stage => stage.Writer.Trace()).Concat(_plan.Layers
            .Zip(_plan.LayerRows, (layer, rows) => (layer.Name, Rows: rows))
            .Skip(_plan.ReadsTokens ? 1 : 0)
            .Where(layer => !traced.Contains(layer.Rows))
            .Select(layer => $"trace.Outputs(\"{layer.Name}\", {At(layer.Rows!)}{Apart(layer.Rows!)});"));

        static string Apart(Rows rows) => rows.Whole is null ? "" : $", {rows.Stride}";
    }

    private static string Share => Kernels + "Share";

    private IEnumerable<string> HeadForward() => _plan.Outputs.Select(output =>
    {
        (string source, string logits) = (At(output.Rows, "first"), OfOutput(output, "Logits"));
        return output.Head is { } head
            ? head.Forward(source, logits, "rows")
            : IfFirst($"{Kernels}Packing.Copy({source}, {logits}, rows * {output.Layer.OutputStride});");
    });

    /// <summary>Outputs that read the same rows add to one gradient, and so in turn.</summary>
    private IEnumerable<string> HeadBackward() => _plan.Outputs.SelectMany(output =>
    {
        (string source, string gradient) = (At(output.Rows, "first"), GradientAt(output.Rows, "first"));
        string logits = OfOutput(output, "LogitGradients"), inputs = output.Rows.AreInputs ? "InputGradients" : "true";
        string backward = output.Head is { } head
            ? head.Backward(source, logits, gradient, "rows", inputs, output.Adds)
            : IfFirst(IfWanted(output.Rows, Kernels + (output.Adds ? "Packing.Add<TVector>" : "Packing.Copy")
                + $"({logits}, {gradient}, rows * {output.Layer.OutputStride});"));
        bool waits = _plan.Outputs.Take(output.Index).Any(other => other.Rows == output.Rows);
        return waits ? new[] { "share.Wait();", backward } : [backward];
    });

    private string OfOutput(OutputPlan output, string memory) =>
        _plan.Outputs.Count == 1 ? "ref " + memory : $"ref {memory}Of({output.Index} /* {output.Layer.Name} */)";
}
