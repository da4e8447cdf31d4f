using GruGen.Generator.Values;
using static GruGen.Generator.Layers.ModelText;
using static GruGen.Generator.Layers.Work;

namespace GruGen.Generator.Layers;

/// <summary>
/// Writes the activation of a layer's rows, which works in place. Where its derivative needs the arguments, a pass that trains keeps them.
/// </summary>
/// <param name="activation">The activation; of a linear one nothing is written.</param>
/// <param name="size">The numbers of a row.</param>
/// <param name="stride">From one row to the next, where they lie in wider ones; those of an activation that keeps arguments do not.</param>
internal sealed class RowActivation(Activation activation, int size, int? stride = null)
{
    /// <summary>The activation as emitted code names it.</summary>
    public string Name => $"global::GruGen.Activation.{activation}";

    /// <summary>What a pass keeps for its backward pass beside the rows.</summary>
    public IEnumerable<Memory> Buffers(Rows target)
    {
        string count = target.PerStep ? "memory.TrainingRows" : "memory.TrainingBatch";
        return activation.NeedsArgument()
            ? [new Memory(Arguments(target), $"before the activation[{Unit(target)}, {target.Stride}]", $"{count} * {target.Stride}")]
            : [];
    }

    /// <summary>In a pass.</summary>
    public IEnumerable<Work> Forward(Rows target) =>
        activation.NeedsArgument()
            ? [First(Call("Apply", $"{At(target)}, ref {Arguments(target)}.Start, save: Training", Count(target)))]
            : Rows(At(target), Count(target)).Select(First);

    /// <summary>In a pass, from the gradients of the rows to those before the activation.</summary>
    public IEnumerable<Work> Backward(Rows target)
    {
        string from = activation.NeedsArgument() ? $"ref {Arguments(target)}.Start" : At(target);
        return activation == Activation.Linear ? [] : [First(Call("Backward", $"{from}, {GradientAt(target)}", Count(target)))];
    }

    /// <summary>Of some rows that are not trained.</summary>
    public IEnumerable<string> Rows(string target, string rows) =>
        activation == Activation.Linear ? [] : [Call("Apply", target, rows)];

    private static string Arguments(Rows target) => Field(target.Name) + "Arguments";

    private string Call(string method, string places, string rows) =>
        $"{Kernels}Activations.{method}<TVector>({Name}, {places}, {Apart}{rows}, {size});";

    private string Apart => stride is { } apart ? $"stride: {apart}, " : "";
}
