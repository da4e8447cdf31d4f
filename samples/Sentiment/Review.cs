using System.Reflection;

namespace Sentiment;

/// <summary>A review, and whether it is a good one.</summary>
internal sealed record Review(string Text, bool IsPositive)
{
    /// <summary>
    /// The different ones of the 3,000 sentences that are embedded in this program. A fifth of them, drawn with the seed, is for the test.
    /// </summary>
    public static (Review[] Train, Review[] Test) Sentences(int seed)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("sentences.tsv")
            ?? throw new InvalidOperationException("The sentences are not embedded in this program.");
        using var reader = new StreamReader(stream);
        Review[] all =
        [
            .. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split('\t'))
                .Select(fields => new Review(fields[2], fields[1] == "1")).DistinctBy(review => review.Text),
        ];
        new Random(seed).Shuffle(all);
        int test = all.Length / 5;
        return (all[test..], all[..test]);
    }

    /// <summary>
    /// The IMDB reviews of Maas et al. 2011, as they are unpacked: <c>train</c> and <c>test</c>, in each <c>pos</c> and <c>neg</c>, and in
    /// those a file for each review.
    /// </summary>
    public static (Review[] Train, Review[] Test) Imdb(string folder) =>
        (Folder(Path.Combine(folder, "train")), Folder(Path.Combine(folder, "test")));

    private static Review[] Folder(string folder) => [.. Files(folder, isPositive: false), .. Files(folder, isPositive: true)];

    private static IEnumerable<Review> Files(string folder, bool isPositive) =>
        Directory.EnumerateFiles(Path.Combine(folder, isPositive ? "pos" : "neg"), "*.txt").Order(StringComparer.Ordinal)
            .Select(file => new Review(File.ReadAllText(file), isPositive));
}
