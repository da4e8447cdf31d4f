namespace GruGen.Mpi;

/// <summary>
/// The processes that an MPI launcher started, such as <c>mpirun -n 4 dotnet train.dll</c>, on one machine or on many, as a cluster that
/// trains a model.
/// </summary>
/// <remarks>
/// MPI is loaded when a process joins: Open MPI, MPICH and what has its binary interface (Intel MPI, MVAPICH, Microsoft MPI), or any with
/// that of MPI 5. All processes have to use the one that their launcher belongs to. The numbers that a training ends with depend on
/// neither.
/// </remarks>
public sealed class MpiCluster : TrainingCluster
{
    private static readonly Lock s_lock = new();
    private static bool s_joined;

    private readonly MpiFunctions _mpi;
    private readonly int _thread; // the only one that may call; 0 if any may
    private readonly int[] _sendPlaces; // [Size]: where each part begins
    private readonly int[] _receivePlaces; // [Size]
    private bool _left;

    private MpiCluster(MpiFunctions mpi, MpiLauncher launcher)
    {
        _mpi = mpi;
        _thread = mpi.Initialize() ? 0 : Environment.CurrentManagedThreadId;
        (Rank, Size) = (mpi.Rank, mpi.Size);
        _sendPlaces = new int[Size];
        _receivePlaces = new int[Size];
        if (Size == 1 && launcher.Size > 1)
        {
            mpi.Finish();
            throw new InvalidOperationException(
                $"This process is alone, though {launcher.Name} started {launcher.Size} ({launcher.Variable}): each of them would train "
                + $"by itself. The MPI library '{mpi.Name}' ({mpi.Version}) is not the one that the launcher belongs to. Start with the "
                + "launcher of that library, or name the launcher's by MpiCluster.Join or the environment variable "
                + $"{MpiLibrary.Variable}.");
        }

        AppDomain.CurrentDomain.ProcessExit += LeaveAtExit;
    }

    /// <inheritdoc/>
    public override int Rank { get; }

    /// <inheritdoc/>
    public override int Size { get; }

    /// <summary>What the library says that it is (the first line of <c>MPI_Get_library_version</c>).</summary>
    public string LibraryVersion => _mpi.Version;

    /// <summary>The binary interface by which the library is called.</summary>
    public MpiAbi Abi => _mpi.Abi;

    /// <summary>Joins the processes that the launcher started; each calls it once, before it trains.</summary>
    /// <param name="library">
    /// The name or the path of the MPI library; null, the default, for the one that the environment variable <c>GRUGEN_MPI</c> names, or
    /// else the first that is installed, those of the launcher's kind before all others.
    /// </param>
    /// <returns>The cluster, which has one process if no launcher started this one. To be disposed before the process ends.</returns>
    /// <exception cref="DllNotFoundException">
    /// There is no MPI library, or the one that is named does not load. Without MPI, <see cref="TrainingOptions.Cluster"/> is left null.
    /// </exception>
    /// <exception cref="BadImageFormatException">The library is for another kind of process, of 32 bits instead of 64.</exception>
    /// <exception cref="NotSupportedException">The library is none of MPI, or has a binary interface that is not known.</exception>
    /// <exception cref="InvalidOperationException">
    /// This process has joined before, as MPI allows once, or other code has initialised MPI; or the launcher started several processes,
    /// and the library, which is not the launcher's, knows of this one alone.
    /// </exception>
    /// <exception cref="IOException">The library could not connect the processes.</exception>
    public static MpiCluster Join(string? library = null)
    {
        lock (s_lock)
        {
            if (s_joined)
            {
                throw new InvalidOperationException("This process has joined a cluster before; MPI lets it do so once.");
            }

            var launcher = MpiLauncher.Find(Environment.GetEnvironmentVariable);
            string? named = library ?? Environment.GetEnvironmentVariable(MpiLibrary.Variable);
            (nint handle, string name) = MpiLibrary.Load(string.IsNullOrEmpty(named) ? null : named, launcher);
            var mpi = new MpiFunctions(handle, name);
            if (mpi.IsInitialized)
            {
                throw new InvalidOperationException("Other code of this process has initialised MPI, which is possible once.");
            }

            s_joined = true;
            return new MpiCluster(mpi, launcher);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The counts are not what the spans have.</exception>
    /// <exception cref="InvalidOperationException">The library allows calls on the thread that joined alone.</exception>
    /// <exception cref="ObjectDisposedException">The cluster has been left.</exception>
    /// <exception cref="IOException">The library reports an error.</exception>
    protected override void Exchange(
        ReadOnlySpan<byte> send, ReadOnlySpan<int> sendCounts, Span<byte> receive, ReadOnlySpan<int> receiveCounts)
    {
        CheckCall();
        Place(sendCounts, send.Length, _sendPlaces, nameof(sendCounts));
        Place(receiveCounts, receive.Length, _receivePlaces, nameof(receiveCounts));
        _mpi.AllToAllV(send, sendCounts, _sendPlaces, receive, receiveCounts, _receivePlaces);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The counts are not what the spans have.</exception>
    /// <exception cref="InvalidOperationException">The library allows calls on the thread that joined alone.</exception>
    /// <exception cref="ObjectDisposedException">The cluster has been left.</exception>
    /// <exception cref="IOException">The library reports an error.</exception>
    protected override void Gather(ReadOnlySpan<byte> own, Span<byte> all, ReadOnlySpan<int> counts)
    {
        CheckCall();
        Place(counts, all.Length, _receivePlaces, nameof(counts));
        if (own.Length != counts[Rank])
        {
            throw new ArgumentException($"{counts[Rank]} bytes are counted of this process, which gives {own.Length}.", nameof(counts));
        }

        _mpi.AllGatherV(own, all, counts, _receivePlaces);
    }

    /// <inheritdoc/>
    protected override void Abort(string message)
    {
        Console.Error.WriteLine($"process {Rank} of {Size}: {message}");
        if (!_left)
        {
            Thread.Sleep(300); // ms: MPICH's launcher ends processes before it passes on what it has not read yet
            _mpi.Abort(1);
        }

        Environment.Exit(1); // where MPI_Abort comes back, which it may
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The library allows calls on the thread that joined alone.</exception>
    /// <exception cref="IOException">The library reports an error.</exception>
    protected override void Dispose(bool disposing)
    {
        if (!_left)
        {
            CheckCall();
            _left = true;
            AppDomain.CurrentDomain.ProcessExit -= LeaveAtExit;
            _mpi.Finish();
        }
    }

    /// <summary>Where each part begins, behind those before it.</summary>
    private static void Place(ReadOnlySpan<int> counts, int length, int[] places, string name)
    {
        if (counts.Length != places.Length)
        {
            throw new ArgumentException($"There are {counts.Length} counts for {places.Length} processes.", name);
        }

        long sum = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] < 0)
            {
                throw new ArgumentException($"The count of process {i} is {counts[i]}.", name);
            }

            places[i] = (int)sum; // no more than the length, as is checked below
            sum += counts[i];
        }

        if (sum != length)
        {
            throw new ArgumentException($"{sum} bytes are counted, and {length} are there.", name);
        }
    }

    private void CheckCall()
    {
        ObjectDisposedException.ThrowIf(_left, this);
        if (!MayCall)
        {
            throw new InvalidOperationException(
                $"The MPI library ({LibraryVersion}) allows calls on the thread that joined alone, thread {_thread}; this is thread "
                + $"{Environment.CurrentManagedThreadId}. Join, train and dispose on one thread.");
        }
    }

    private bool MayCall => _thread == 0 || _thread == Environment.CurrentManagedThreadId;

    /// <summary>
    /// Of a process that ends well, but did not dispose. One that fails leaves without a word: the launcher then ends the others, where
    /// leaving in order would wait for them.
    /// </summary>
    private void LeaveAtExit(object? sender, EventArgs arguments)
    {
        if (Environment.ExitCode == 0 && MayCall)
        {
            Dispose();
        }
    }
}
