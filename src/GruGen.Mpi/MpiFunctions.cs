using System.Runtime.InteropServices;
using System.Text;

namespace GruGen.Mpi;

/// <summary>The functions of an MPI library that are needed, called by their addresses. What goes wrong is an exception.</summary>
internal sealed unsafe class MpiFunctions
{
    private readonly delegate* unmanaged<int*, int> _initialized;
    private readonly delegate* unmanaged<void*, void*, int, int*, int> _initThread;
    private readonly delegate* unmanaged<nint, nint, int> _setErrorHandler;
    private readonly delegate* unmanaged<nint, int*, int> _rank;
    private readonly delegate* unmanaged<nint, int*, int> _size;
    private readonly delegate* unmanaged<void*, int*, int*, nint, void*, int*, int*, nint, nint, int> _allToAllV;
    private readonly delegate* unmanaged<void*, int, nint, void*, int*, int*, nint, nint, int> _allGatherV;
    private readonly delegate* unmanaged<int, byte*, int*, int> _errorString;
    private readonly delegate* unmanaged<nint, int, int> _abort;
    private readonly delegate* unmanaged<int> _finalize;
    private readonly MpiHandles _handles;

    /// <summary>Finds them. MPI is not initialised by that.</summary>
    /// <param name="library">The loaded library.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="NotSupportedException">It is none of MPI, or of an unknown binary interface.</exception>
    public MpiFunctions(nint library, string name)
    {
        Name = name;
        _initialized = (delegate* unmanaged<int*, int>)Find("MPI_Initialized");
        _initThread = (delegate* unmanaged<void*, void*, int, int*, int>)Find("MPI_Init_thread");
        _setErrorHandler = (delegate* unmanaged<nint, nint, int>)Find("MPI_Comm_set_errhandler");
        _rank = (delegate* unmanaged<nint, int*, int>)Find("MPI_Comm_rank");
        _size = (delegate* unmanaged<nint, int*, int>)Find("MPI_Comm_size");
        _allToAllV = (delegate* unmanaged<void*, int*, int*, nint, void*, int*, int*, nint, nint, int>)Find("MPI_Alltoallv");
        _allGatherV = (delegate* unmanaged<void*, int, nint, void*, int*, int*, nint, nint, int>)Find("MPI_Allgatherv");
        _errorString = (delegate* unmanaged<int, byte*, int*, int>)Find("MPI_Error_string");
        _abort = (delegate* unmanaged<nint, int, int>)Find("MPI_Abort");
        _finalize = (delegate* unmanaged<int>)Find("MPI_Finalize");
        Version = ReadVersion((delegate* unmanaged<byte*, int*, int>)Find("MPI_Get_library_version"));
        _handles = MpiHandles.Find(library, Version) ?? throw new NotSupportedException(
            $"The MPI library '{name}' has a binary interface that is not known here: neither that of Open MPI, nor that of MPICH and its "
            + $"kin, nor that of MPI 5. It says that it is: {Version}");

        nint Find(string function) => NativeLibrary.TryGetExport(library, function, out nint address)
            ? address
            : throw new NotSupportedException($"The library '{name}' is none of MPI 3 or later: it has no function {function}.");
    }

    /// <summary>The name that the library was loaded by.</summary>
    public string Name { get; }

    /// <summary>What the library says that it is, in one line.</summary>
    public string Version { get; }

    /// <summary>Its binary interface.</summary>
    public MpiAbi Abi => _handles.Abi;

    /// <summary>The number of this process.</summary>
    public int Rank
    {
        get
        {
            int rank;
            Check(_rank(_handles.World, &rank), "MPI_Comm_rank");
            return rank;
        }
    }

    /// <summary>The number of processes.</summary>
    public int Size
    {
        get
        {
            int size;
            Check(_size(_handles.World, &size), "MPI_Comm_size");
            return size;
        }
    }

    /// <summary>Whether somebody has initialised MPI in this process.</summary>
    public bool IsInitialized
    {
        get
        {
            int flag;
            Check(_initialized(&flag), "MPI_Initialized");
            return flag != 0;
        }
    }

    /// <summary>Initialises MPI, which is possible once in a process, and has its functions return what goes wrong.</summary>
    /// <returns>Whether any thread may call them, one at a time; else only this one.</returns>
    public bool Initialize()
    {
        int provided;
        Check(_initThread(null, null, _handles.Serialized, &provided), "MPI_Init_thread");
        Check(_setErrorHandler(_handles.World, _handles.ErrorsReturn), "MPI_Comm_set_errhandler");
        return provided >= _handles.Serialized;
    }

    /// <summary>MPI_Alltoallv of bytes.</summary>
    public void AllToAllV(
        ReadOnlySpan<byte> send,
        ReadOnlySpan<int> sendCounts,
        ReadOnlySpan<int> sendDisplacements,
        Span<byte> receive,
        ReadOnlySpan<int> receiveCounts,
        ReadOnlySpan<int> receiveDisplacements)
    {
        fixed (byte* from = send, to = receive)
        fixed (int* fromCounts = sendCounts, fromPlaces = sendDisplacements, toCounts = receiveCounts, toPlaces = receiveDisplacements)
        {
            Check(
                _allToAllV(from, fromCounts, fromPlaces, _handles.Byte, to, toCounts, toPlaces, _handles.Byte, _handles.World),
                "MPI_Alltoallv");
        }
    }

    /// <summary>MPI_Allgatherv of bytes.</summary>
    public void AllGatherV(ReadOnlySpan<byte> own, Span<byte> all, ReadOnlySpan<int> counts, ReadOnlySpan<int> displacements)
    {
        fixed (byte* from = own, to = all)
        fixed (int* toCounts = counts, toPlaces = displacements)
        {
            Check(_allGatherV(from, own.Length, _handles.Byte, to, toCounts, toPlaces, _handles.Byte, _handles.World), "MPI_Allgatherv");
        }
    }

    /// <summary>Ends all processes.</summary>
    /// <param name="code">What they exit with.</param>
    public void Abort(int code) => _abort(_handles.World, code);

    /// <summary>Leaves MPI.</summary>
    public void Finish() => Check(_finalize(), "MPI_Finalize");

    private static string ReadVersion(delegate* unmanaged<byte*, int*, int> function)
    {
        byte[] text = new byte[8192]; // the largest MPI_MAX_LIBRARY_VERSION_STRING of all interfaces
        int length = 0;
        fixed (byte* start = text)
        {
            return function(start, &length) == 0 ? FirstLine(text.AsSpan(0, length)) : "a library without a version";
        }
    }

    /// <summary>MPICH's texts have more lines, and tabs.</summary>
    private static string FirstLine(ReadOnlySpan<byte> text)
    {
        string first = Encoding.UTF8.GetString(text).Split(['\n', '\0'], 2)[0];
        return string.Join(' ', first.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private void Check(int code, string function)
    {
        if (code != 0)
        {
            Fail(code, function);
        }
    }

    private void Fail(int code, string function)
    {
        byte* text = stackalloc byte[1024]; // twice the largest MPI_MAX_ERROR_STRING
        int length = 0;
        string message = _errorString(code, text, &length) == 0
            ? FirstLine(new ReadOnlySpan<byte>(text, length)).Replace(", error stack:", "", StringComparison.Ordinal)
            : "an error without a text";
        throw new IOException($"{function} failed with code {code}: {message} ({Version})");
    }
}
