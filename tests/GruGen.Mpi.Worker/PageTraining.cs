namespace GruGen.Mpi.Worker;

/// <summary>What the package's README shows.</summary>
internal static class PageTraining
{
    /// <summary>Trains in the processes that the launcher started, and writes one file.</summary>
    public static void Run(string path)
    {
        (Movement model, SequenceDataset<float> data) = (new Movement(seed: 1), Trainings.Movements(seed: 1, count: 64));
        var options = new TrainingOptions { Epochs = 2 };

        using MpiCluster cluster = MpiCluster.Join();
        History history = model.Fit(data, options with { Cluster = cluster, Shards = 8 });
        if (cluster.IsFirst)
        {
            Console.WriteLine($"{cluster.Size} processes: loss {history["loss"][^1]:F4}");
            model.Save(path);
        }
    }
}
