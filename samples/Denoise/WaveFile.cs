using System.Buffers.Binary;

namespace Denoise;

/// <summary>WAV files of one channel and 16 kHz: read as 8-bit µ-law or 16-bit PCM, written as the latter.</summary>
internal static class WaveFile
{
    /// <summary>Samples in a second.</summary>
    public const int Rate = 16_000;

    private const int Pcm = 1, MuLaw = 7;

    /// <summary>The samples of a file, from −1 to 1.</summary>
    /// <exception cref="InvalidDataException">The file is no WAV file, or none of these two formats.</exception>
    public static float[] Read(string path)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        ReadOnlySpan<byte> format = Chunk(path, file, "fmt "u8), data = Chunk(path, file, "data"u8);
        if (format.Length < 16)
        {
            throw new InvalidDataException($"'{path}': the chunk 'fmt ' has {format.Length} bytes; it needs 16.");
        }

        (int kind, int channels) = (BinaryPrimitives.ReadUInt16LittleEndian(format), BinaryPrimitives.ReadUInt16LittleEndian(format[2..]));
        int rate = BinaryPrimitives.ReadInt32LittleEndian(format[4..]), bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        float[] samples = (kind, bits) switch
        {
            (MuLaw, 8) => new float[data.Length],
            (Pcm, 16) => new float[data.Length / 2],
            _ => throw new InvalidDataException($"'{path}' has format {kind} and {bits} bits; 1 and 16, or 7 and 8, are read."),
        };
        if (channels != 1 || rate != Rate)
        {
            throw new InvalidDataException($"'{path}' has {channels} channels at {rate} Hz; one at {Rate} Hz is read.");
        }

        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = (kind == MuLaw ? Expanded(data[i]) : BinaryPrimitives.ReadInt16LittleEndian(data[(2 * i)..])) / 32768f;
        }

        return samples;
    }

    /// <summary>Writes samples as 16-bit PCM; what is beyond −1 and 1 is clipped.</summary>
    public static void Write(string path, ReadOnlySpan<float> samples)
    {
        byte[] file = new byte[44 + 2 * samples.Length];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        "WAVEfmt "u8.CopyTo(file.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(20), Pcm);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(22), 1); // channel
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(24), Rate);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(28), 2 * Rate); // bytes in a second
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(32), 2); // bytes of a sample
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(34), 16); // bits of one
        "data"u8.CopyTo(file.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(40), 2 * samples.Length);
        for (int i = 0; i < samples.Length; i++)
        {
            float rounded = MathF.Round(samples[i] * 32768);
            BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(44 + 2 * i), (short)Math.Clamp(rounded, short.MinValue, short.MaxValue));
        }

        File.WriteAllBytes(path, file);
    }

    /// <summary>ITU-T G.711: a sign, three bits that say how large the step is, four that count steps; all inverted.</summary>
    private static int Expanded(byte value)
    {
        int code = ~value, magnitude = ((((code & 15) << 3) + 132) << ((code >> 4) & 7)) - 132;
        return (code & 128) == 0 ? magnitude : -magnitude;
    }

    /// <summary>A part of the file by its name. Each has four letters, a length, that many bytes, and one more if they are odd.</summary>
    private static ReadOnlySpan<byte> Chunk(string path, ReadOnlySpan<byte> file, ReadOnlySpan<byte> name)
    {
        if (file.Length < 12 || !file[..4].SequenceEqual("RIFF"u8) || !file[8..12].SequenceEqual("WAVE"u8))
        {
            throw new InvalidDataException($"'{path}' is no WAV file.");
        }

        for (ReadOnlySpan<byte> rest = file[12..]; rest.Length >= 8;)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            if (length > rest.Length - 8)
            {
                throw new InvalidDataException($"'{path}' ends within a chunk of {length} bytes, of which {rest.Length - 8} are there.");
            }

            if (rest[..4].SequenceEqual(name))
            {
                return rest.Slice(8, (int)length);
            }

            rest = rest[Math.Min(rest.Length, 8 + (int)length + (int)(length & 1))..];
        }

        throw new InvalidDataException($"'{path}' has no chunk '{System.Text.Encoding.ASCII.GetString(name)}'.");
    }
}
