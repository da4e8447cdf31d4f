namespace GruGen.Report;

/// <summary>Fewer points of a long line, which looks the same.</summary>
internal static class Thinning
{
    /// <summary>
    /// The places of the points that are drawn, in order: all, or of each stretch its least and its largest value, and a gap if it has one.
    /// </summary>
    /// <param name="values">The values.</param>
    /// <param name="stretches">The number of stretches.</param>
    public static IEnumerable<int> Places(IReadOnlyList<double> values, int stretches)
    {
        if (values.Count <= stretches * 2)
        {
            return Enumerable.Range(0, values.Count);
        }

        var places = new SortedSet<int> { 0, values.Count - 1 };
        for (int i = 0; i < stretches; i++)
        {
            int from = Place(i), to = Place(i + 1), least = -1, most = -1;
            for (int at = from; at < to; at++)
            {
                if (!double.IsFinite(values[at]))
                {
                    places.Add(at);
                    continue;
                }

                least = least < 0 || values[at] < values[least] ? at : least;
                most = most < 0 || values[at] > values[most] ? at : most;
            }

            if (least >= 0)
            {
                places.Add(least);
                places.Add(most);
            }
        }

        return places;

        int Place(int stretch) => (int)((long)values.Count * stretch / stretches);
    }
}
