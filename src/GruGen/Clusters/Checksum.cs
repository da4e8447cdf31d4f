using System.Runtime.InteropServices;
using System.Security.Cryptography;
using GruGen.Kernels;

namespace GruGen;

/// <summary>Eight bytes that tell whether processes have the same.</summary>
internal static class Checksum
{
    /// <summary>The first bytes of the SHA-256 of some numbers.</summary>
    public static long Of<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(numbers), hash);
        return MemoryMarshal.Read<long>(hash);
    }

    /// <summary>The same of the numbers of several buffers, which may be longer than a span of bytes can be.</summary>
    public static long Of(IEnumerable<AlignedBuffer> buffers)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (AlignedBuffer buffer in buffers)
        {
            const int slice = 1 << 20;
            for (ReadOnlySpan<float> rest = buffer.Span; !rest.IsEmpty; rest = rest[Math.Min(slice, rest.Length)..])
            {
                hash.AppendData(MemoryMarshal.AsBytes(rest[..Math.Min(slice, rest.Length)]));
            }
        }

        return MemoryMarshal.Read<long>(hash.GetHashAndReset());
    }

    /// <summary>The same of a text.</summary>
    public static long Of(string text) => Of(text.AsSpan());
}
