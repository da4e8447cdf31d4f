namespace GruGen;

/// <summary>
/// The windows of steps of which a layer makes one step each: every <paramref name="Stride"/>-th step begins one of
/// <paramref name="Size"/> steps, and those that do not end within the sequence are left out.
/// </summary>
/// <param name="Size">The steps of a window.</param>
/// <param name="Stride">From one window to the next.</param>
internal readonly record struct StepWindows(int Size, int Stride)
{
    /// <summary>The number of windows in so many steps.</summary>
    public int In(int steps) => steps < Size ? 0 : ((steps - Size) / Stride) + 1;
}
