using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace GruGen;

/// <content>
/// How processes agree. Before they exchange anything they tell each other what they are about to do, and whether one of them has failed:
/// so none waits for what never comes, a failure ends all with its message, and processes that do different things find out.
/// </content>
public abstract partial class TrainingCluster
{
    private const int MaximumMessage = 4096; // bytes

    private Header[] _headers = [];
    private int[] _headerBytes = [], _counts = [];
    private byte[] _payloads = [];
    private Exception? _told; // to the others, which a caller further out must not do again
    private bool _hasLeft;

    /// <summary>How many bytes each process had in the last <see cref="Collect"/>.</summary>
    internal ReadOnlySpan<int> Counts => _counts;

    /// <summary>Whether one of the processes has said so in the last task.</summary>
    internal bool AnySaysSo => Array.Exists(_headers, header => header.Outcome == Outcome.Yes);

    /// <summary>Gives every process what each of them has for a task that all are about to do.</summary>
    /// <param name="task">The task.</param>
    /// <param name="number">Which of its kind, such as the number of the step.</param>
    /// <param name="detail">What else has to be the same everywhere.</param>
    /// <param name="own">What this process has, of any length.</param>
    /// <param name="isSo">What <see cref="AnySaysSo"/> asks.</param>
    /// <returns>What all have, one behind the other, in the order of the processes; valid until the next call.</returns>
    /// <exception cref="TrainingClusterException">A process has failed, or does something else.</exception>
    /// <exception cref="OperationCanceledException">A process was cancelled.</exception>
    internal ReadOnlySpan<byte> Collect(ClusterTask task, long number, long detail, ReadOnlySpan<byte> own, bool isSo = false)
    {
        GatherHeaders(new Header(isSo ? Outcome.Yes : Outcome.Good, task, number, detail, own.Length));
        ThrowIfFailed();
        ThrowIfDifferent();
        return GatherPayloads(own);
    }

    /// <summary>Whether one of the processes says so.</summary>
    internal bool Any(ClusterTask task, long number, bool isSo)
    {
        GatherHeaders(new Header(isSo ? Outcome.Yes : Outcome.Good, task, number, Detail: 0, Length: 0));
        ThrowIfFailed();
        ThrowIfDifferent();
        return AnySaysSo;
    }

    /// <summary>Whether an exception is what another process has told.</summary>
    internal static bool IsOfAnother(Exception? exception) => exception is TrainingClusterException or CanceledElsewhereException;

    /// <summary>
    /// Has all processes throw when they begin their next task, because this one has; what came from others goes no further.
    /// </summary>
    /// <param name="exception">The exception.</param>
    /// <param name="wasCanceled">Whether somebody has cancelled this process.</param>
    internal void Fail(Exception exception, bool wasCanceled = false)
    {
        if (_hasLeft)
        {
            return;
        }

        bool isTold = exception == _told || (exception.InnerException is { } inner && inner == _told);
        if (Size == 1 || isTold || IsOfAnother(exception) || IsOfAnother(exception.InnerException))
        {
            return;
        }

        _told = exception;
        string text = $"{exception.GetType().Name}: {exception.Message}";
        byte[] message = Encoding.UTF8.GetBytes(text[..Math.Min(text.Length, MaximumMessage / 3)]);
        Outcome outcome = wasCanceled && exception is OperationCanceledException ? Outcome.Canceled : Outcome.Failed;
        GatherHeaders(new Header(outcome, default, 0, 0, message.Length));
        GatherMessages(message);
    }

    /// <summary>Compares settings, which have to be the same in all processes.</summary>
    /// <exception cref="TrainingClusterException">One is not.</exception>
    internal void Compare(ClusterTask task, IReadOnlyList<(string Name, string Value)> settings)
    {
        long[] own = [.. settings.Select(setting => Checksum.Of(setting.Name + "=" + setting.Value))];
        long[] all = [.. MemoryMarshal.Cast<byte, long>(Collect(task, 0, own.Length, MemoryMarshal.AsBytes(own.AsSpan())))];
        int rank = Enumerable.Range(0, Size).FirstOrDefault(other => !OfRank(other).SequenceEqual(OfRank(0)));
        if (rank == 0)
        {
            return;
        }

        int differing = OfRank(0).CommonPrefixLength(OfRank(rank));
        string[] texts = Split(Collect(task, 1, differing, Encoding.UTF8.GetBytes(settings[differing].Value)));
        int same = texts[0].AsSpan().CommonPrefixLength(texts[rank]);
        throw new TrainingClusterException(
            rank,
            $"The {settings[differing].Name} is {Around(texts[0], same)} in process 0, "
                + $"but {Around(texts[rank], same)} in process {rank} of {Size}.");

        ReadOnlySpan<long> OfRank(int other) => all.AsSpan(other * settings.Count, settings.Count);
    }

    /// <summary>The part of a text in which another one begins to differ.</summary>
    private static string Around(string text, int place)
    {
        int from = place < 150 ? 0 : place - 50, to = Math.Min(text.Length, Math.Max(place, from) + 100);
        return (from > 0 ? "… " : "") + text[from..to] + (to < text.Length ? " …" : "");
    }

    /// <summary>Has all processes leave together.</summary>
    private void Leave()
    {
        bool isThere = !_hasLeft && Size > 1;
        _hasLeft = true;
        if (!isThere)
        {
            return;
        }

        GatherHeaders(new Header(Outcome.Good, ClusterTask.Leave, 0, 0, Length: 0));
        if (Array.Exists(_headers, header => header.Outcome is Outcome.Failed or Outcome.Canceled))
        {
            GatherMessages([]); // theirs to throw, not of one that is through
        }
    }

    private void GatherHeaders(Header own)
    {
        if (_hasLeft && own.Task != ClusterTask.Leave)
        {
            throw new TrainingClusterException(Rank, $"Process {Rank} of {Size} {Description(own)}, but the cluster is no longer there.");
        }

        if (_headers.Length == 0)
        {
            (_headers, _headerBytes, _counts) = (new Header[Size], new int[Size], new int[Size]);
            Array.Fill(_headerBytes, Unsafe.SizeOf<Header>());
        }

        CarryToAll(MemoryMarshal.AsBytes(new ReadOnlySpan<Header>(in own)), MemoryMarshal.AsBytes(_headers.AsSpan()), _headerBytes);
        _hasLeft |= Array.Exists(_headers, header => header.Task == ClusterTask.Leave); // one that has left hears nothing more
    }

    private ReadOnlySpan<byte> GatherPayloads(ReadOnlySpan<byte> own)
    {
        long sum = 0;
        for (int rank = 0; rank < Size; rank++)
        {
            sum += _counts[rank] = (int)_headers[rank].Length;
        }

        if (sum == 0)
        {
            return [];
        }

        if (sum > Array.MaxLength / 2)
        {
            throw new InvalidOperationException(
                $"{Size} processes would gather {sum:N0} bytes at once, as metrics that keep all rows may.");
        }

        if (_payloads.Length < sum)
        {
            _payloads = new byte[2 * sum];
        }

        CarryToAll(own, _payloads.AsSpan(0, (int)sum), _counts);
        return _payloads.AsSpan(0, (int)sum);
    }

    /// <summary>The messages of the processes that have failed; those of all others are empty.</summary>
    private string[] GatherMessages(ReadOnlySpan<byte> own)
    {
        for (int rank = 0; rank < Size; rank++)
        {
            bool hasMessage = _headers[rank].Outcome is Outcome.Failed or Outcome.Canceled;
            _headers[rank] = hasMessage ? _headers[rank] : _headers[rank] with { Length = 0 };
        }

        return Split(GatherPayloads(own));
    }

    private string[] Split(ReadOnlySpan<byte> texts)
    {
        string[] split = new string[Size];
        for (int rank = 0; rank < Size; rank++)
        {
            split[rank] = Encoding.UTF8.GetString(texts[.._counts[rank]]);
            texts = texts[_counts[rank]..];
        }

        return split;
    }

    private void ThrowIfFailed()
    {
        int rank = Array.FindIndex(_headers, header => header.Outcome == Outcome.Failed);
        bool wasCanceled = rank < 0;
        rank = wasCanceled ? Array.FindIndex(_headers, header => header.Outcome == Outcome.Canceled) : rank;
        if (rank >= 0)
        {
            string message = $"Process {rank} of {Size} has ended the training: {GatherMessages([])[rank]}";
            throw wasCanceled ? new CanceledElsewhereException(message) : new TrainingClusterException(rank, message);
        }
    }

    private void ThrowIfDifferent()
    {
        Header first = _headers[0];
        for (int rank = 1; rank < Size; rank++)
        {
            Header other = _headers[rank];
            if (other.Task != first.Task || other.Number != first.Number)
            {
                throw new TrainingClusterException(
                    rank, $"Process 0 {Description(first)}, but process {rank} of {Size} {Description(other)}.");
            }

            if (other.Detail != first.Detail)
            {
                throw new TrainingClusterException(
                    rank, $"Process {rank} of {Size} {Description(other)} as process 0 does, but with something else.");
            }
        }
    }

    private static string Description(Header header) => header.Task switch
    {
        ClusterTask.Begin => "begins to train",
        ClusterTask.Stop => $"goes on after batch {header.Number}",
        ClusterTask.Step => $"makes step {header.Number}",
        ClusterTask.Sums => "adds up losses and metrics",
        ClusterTask.States => "gathers the states of streams",
        ClusterTask.Saved => "has written a file",
        ClusterTask.End => $"is through after epoch {header.Number}",
        _ => "leaves",
    };

    private enum Outcome
    {
        Good,
        Yes,
        Canceled,
        Failed,
    }

    /// <summary>What a process says before a task.</summary>
    /// <param name="Outcome">How it fares.</param>
    /// <param name="Task">The task.</param>
    /// <param name="Number">Which of its kind.</param>
    /// <param name="Detail">What else has to be the same everywhere.</param>
    /// <param name="Length">The bytes that it has for the task.</param>
    private readonly record struct Header(Outcome Outcome, ClusterTask Task, long Number, long Detail, long Length);

    private sealed class CanceledElsewhereException(string message) : OperationCanceledException(message);
}
