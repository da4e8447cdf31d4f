using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GruGen;

/// <summary>
/// What is read and what is written lie apart: sequences run in blocks of steps, whose outputs would be read as the inputs of the blocks
/// after them.
/// </summary>
internal static class SeparateMemory
{
    /// <exception cref="ArgumentException"><paramref name="written"/> overlaps <paramref name="read"/>.</exception>
    public static void Check<TRead, TWritten>(
        ReadOnlySpan<TRead> read,
        ReadOnlySpan<TWritten> written,
        [CallerArgumentExpression(nameof(read))] string readName = "",
        [CallerArgumentExpression(nameof(written))] string writtenName = "")
        where TRead : unmanaged
        where TWritten : unmanaged
    {
        if (MemoryMarshal.AsBytes(read).Overlaps(MemoryMarshal.AsBytes(written)))
        {
            throw Overlap(readName, writtenName);
        }
    }

    /// <inheritdoc cref="Check{TRead, TWritten}(ReadOnlySpan{TRead}, ReadOnlySpan{TWritten}, string, string)"/>
    public static void Check<TRead, TWritten>(
        ReadOnlySpan<TRead> read,
        Span<TWritten> written,
        [CallerArgumentExpression(nameof(read))] string readName = "",
        [CallerArgumentExpression(nameof(written))] string writtenName = "")
        where TRead : unmanaged
        where TWritten : unmanaged => Check(read, (ReadOnlySpan<TWritten>)written, readName, writtenName);

    public static ArgumentException Overlap(string read, string written) => new($"'{written}' overlaps '{read}'.", written);
}
