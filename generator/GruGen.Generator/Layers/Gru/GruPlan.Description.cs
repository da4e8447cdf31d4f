using System.Collections.Generic;
using GruGen.Generator.Planning;

namespace GruGen.Generator.Layers;

/// <content>The plan in words.</content>
internal sealed partial record GruPlan
{
    private const string Back = "every other step walks the states' weights backwards, the newest of which are still in L1";

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Text)> Describe() =>
    [
        ("parameters", Parameters()),
        ("one step", OneStep()),
        ("memory", $"rows of x are {InputStride} floats apart, rows of h {HiddenStride}, rows of dG {GateStride}; padding is zero"),
        ("block", Variant.ResetAfter
            ? "V.Count units with all three gates; packed [block][k][r | z | n][V.Count], x before h, "
                + "and biases [block][r | z | n | q][V.Count]"
            : "V.Count units with all three gates; packed x[k][r | z | n], h[k][r | z], h[k][n], each by V.Count, "
                + "and biases [block][r | z | n][V.Count]"),
        ("step", Step()),
        .. Variant.Pairs ? new[] { ("bfloat16", Pairs()) } : [],
        .. Variant.Tokens ? new[] { ("tokens", Tokens()) } : [],
        ("sequence", (Hoisted, BothWays && Variant.ResetAfter) switch
        {
            (true, true) => $"inputs projected for many steps at once; {Back}",
            (true, false) => "inputs projected for many steps at once",
            (false, true) => Back,
            _ => "step by step",
        }),
        ("rows", Rows()),
        ("dh, dx", InputGradients()),
        ("dW", $"{Sizes(Weights.Tile)}, inputs or states by vectors of dG, summed over about {ChunkRows} rows at a time"),
        ("faint", $"gradients below {Faint} become 0, and h' where n and h are"),
        DescribeBudget(),
    ];

    private string Parameters()
    {
        int biases = Variant.ResetAfter ? 6 : 3;
        return $"{Number(WeightCount)} weights = 3·{HiddenSize}·({InputSize} + {HiddenSize}), "
            + $"{Number((long)biases * HiddenSize)} biases = {biases}·{HiddenSize}";
    }

    private string OneStep()
    {
        string read = Read(Variant.Pairs ? 4 * PairLength : StepBytes);
        return $"{Number(6L * HiddenSize * StepDepth)} flops, {Number(3L * HiddenSize)} activations, {read}";
    }

    private static string Read(long bytes) => $"{Bytes(bytes)} of weights read ({Loads(bytes)})";

    private string Pairs() => $"steps read weights two in a float; batches read them as floats, {Bytes(StepBytes)} ({HeldBy(StepBytes)})";

    private string Step()
    {
        string order = StepParts > 1 ? $", in {StepParts} parts, back and forth"
            : StepsTakeTurns ? ", back and forth"
            : BothWays && Variant.ResetAfter ? ", always from the first" : "";
        int chains = Variant.ResetAfter ? StepChains : 1;
        string split = chains == 1 ? "" : $", each sum in {chains} chains{(ResetFirst ? ", r before z and q" : "")}";
        string unrolled = StepUnroll == 1 ? "" : $", depth unrolled by {StepUnroll}";
        string newSplit = Variant.ResetAfter || NewChains == 1 ? "" : $"; n in {NewChains} chains";
        string rest = StepRemainder ? "; blocks left over one at a time" : "";
        string sums = $"{3 * chains * StepBlocks} accumulators in a loop{unrolled}{newSplit}";
        return $"{Count(StepBlocks, "block")} at a time{order}{split}: {sums}{rest}";
    }

    private string Tokens() =>
        $"the inputs' part of all gates, {Bytes(4 * ProjectedStride)} a token, is computed once for each; "
            + "dG is summed by token, then one product for each distinct token";

    private string Rows()
    {
        (int blocks, string news) = Variant.ResetAfter
            ? (RowBlocks, "n's partial sum is stored before the loop and loaded after it")
            : (1, $"n {NewTile} (rows by blocks)");
        return $"{RowsTile} rows by 1 block, then 1 row by {Count(blocks, "block")}: {3 * RowsTile} accumulators in a loop; {news}";
    }

    private string InputGradients()
    {
        string depth = Variant.ResetAfter ? $"3·{HiddenSize}" : $"{HiddenSize} for r ∘ h, 2·{HiddenSize} for h, 3·{HiddenSize} for x";
        string products = StateProduct == InputProduct ? "" : $" and {Sizes(InputProduct.Tile)}";
        return $"{Sizes(StateProduct.Tile)}{products}, rows by vectors, depth {depth}";
    }

    /// <summary>A tile, and what it is at 512 bits.</summary>
    private static string Sizes(Tile tile) => tile == tile.Widest ? $"{tile}" : $"{tile} ({tile.Widest} at 512 bits)";

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
