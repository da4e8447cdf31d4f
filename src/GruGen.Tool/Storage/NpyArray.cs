using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace GruGen.Tool;

/// <summary>An array of NumPy: a magic number, a header that is a Python dictionary of three literals, and the elements.</summary>
internal static class NpyArray
{
    /// <summary>What the names of arrays in an archive end with.</summary>
    public const string Extension = ".npy";

    private const int MaximumHeader = 10_000;

    /// <summary>Reads an array of an archive.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="entry">Its entry.</param>
    /// <param name="source">What is read, for messages.</param>
    /// <exception cref="InvalidDataException">The array is damaged.</exception>
    public static StoredTensor Read(ZipArchiveFile archive, ZipEntry entry, string source)
    {
        string name = entry.Name[..^Extension.Length];
        byte[] bytes = archive.ReadStart(entry, MaximumHeader + 12);
        if (bytes.Length < 12 || bytes[0] != 0x93 || !bytes.AsSpan(1, 5).SequenceEqual("NUMPY"u8))
        {
            throw Damaged("it does not begin with NumPy's magic number");
        }

        int version = bytes[6];
        if (version is not (1 or 2 or 3))
        {
            throw Damaged($"its version is {version}, but 1 to 3 are known");
        }

        int start = version == 1 ? 10 : 12;
        long length = version == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8)) : BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8));
        if (length > MaximumHeader || start + length > bytes.Length)
        {
            throw Damaged($"its header of {length} bytes is longer than {Math.Min(MaximumHeader, bytes.Length - start)}");
        }

        NpyHeader header = NpyHeader.Parse(Encoding.Latin1.GetString(bytes, start, (int)length))
            ?? throw Damaged("its header is no dictionary of 'descr', 'fortran_order' and 'shape'");
        if (TypeOf(header.Descr) is not { } type)
        {
            return new StoredTensor(name, header.Descr, header.Shape, double[] () => throw new NotSupportedException(
                $"'{name}' in {source} has elements of the type '{header.Descr}', which are no numbers that are read."));
        }

        int place = start + (int)length;
        Int128 expected = header.Shape.Aggregate(
            (Int128)StoredTensor.SizeOf(type), (product, size) => product > long.MaxValue ? product : product * size);
        return expected == entry.Length - place
            ? new StoredTensor(name, type, header.Shape, () => Elements(archive.Read(entry, entry.Length)[place..], type, header))
            : throw Damaged(
                $"[{string.Join(", ", header.Shape)}] of {header.Descr} takes {expected} bytes, but there are {entry.Length - place}");

        InvalidDataException Damaged(string what) => new($"'{name}' in {source} is no valid array of NumPy: {what}.");
    }

    private static string? TypeOf(string descr) => descr.Length < 2 || !"<>|=".Contains(descr[0], StringComparison.Ordinal) ? null
        : descr[1..] switch
        {
            "f4" => "F32",
            "f8" => "F64",
            "f2" => "F16",
            "i8" => "I64",
            "i4" => "I32",
            "i2" => "I16",
            "i1" => "I8",
            "u8" => "U64",
            "u4" => "U32",
            "u2" => "U16",
            "u1" => "U8",
            "b1" => "BOOL",
            _ => null,
        };

    private static StoredNumbers Elements(ReadOnlyMemory<byte> bytes, string type, NpyHeader header)
    {
        StoredNumbers values = new(type, header.Descr[0] == '>' ? Reversed(bytes, StoredTensor.SizeOf(type)) : bytes);
        return header.IsFortran ? RowMajor(values, header.Shape) : values;
    }

    /// <summary>The bytes of each element in the opposite order.</summary>
    private static byte[] Reversed(ReadOnlyMemory<byte> bytes, int size)
    {
        byte[] reversed = bytes.ToArray();
        for (int i = 0; i < reversed.Length; i += size)
        {
            reversed.AsSpan(i, size).Reverse();
        }

        return reversed;
    }

    /// <summary>Of elements whose first index moves fastest those whose last one does.</summary>
    private static double[] RowMajor(StoredNumbers values, ImmutableArray<int> shape)
    {
        double[] rows = new double[values.Length];
        int[] index = new int[shape.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            int place = 0;
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                place = (place * shape[axis]) + index[axis];
            }

            rows[i] = values[place];
            for (int axis = shape.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
            {
                index[axis] = 0;
            }
        }

        return rows;
    }
}

/// <summary>What the header of an array says.</summary>
/// <param name="Descr">The type of the elements, such as <c>&lt;f4</c>.</param>
/// <param name="IsFortran">Whether the first index moves fastest.</param>
/// <param name="Shape">The sizes.</param>
internal sealed record NpyHeader(string Descr, bool IsFortran, ImmutableArray<int> Shape)
{
    private const int MaximumRank = 32;

    /// <summary>Parses <c>{'descr': '&lt;f4', 'fortran_order': False, 'shape': (3, 4), }</c>; null if it is anything else.</summary>
    public static NpyHeader? Parse(string text)
    {
        int place = 0;
        string? descr = null;
        bool? isFortran = null;
        ImmutableArray<int>? shape = null;
        if (!Take('{'))
        {
            return null;
        }

        while (!Take('}'))
        {
            string? key = Text();
            if (key is null || !Take(':'))
            {
                return null;
            }

            bool isNew = key switch
            {
                "descr" => descr is null && (descr = Text()) is not null,
                "fortran_order" => isFortran is null && (isFortran = Truth()) is not null,
                "shape" => shape is null && (shape = Sizes()) is not null,
                _ => false,
            };
            if (!isNew || (!Take(',') && Peek() != '}'))
            {
                return null;
            }
        }

        return descr is not null && isFortran is { } order && shape is { } sizes && Peek() == '\0' ? new NpyHeader(descr, order, sizes)
            : null;

        char Peek()
        {
            while (place < text.Length && char.IsWhiteSpace(text[place]))
            {
                place++;
            }

            return place < text.Length ? text[place] : '\0';
        }

        bool Take(char c)
        {
            bool isThere = Peek() == c;
            place += isThere ? 1 : 0;
            return isThere;
        }

        string? Text()
        {
            char quote = Peek();
            int end = quote is '\'' or '"' ? text.IndexOf(quote, place + 1) : -1;
            if (end < 0)
            {
                return null;
            }

            string value = text[(place + 1)..end];
            place = end + 1;
            return value;
        }

        bool? Truth()
        {
            bool? value = Peek() == 'T' ? true : Peek() == 'F' ? false : null;
            string word = value == true ? "True" : "False";
            bool isWord = value is not null && string.CompareOrdinal(text, place, word, 0, word.Length) == 0;
            place += word.Length;
            return isWord ? value : null;
        }

        ImmutableArray<int>? Sizes()
        {
            var sizes = ImmutableArray.CreateBuilder<int>();
            if (!Take('('))
            {
                return null;
            }

            while (!Take(')'))
            {
                long size = char.IsAsciiDigit(Peek()) ? 0 : -1;
                for (; char.IsAsciiDigit(place < text.Length ? text[place] : '\0'); place++)
                {
                    size = Math.Min((size * 10) + text[place] - '0', int.MaxValue);
                }

                if (size < 0 || sizes.Count == MaximumRank || (!Take(',') && Peek() != ')'))
                {
                    return null;
                }

                sizes.Add((int)size);
            }

            return sizes.ToImmutable();
        }
    }
}
