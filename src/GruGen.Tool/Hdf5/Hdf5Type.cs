namespace GruGen.Tool;

/// <summary>A type of elements.</summary>
/// <param name="Class">Whole numbers, numbers, texts, …</param>
/// <param name="Size">The bytes of an element.</param>
/// <param name="IsBig">Whether the highest byte comes first.</param>
/// <param name="IsText">Of elements of any length, whether they are texts.</param>
internal sealed record Hdf5Type(int Class, int Size, bool IsBig, bool IsText)
{
    public const int Whole = 0, Real = 1, Text = 3, Variable = 9;

    private const int MaximumRank = 8;

    /// <summary>The type that a message describes.</summary>
    public static Hdf5Type Read(Hdf5Bytes bytes, ulong place)
    {
        int kind = bytes.Byte(place) & 15, bits = bytes.Byte(place + 1);
        uint size = bytes.UInt32(place + 4);
        return size is > 0 and < 1 << 24
            ? new Hdf5Type(kind, (int)size, kind is Whole or Real && (bits & 1) != 0, kind == Variable && (bits & 15) == 1)
            : throw bytes.Damaged($"an element has {size} bytes");
    }

    /// <summary>The sizes that a message describes; none for a single element.</summary>
    public static int[] ReadShape(Hdf5Bytes bytes, ulong place)
    {
        (int version, int rank) = (bytes.Byte(place), bytes.Byte(place + 1));
        if (version is not (1 or 2) || rank > MaximumRank)
        {
            throw bytes.Damaged($"a space of version {version} has {rank} axes");
        }

        int[] shape = new int[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            ulong size = bytes.UInt64(place + (version == 1 ? 8UL : 4UL) + (8 * (ulong)axis));
            shape[axis] = size <= int.MaxValue ? (int)size : throw bytes.Damaged($"an axis has the size {size}");
        }

        return shape;
    }

    /// <summary>The type as safetensors writes it; null if it is no type of numbers that is read.</summary>
    public string? Element => (Class, Size) switch
    {
        (Real, 2) => "F16",
        (Real, 4) => "F32",
        (Real, 8) => "F64",
        (Whole, 4) => "I32",
        (Whole, 8) => "I64",
        _ => null,
    };
}
