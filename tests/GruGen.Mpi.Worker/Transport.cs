using System.Security.Cryptography;

namespace GruGen.Mpi.Worker;

/// <summary>Bytes that are carried between processes, and what each must receive.</summary>
internal static class Transport
{
    private const int Rounds = 12;

    /// <summary>Carries bytes and gives the checksum of all that came.</summary>
    public static string Run(TrainingCluster cluster)
    {
        using var received = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        (int rank, int size) = (cluster.Rank, cluster.Size);
        for (int round = 0; round < Rounds; round++)
        {
            int[] sendCounts = [.. Enumerable.Range(0, size).Select(to => Count(round, rank, to))];
            int[] receiveCounts = [.. Enumerable.Range(0, size).Select(from => Count(round, from, rank))];
            byte[] send = [.. Enumerable.Range(0, size).SelectMany(to => Part(round, rank, to))];
            byte[] receive = new byte[receiveCounts.Sum()];
            cluster.Exchange(send, sendCounts, receive, receiveCounts);
            received.AppendData(receive);

            int[] counts = [.. Enumerable.Range(0, size).Select(from => Count(round, from, size))];
            byte[] all = new byte[counts.Sum()];
            cluster.Gather(Part(round, rank, size), all, counts);
            received.AppendData(all);
        }

        return Convert.ToHexString(received.GetHashAndReset());
    }

    /// <summary>The checksum that a process must print, computed without others.</summary>
    public static string Expected(int rank, int size)
    {
        using var expected = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int round = 0; round < Rounds; round++)
        {
            for (int from = 0; from < size; from++)
            {
                expected.AppendData(Part(round, from, rank));
            }

            for (int from = 0; from < size; from++)
            {
                expected.AppendData(Part(round, from, size));
            }
        }

        return Convert.ToHexString(expected.GetHashAndReset());
    }

    /// <summary>The bytes that a hundred rounds allocate on this thread, once warm.</summary>
    public static long Allocations(TrainingCluster cluster)
    {
        int[] counts = [.. Enumerable.Repeat(1000, cluster.Size)];
        byte[] own = new byte[1000], send = new byte[1000 * cluster.Size], receive = new byte[1000 * cluster.Size];
        Carry();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Carry();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;

        void Carry()
        {
            cluster.Exchange(send, counts, receive, counts);
            cluster.Gather(own, receive, counts);
        }
    }

    /// <summary>
    /// How many bytes one process gives another; the number of processes stands for all: nothing at first, then something of the first
    /// process alone, more than a message has room for, and then now and then nothing.
    /// </summary>
    private static int Count(int round, int from, int to) => round switch
    {
        0 => 0,
        1 => from == 0 ? 17 : 0,
        2 => 3_000_000 + 1000 * from + to,
        _ => Mix(round, from, to, -1) is var mixed && mixed % 3 == 0 ? 0 : (int)(mixed % 5000),
    };

    private static byte[] Part(int round, int from, int to)
    {
        byte[] part = new byte[Count(round, from, to)];
        for (int i = 0; i < part.Length; i++)
        {
            part[i] = (byte)(Mix(round, from, to, i) >> 11);
        }

        return part;
    }

    private static uint Mix(int round, int from, int to, int index)
    {
        uint mixed = (uint)(((round * 31 + from) * 31 + to) * 1_000_003 + index);
        mixed = (mixed ^ (mixed >> 16)) * 0x7feb352d;
        mixed = (mixed ^ (mixed >> 15)) * 0x846ca68b;
        return mixed ^ (mixed >> 16);
    }
}
