namespace GruGen.Tool;

/// <summary>What flows between the layers of a textbook model: a vector for each step, or one for the sequence.</summary>
/// <param name="Steps">The vectors.</param>
/// <param name="Masked">The steps that only fill the sequence; null if all are read.</param>
internal sealed record Signal(double[][] Steps, bool[]? Masked = null)
{
    /// <summary>Whether a step is read.</summary>
    public bool IsRead(int step) => Masked is null || !Masked[step];

    /// <summary>The same steps, each changed.</summary>
    public Signal Each(Func<double[], double[]> change) => this with { Steps = [.. Steps.Select(change)] };
}
