using GruGen.Generator.Planning;

namespace GruGen.Generator.Emission;

/// <summary>
/// Writes the calls of the two products that a backward pass is made of: what the plan has decided stands in them by name.
/// </summary>
internal static class Products
{
    /// <summary>d = g·W, or d += g·W.</summary>
    /// <param name="plan">The product.</param>
    /// <param name="gates">The gates that g has.</param>
    /// <param name="g">Where g lies.</param>
    /// <param name="weights">Where the weights lie, and from one row of them to the next.</param>
    /// <param name="d">Where the result lies, and its columns.</param>
    /// <param name="rest">The rows, whether it is added, and the share.</param>
    public static string InputGradient(
        InputProduct plan, int gates, string g, (string Place, int Stride) weights, (string Place, int Columns) d, string rest)
    {
        (int segments, int depth) = plan.Depth(gates);
        string sums = $"ProductTile.Of{plan.Tile}, ref {g}, gStride: {plan.RowStride}, "
            + $"segments: {segments}, depth: {depth}, segmentStride: {plan.Stride},";
        return $"""
            InputGradient.Multiply<V>(
                {sums}
                ref {weights.Place}, weightStride: {weights.Stride}, ref {d.Place}, columns: {d.Columns}, {rest});
            """;
    }

    /// <summary>d += leftᵀ·right, for a share of the columns of the left side.</summary>
    /// <param name="plan">The product.</param>
    /// <param name="left">Where the left side lies, from one row of it to the next, and its columns.</param>
    /// <param name="right">Where the right side lies, and its columns.</param>
    /// <param name="d">Where the sums lie.</param>
    /// <param name="rows">The number of rows.</param>
    public static string WeightGradient(
        WeightProduct plan, (string Place, int Stride, int Columns) left, (string Place, int Columns) right, string d, string rows)
    {
        string sums = $"ref {d}, dStride: {plan.ResultStride}, {rows}, share";
        return $"""
            WeightGradient.Add<V>(
                ProductTile.Of{plan.Tile}, ref {left.Place}, leftStride: {left.Stride}, leftColumns: {left.Columns},
                ref {right.Place}, rightStride: {plan.RowStride}, columns: {right.Columns}, {sums});
            """;
    }
}
