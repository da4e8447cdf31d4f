using System.Runtime.InteropServices;
using System.Security.Cryptography;

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

    /// <summary>The same of a text.</summary>
    public static long Of(string text) => Of(text.AsSpan());
}
