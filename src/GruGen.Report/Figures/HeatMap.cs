using System.Buffers.Binary;
using System.IO.Compression;

namespace GruGen.Report;

/// <summary>Numbers as a picture of one pixel each: the larger one is, the less of the page shines through, in light and in dark.</summary>
internal static class HeatMap
{
    private const int Levels = 48; // on each side of 0

    private static readonly byte[] s_signature = [137, 80, 78, 71, 13, 10, 26, 10];

    /// <summary>The colours of parts of 1: from nothing to this one.</summary>
    public static readonly (byte Red, byte Green, byte Blue) Kept = (13, 148, 130), Read = (124, 92, 214);

    /// <summary>The colours of numbers above and below 0.</summary>
    public static readonly (byte Red, byte Green, byte Blue) Positive = (222, 110, 20), Negative = (42, 120, 216);

    /// <summary>The picture as a PNG file, in the text of an address.</summary>
    /// <param name="columns">The number of columns.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="value">The number of a column and a row, −1 to 1; beyond, it is as strong as 1.</param>
    /// <param name="positive">The colour of numbers above 0.</param>
    /// <param name="negative">The colour of numbers below 0.</param>
    public static string Draw(
        int columns,
        int rows,
        Func<int, int, double> value,
        (byte Red, byte Green, byte Blue) positive,
        (byte Red, byte Green, byte Blue) negative)
    {
        byte[] pixels = new byte[rows * (columns + 1)]; // of each row 0, for no filter, before its pixels
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                double number = value(column, row);
                int level = double.IsFinite(number) ? (int)Math.Round(Math.Clamp(number, -1, 1) * Levels) : 0;
                pixels[row * (columns + 1) + 1 + column] = (byte)(level + Levels);
            }
        }

        byte[] colors = new byte[(2 * Levels + 1) * 3], opacities = new byte[2 * Levels + 1];
        for (int i = 0; i < opacities.Length; i++)
        {
            (colors[3 * i], colors[3 * i + 1], colors[3 * i + 2]) = i < Levels ? negative : positive;
            opacities[i] = (byte)(Math.Abs(i - Levels) * 255 / Levels);
        }

        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, columns);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), rows);
        (header[8], header[9]) = (8, 3); // bits of a pixel, which is the place of a colour

        using var file = new MemoryStream();
        file.Write(s_signature);
        Write(file, "IHDR"u8, header);
        Write(file, "PLTE"u8, colors);
        Write(file, "tRNS"u8, opacities);
        Write(file, "IDAT"u8, Compressed(pixels));
        Write(file, "IEND"u8, []);
        return "data:image/png;base64," + Convert.ToBase64String(file.GetBuffer(), 0, (int)file.Length);
    }

    private static byte[] Compressed(byte[] pixels)
    {
        using var stream = new MemoryStream();
        using (var compressing = new ZLibStream(stream, CompressionLevel.SmallestSize))
        {
            compressing.Write(pixels);
        }

        return stream.ToArray();
    }

    /// <summary>A chunk: its length, its name and its content, and the check sum of these two.</summary>
    private static void Write(Stream file, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        byte[] chunk = [0, 0, 0, 0, .. name, .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), CheckSum(chunk.AsSpan(4, name.Length + content.Length)));
        file.Write(chunk);
    }

    /// <summary>The cyclic redundancy check of 32 bits that PNG asks for.</summary>
    private static uint CheckSum(ReadOnlySpan<byte> bytes)
    {
        uint sum = uint.MaxValue;
        foreach (byte value in bytes)
        {
            sum ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum >> 1) ^ ((sum & 1) == 0 ? 0 : 0xEDB88320);
            }
        }

        return ~sum;
    }
}
