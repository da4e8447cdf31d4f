using GruGen.Generator.Planning;
using GruGen.Generator.Values;
using static GruGen.Generator.Layers.ModelText;
using static GruGen.Generator.Layers.Work;

namespace GruGen.Generator.Layers;

/// <summary>
/// Several values that a layer reads as one: one behind the other, <c>y = [a, b, …]</c>, or their sum, <c>y = a + b + …</c>.
/// </summary>
internal sealed record JoinStage(EquatableArray<Rows> Parts, Rows Target, Combine Combine) : Stage(Parts, Target)
{
    /// <inheritdoc/>
    public override StageWriter Writer => Combine == Combine.Sum ? new SumWriter(this) : new ConcatWriter(this);
}

/// <summary>Writes a concatenation: each value is copied to its place in a row.</summary>
internal sealed class ConcatWriter(JoinStage stage) : RowStageWriter(stage.Source, stage.Target)
{
    /// <inheritdoc/>
    protected override string Letter => "x";

    /// <inheritdoc/>
    public override IEnumerable<Work> Forward() => [First(Copies(part => At(part), At(Target), Count(Source)))];

    /// <inheritdoc/>
    public override IEnumerable<Work> Backward()
    {
        int offset = 0, i = 0;
        foreach (Rows part in stage.Parts)
        {
            string call = stage.AddsTo[i++] ? "AddRows" : "CopyRows";
            string from = $"{PartOf(GradientAt(Target), offset, part.Name)}, {Target.Stride}";
            yield return First(IfWanted(
                part, $"{Kernels}Packing.{call}({from}, {GradientAt(part)}, {part.Stride}, {Count(Source)}, {part.Size});"));
            offset += part.Size;
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows) => [Copies(part => places[part], places[Target], rows)];

    private string Copies(Func<Rows, string> place, string target, string rows)
    {
        int offset = 0;
        List<string> lines = [];
        foreach (Rows part in stage.Parts)
        {
            string to = $"{PartOf(target, offset, part.Name)}, {Target.Stride}";
            lines.Add($"{Kernels}Packing.CopyRows({place(part)}, {part.Stride}, {to}, {rows}, {part.Size});");
            offset += part.Size;
        }

        return string.Join("\n", lines);
    }

    private static string PartOf(string place, int offset, string name) =>
        offset == 0 ? place : $"ref At({place}, {Named(offset, name)})";
}

/// <summary>Writes a sum: the first two values are added, and each further one to what is there.</summary>
internal sealed class SumWriter(JoinStage stage) : RowStageWriter(stage.Source, stage.Target)
{
    /// <inheritdoc/>
    public override IEnumerable<Work> Forward() => [First(Sums(part => At(part), At(Target), Count(Source)))];

    /// <inheritdoc/>
    public override IEnumerable<Work> Backward() => stage.Parts.Select((part, i) =>
    {
        string arguments = $"({GradientAt(Target)}, {GradientAt(part)}, {Count(Source)} * {part.Stride});";
        return First(IfWanted(part, Kernels + (stage.AddsTo[i] ? "Packing.Add<TVector>" : "Packing.Copy") + arguments));
    });

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows) => [Sums(part => places[part], places[Target], rows)];

    private string Sums(Func<Rows, string> place, string target, string rows) => string.Join("\n", stage.Parts.Skip(1).Select((part, i) =>
    {
        string before = i == 0 ? place(stage.Parts[0]) : target;
        return $"{Kernels}ResidualAdd.Forward<TVector>({place(part)}, {before}, {target}, {rows}, {part.Size});";
    }));
}
