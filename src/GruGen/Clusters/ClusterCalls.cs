namespace GruGen;

/// <summary>What all processes of a cluster call; where there is no cluster, one does.</summary>
internal static class ClusterCalls
{
    /// <summary>Does something of which an exception in this process is one in all of them.</summary>
    public static T Together<T>(this TrainingCluster? cluster, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception exception)
        {
            cluster?.Fail(exception);
            throw;
        }
    }

    /// <summary>Writes a file, which the first process does; all go on when it is there.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content, to which each process may add what it alone has.</param>
    public static void Write(this TrainingCluster? cluster, string path, Action<Stream> write)
    {
        cluster.Together(() =>
        {
            if (cluster is null or { IsFirst: true })
            {
                AtomicFile.Write(path, write);
            }
            else
            {
                write(Stream.Null);
            }

            return path;
        });
        cluster?.Any(ClusterTask.Saved, 0, isSo: false);
    }
}
