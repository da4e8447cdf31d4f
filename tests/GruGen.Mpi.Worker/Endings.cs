namespace GruGen.Mpi.Worker;

/// <summary>Ways in which processes end, good and bad; the last one does what the others wait for in vain.</summary>
internal static class Endings
{
    /// <summary>Joins and ends.</summary>
    /// <param name="how">Which way.</param>
    public static void Run(string how)
    {
        var cluster = MpiCluster.Join();
        bool isLast = cluster.Rank == cluster.Size - 1;
        switch (how)
        {
            case "abort":
                if (isLast)
                {
                    cluster.Abort("the data ends in the middle");
                }

                Meet(cluster);
                break;
            case "crash":
                if (isLast)
                {
                    throw new InvalidOperationException("nobody catches this");
                }

                Meet(cluster);
                break;
            case "wait": // for somebody to kill the last
                Console.WriteLine($"process {cluster.Rank} of {cluster.Size}: waits as {Environment.ProcessId}");
                if (isLast)
                {
                    Thread.Sleep(Timeout.Infinite);
                }

                Meet(cluster);
                break;
            case "forgotten": // to dispose
                Meet(cluster);
                break;
            case "twice":
                Meet(cluster);
                try
                {
                    MpiCluster.Join();
                }
                catch (InvalidOperationException exception)
                {
                    Console.WriteLine($"process {cluster.Rank} of {cluster.Size}: {exception.Message}");
                }

                cluster.Dispose();
                break;
            case "thread": // another one than that which joined
                var thread = new Thread(() => Meet(cluster));
                thread.Start();
                thread.Join();
                cluster.Dispose();
                break;
            case "mismatch": // the first process sends more than the last expects
                Mismatch(cluster, isLast);
                break;
            case "callback": // an exception where the others begin the next epoch
                Train(cluster, fails: isLast);
                break;
            case "leave": // in the middle of what the others do
                if (!isLast)
                {
                    Train(cluster, fails: false);
                }

                cluster.Dispose();
                break;
            case "null": // an exception that is a signal of the processor, which libraries like to catch
                Meet(cluster);
                Console.WriteLine($"process {cluster.Rank} of {cluster.Size}: {LengthOf(null)}");
                cluster.Dispose();
                break;
            default:
                throw new ArgumentException($"There is no ending '{how}'.");
        }
    }

    /// <summary>Waits until all processes are here.</summary>
    private static void Meet(MpiCluster cluster)
    {
        int[] counts = [.. Enumerable.Repeat(1, cluster.Size)];
        byte[] all = new byte[cluster.Size];
        cluster.Gather([(byte)cluster.Rank], all, counts);
        Console.WriteLine($"process {cluster.Rank} of {cluster.Size}: met {string.Join(' ', all)}");
    }

    /// <summary>Trains, and goes on after a failure, as programs do that clean up.</summary>
    private static void Train(MpiCluster cluster, bool fails)
    {
        try
        {
            new Movement(seed: 1).Fit(Trainings.Movements(seed: 1, count: 40), new TrainingOptions
            {
                Cluster = cluster,
                Shards = 8,
                Epochs = 3,
                OnEpochEnd = _ => Report(fails),
            });
        }
        catch (Exception exception) when (exception is InvalidOperationException or TrainingClusterException)
        {
            Console.WriteLine($"process {cluster.Rank} of {cluster.Size}: {exception.Message}");
        }

        cluster.Dispose();

        static void Report(bool fails)
        {
            if (fails)
            {
                throw new InvalidOperationException("the disk is full");
            }
        }
    }

    private static void Mismatch(MpiCluster cluster, bool isLast)
    {
        int[] none = new int[cluster.Size], sent = [.. none], expected = [.. none];
        (sent[^1], expected[0]) = (cluster.Rank == 0 ? 100 : 0, isLast ? 50 : 0);
        try
        {
            cluster.Exchange(new byte[sent.Sum()], sent, new byte[expected.Sum()], expected);
            Meet(cluster);
        }
        catch (IOException exception)
        {
            Console.WriteLine($"process {cluster.Rank} of {cluster.Size}: {exception.Message}");
            Environment.Exit(1); // what the library does next is not known
        }
    }

    private static string LengthOf(string? text)
    {
        try
        {
            return $"{text!.Length}";
        }
        catch (NullReferenceException)
        {
            return "caught";
        }
    }
}
