using System.Globalization;

namespace GruGen.Tests.Clusters;

/// <summary>What docs/distributed.md shows of a source in parts, on machines that have the files of their own parts alone.</summary>
public sealed class PartPageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Each_machine_needs_the_files_of_its_own_parts()
    {
        string one = Write("one", 0, 8);
        string[] folders = [Write("first", 0, 2), Write("second", 2, 5), Write("third", 5, 8)];
        string expected = Train(cluster: null, one);
        Assert.All(ThreadCluster.Run(3, cluster => Train(cluster, folders[cluster.Rank])), each => Assert.Equal(expected, each));
    }

    private static string Train(TrainingCluster? cluster, string folder)
    {
        var model = new ShardedLabels(seed: 1);
        var options = new TrainingOptions { Epochs = 2 };

        var source = new SequenceSource<int, string>(
            part => File.ReadLines(Path.Combine(folder, $"part-{part}.txt")),
            (batch, line) =>
            {
                int[] numbers = [.. line.Split(' ').Select(int.Parse)];
                batch.Add(numbers.AsSpan(1), label: numbers[0]);
            },
            parts: 8);
        History history = model.Fit(source, options with { Cluster = cluster, Shards = 8 });

        return ShardTrainings.Text(model, history);
    }

    /// <summary>Writes some of the parts, 3 to 10 lines each, into a folder of their own.</summary>
    private string Write(string name, int from, int to)
    {
        string folder = _folder.CreateSubdirectory(name).FullName;
        for (int part = from; part < to; part++)
        {
            IEnumerable<string> lines = Enumerable.Range(0, 3 + part).Select(line =>
                string.Create(CultureInfo.InvariantCulture, $"{line % 2} {part} {(part * line) % 40} {39 - line}"));
            File.WriteAllLines(Path.Combine(folder, $"part-{part}.txt"), lines);
        }

        return folder;
    }
}
