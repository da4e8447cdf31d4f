using System.Collections.Immutable;
using static GruGen.Generator.Layers.ModelText;
using static GruGen.Generator.Layers.Work;

namespace GruGen.Generator.Layers;

/// <summary>A residual connection: what a layer has made of its input is added to it, <c>y = output + x</c>.</summary>
internal sealed record AddStage(Rows X, Rows Output, Rows Target) : Stage(ImmutableArray.Create(X, Output), Target)
{
    /// <inheritdoc/>
    public override StageWriter Writer => new AddWriter(this);
}

/// <summary>Writes a residual connection.</summary>
internal sealed class AddWriter(AddStage stage) : RowStageWriter(stage.Source, stage.Target)
{
    /// <inheritdoc/>
    public override IEnumerable<Work> Forward() => [First(Sum(At(Source), At(stage.Output), At(Target), Count(Source)))];

    /// <inheritdoc/>
    public override IEnumerable<Work> Backward()
    {
        string arguments = $"({GradientAt(Target)}, {GradientAt(Source)}, {Count(Source)} * {Source.Stride});";
        return [First(IfWanted(Source, Kernels + (stage.Adds ? "Packing.Add<TVector>" : "Packing.Copy") + arguments))];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows) =>
        [Sum(places[Source], places[stage.Output], places[Target], rows)];

    private string Sum(string x, string output, string target, string rows) =>
        $"{Kernels}ResidualAdd.Forward<TVector>({x}, {output}, {target}, {rows}, {Source.Size});";
}

/// <summary>Puts a residual connection around the stages of a layer.</summary>
internal static class Residual
{
    /// <summary>The stages of a layer, and, if it has a residual connection, the sum of its input and its output.</summary>
    /// <param name="stages">The stages of the layers below.</param>
    /// <param name="residual">Whether it has one.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="source">What it reads.</param>
    /// <param name="perStep">Whether it outputs a row for each step.</param>
    /// <param name="add">Adds the stages that write to the rows it is given, or to others, which it returns.</param>
    public static Rows AddWithResidual(
        this StageList stages, bool residual, LayerPlan layer, Rows source, bool perStep, Func<Rows, Rows> add)
    {
        var sum = new Rows(layer.Name, layer.OutputSize, perStep) { Clock = source.Clock };
        if (!residual)
        {
            return add(sum);
        }

        Rows output = add(sum.Like(layer.Name + "Output", layer.OutputSize) with { GradientOf = sum });
        return stages.Add(new AddStage(source, output, sum));
    }
}
