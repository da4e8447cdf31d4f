namespace Translate;

/// <summary>The numbers to learn from, and others that are never seen while learning.</summary>
internal sealed record Numbers(int[] Learned, int[] Held)
{
    private const int LearnedCount = 20_000, HeldCount = 2_000, MostDigits = 6;

    /// <summary>
    /// Different numbers, drawn by the number of their digits, so that short ones are among them; of those with six digits it is one in a
    /// hundred. 307 is held back in any case.
    /// </summary>
    public static Numbers Draw(int seed)
    {
        var random = new Random(seed);
        var drawn = new HashSet<int> { 307 };
        while (drawn.Count < LearnedCount + HeldCount)
        {
            int digits = random.Next(1, MostDigits + 1), least = (int)Math.Pow(10, digits - 1);
            drawn.Add(random.Next(digits == 1 ? 0 : least, least * 10));
        }

        int[] others = [.. drawn.Skip(1)];
        random.Shuffle(others);
        return new Numbers(others[..LearnedCount], [307, .. others[LearnedCount..]]);
    }
}
