using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GruGen.Kernels;

/// <summary>Floats on the managed heap that never move and start on a 64-byte boundary, all zero at first.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class AlignedBuffer
{
    private const int Lines = 16; // floats of a cache line

    private float[] _array;
    private int _start;

    /// <summary>A buffer of <paramref name="length"/> zeros.</summary>
    /// <param name="length">The number of floats.</param>
    /// <exception cref="InsufficientMemoryException">More floats than one array can hold, or than there is memory for.</exception>
    public AlignedBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > Array.MaxLength - Lines)
        {
            throw TooLarge(length, null);
        }

        try
        {
            _array = GC.AllocateArray<float>((int)length + Lines, pinned: true);
        }
        catch (OutOfMemoryException exception)
        {
            throw TooLarge(length, exception);
        }

        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
        _start = (int)((64 - (address & 63)) & 63) / sizeof(float);
        Length = (int)length;
    }

    private AlignedBuffer(float[] array, int start, int length) => (_array, _start, Length) = (array, start, length);

    /// <summary>The number of floats.</summary>
    public int Length { get; private set; }

    /// <summary>The first float, on a 64-byte boundary.</summary>
    public ref float Start
    {
        [MethodImpl(Jit.Inline)]
        get => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_array), _start);
    }

    /// <summary>All floats.</summary>
    public Span<float> Span => _array.AsSpan(_start, Length);

    /// <summary>The float at <paramref name="offset"/>, unchecked.</summary>
    [MethodImpl(Jit.Inline)]
    public ref float At(nint offset) => ref Unsafe.Add(ref Start, offset);

    /// <summary>A part of this memory; it starts where it starts, on a boundary or not.</summary>
    internal AlignedBuffer Slice(int start, int length) => new(_array, _start + start, length);

    /// <summary>From here on this is the memory of <paramref name="other"/>, for whoever holds this buffer.</summary>
    internal void UseMemoryOf(AlignedBuffer other) => (_array, _start, Length) = (other._array, other._start, other.Length);

    private static InsufficientMemoryException TooLarge(long length, Exception? cause) => new(
        $"A buffer of {length * sizeof(float):N0} bytes does not fit into memory. "
            + "Use smaller layers, a smaller batch or shorter sequences.",
        cause);
}
