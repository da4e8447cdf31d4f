using GruGen.Generator.Planning;
using GruGen.Generator.Values;
using static GruGen.Generator.Layers.ModelText;
using static GruGen.Generator.Layers.Work;

namespace GruGen.Generator.Layers;

/// <summary>
/// Several values that a layer reads as one: one behind the other, <c>y = [a, b, …]</c>, or their sum, <c>y = a + b + …</c>.
/// </summary>
internal sealed record JoinStage(EquatableArray<Rows> Inputs, Rows Target, Combine Combine) : Stage(Inputs, Target)
{
    /// <inheritdoc/>
    public override bool Concatenates => Combine == Combine.Concat;

    /// <inheritdoc/>
    public override StageWriter Writer => Combine == Combine.Sum ? new SumWriter(this) : new ConcatWriter(this);
}

/// <summary>Writes a concatenation: each value that is not written there is copied to its place in a row.</summary>
internal sealed class ConcatWriter(JoinStage stage) : RowStageWriter(stage.Source, stage.Target)
{
    /// <inheritdoc/>
    protected override string Letter => "x";

    /// <inheritdoc/>
    public override IEnumerable<Work> Forward() =>
        Copies(part => At(part), At(Target), Count(Source)) is { Length: > 0 } copies ? [First(copies)] : [];

    /// <inheritdoc/>
    public override IEnumerable<Work> Backward()
    {
        foreach ((Rows part, int offset, bool adds) in Copied)
        {
            string call = adds ? "AddRows" : "CopyRows";
            string from = $"{PartOf(GradientAt(Target), offset, part.Name)}, {Target.Stride}";
            yield return First(IfWanted(
                part, $"{Kernels}Packing.{call}({from}, {GradientAt(part)}, {part.Stride}, {Count(Source)}, {part.Size});"));
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows) =>
        Copies(part => places[part], places[Target], rows) is { Length: > 0 } copies ? [copies] : [];

    /// <summary>The values that have rows of their own, where each goes, and whether its gradient accumulates.</summary>
    private IEnumerable<(Rows Part, int Offset, bool Adds)> Copied
    {
        get
        {
            int offset = 0;
            for (int i = 0; i < stage.Inputs.Count; offset += stage.Inputs[i++].Size)
            {
                if (stage.Inputs[i].Whole is null)
                {
                    yield return (stage.Inputs[i], offset, stage.AddsTo[i]);
                }
            }
        }
    }

    private string Copies(Func<Rows, string> place, string target, string rows) => string.Join("\n", Copied.Select(copied =>
    {
        (Rows part, int offset, _) = copied;
        string to = $"{PartOf(target, offset, part.Name)}, {Target.Stride}";
        return $"{Kernels}Packing.CopyRows({place(part)}, {part.Stride}, {to}, {rows}, {part.Size});";
    }));
}

/// <summary>Writes a sum: the first two values are added, and each further one to what is there.</summary>
internal sealed class SumWriter(JoinStage stage) : RowStageWriter(stage.Source, stage.Target)
{
    /// <inheritdoc/>
    public override IEnumerable<Work> Forward() => [First(Sums(part => At(part), At(Target), Count(Source)))];

    /// <inheritdoc/>
    public override IEnumerable<Work> Backward() => stage.Inputs.Select((part, i) =>
    {
        string arguments = $"({GradientAt(Target)}, {GradientAt(part)}, {Count(Source)} * {part.Stride});";
        return First(IfWanted(part, Kernels + (stage.AddsTo[i] ? "Packing.Add<TVector>" : "Packing.Copy") + arguments));
    });

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows) => [Sums(part => places[part], places[Target], rows)];

    private string Sums(Func<Rows, string> place, string target, string rows) => string.Join("\n", stage.Inputs.Skip(1).Select((part, i) =>
    {
        string before = i == 0 ? place(stage.Inputs[0]) : target;
        return $"{Kernels}ResidualAdd.Forward<TVector>({place(part)}, {before}, {target}, {rows}, {part.Size});";
    }));
}
