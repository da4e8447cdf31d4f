namespace GruGen.Tests.Reference;

/// <summary>
/// The inputs of the last steps, which those that follow still read, the oldest first: they are before a sequence, and have gradients.
/// </summary>
internal sealed class ReferenceHistory(int steps, int size) : IReferenceState
{
    public double[]? Given { get; set; }

    public double[] Final { get; private set; } = [];

    public double[] FinalGradient { get; set; } = [];

    public double[] InitialGradient { get; private set; } = [];

    /// <summary>The history and the steps after it.</summary>
    public double[][] Before(double[][] x)
    {
        double[][] before = Given is null ? [.. Enumerable.Range(0, steps).Select(_ => new double[size])] : [.. Given.Chunk(size)];
        double[][] all = [.. before, .. x];
        Final = [.. all[x.Length..].SelectMany(step => step)];
        return all;
    }

    /// <summary>Adds the gradient of what is kept at the end to those of the history and the steps, and gives that of the steps.</summary>
    public double[][] Backward(double[][] all)
    {
        double[][] kept = [.. FinalGradient.Chunk(size)];
        int length = all.Length - steps;
        for (int step = 0; step < steps; step++)
        {
            for (int i = 0; i < size; i++)
            {
                all[length + step][i] += kept[step][i];
            }
        }

        InitialGradient = [.. all[..steps].SelectMany(step => step)];
        return all[steps..];
    }
}

/// <summary>The number of steps that the next window has so far; a sequence of a batch starts with none.</summary>
internal sealed class ReferenceCounter : IReferenceState
{
    public double[]? Given { get; set; }

    public double[] Final { get; set; } = [0];

    public double[] FinalGradient { get; set; } = [];

    public double[] InitialGradient => [0];
}
