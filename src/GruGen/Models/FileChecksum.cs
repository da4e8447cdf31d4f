using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// The SHA-256 of a file's strings and tensors, in the order of their names, which a bit that has turned over on a disk changes.
/// </summary>
internal static class FileChecksum
{
    /// <summary>The key of the checksum among the strings.</summary>
    public const string Key = "sha256";

    /// <summary>The checksum.</summary>
    /// <param name="metadata">The strings, of which <see cref="Key"/> is left out.</param>
    /// <param name="tensors">The tensors of floats: the name of each, and where its values lie.</param>
    /// <param name="doubles">The tensor of doubles.</param>
    public static string Of(
        IEnumerable<KeyValuePair<string, string>> metadata,
        IEnumerable<(string Name, AlignedBuffer Buffer, int Offset, int Length)> tensors,
        double[] doubles)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string key, string value) in metadata.Where(pair => pair.Key != Key).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{key}={value}\n"));
        }

        foreach ((string name, AlignedBuffer buffer, int offset, int length) in
            tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n"));
            const int chunk = 1 << 20; // a span of bytes has at most 2^31 of them
            for (ReadOnlySpan<float> rest = buffer.Span.Slice(offset, length); !rest.IsEmpty; rest = rest[Math.Min(chunk, rest.Length)..])
            {
                hash.AppendData(MemoryMarshal.AsBytes(rest[..Math.Min(chunk, rest.Length)]));
            }
        }

        hash.AppendData(MemoryMarshal.AsBytes(doubles.AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
