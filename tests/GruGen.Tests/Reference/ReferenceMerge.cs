namespace GruGen.Tests.Reference;

/// <summary>What becomes of the states f and b of two directions; the state of a single one stays what it is.</summary>
internal static class ReferenceMerge
{
    /// <summary>y from states[directions][H].</summary>
    public static double[] Forward(Merge merge, double[][] states) => states is [double[] f, double[] b]
        ? merge switch
        {
            Merge.Concat => [.. f, .. b],
            Merge.Sum => [.. f.Zip(b, (x, y) => x + y)],
            Merge.Multiply => [.. f.Zip(b, (x, y) => x * y)],
            _ => [.. f.Zip(b, (x, y) => (x + y) / 2)],
        }
        : states[0];

    /// <summary>dStates[directions][H] from dy.</summary>
    public static double[][] Backward(Merge merge, double[][] states, double[] dy) => states is [double[] f, double[] b]
        ? merge switch
        {
            Merge.Concat => [dy[..f.Length], dy[f.Length..]],
            Merge.Sum => [dy, dy],
            Merge.Multiply => [[.. dy.Zip(b, (d, y) => d * y)], [.. dy.Zip(f, (d, x) => d * x)]],
            _ => [[.. dy.Select(d => d / 2)], [.. dy.Select(d => d / 2)]],
        }
        : [dy];
}
