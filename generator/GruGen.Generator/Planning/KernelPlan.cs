using System;
using System.Collections.Generic;
using System.Linq;

namespace GruGen.Generator.Planning;

/// <summary>
/// Everything that is decided about the code of one layer, before any of it is written: tiles, unrolling, memory and budgets. Emitters
/// write it down, the header of an emitted file prints it, tests check it over thousands of shapes.
/// </summary>
internal abstract record KernelPlan
{
    /// <summary>What gradients and states become 0 below, in words: the threshold of the vector contract's flush.</summary>
    protected const string Faint = "2⁻⁹⁵";

    /// <summary>The registers of the narrowest machine that should run a tile without spilling (AVX2, Arm64 has more).</summary>
    public const int Registers = 16;

    /// <summary>The registers of 512 bits.</summary>
    public const int WideRegisters = 32;

    /// <summary>The first level of the cache.</summary>
    public const long L1Bytes = 32 << 10;

    /// <summary>The second level.</summary>
    public const long L2Bytes = 1 << 20;

    /// <summary>The third level.</summary>
    public const long L3Bytes = 16 << 20;

    /// <summary>What one emitted method may hold before the JIT stops inlining or optimising in it.</summary>
    public static readonly MethodBudget Limit = new("limit", MultiplyAdds: 400, InlinedCalls: 600, Locals: 300);

    /// <summary>The emitted methods that have a tile in them, with what the JIT will meet there.</summary>
    public abstract IReadOnlyList<MethodBudget> Methods { get; }

    /// <summary>The plan in words: a name and a description for each line of the emitted file's header.</summary>
    public abstract IReadOnlyList<(string Name, string Text)> Describe();

    /// <summary>The level of the memory that holds so many bytes of weights between two steps.</summary>
    protected static string HeldBy(long bytes) => bytes switch
    {
        <= L1Bytes => "L1",
        <= L2Bytes => "L2",
        <= L3Bytes => "L3",
        _ => "RAM",
    };

    /// <summary>
    /// What it takes to load so many bytes: at most 128 bytes a cycle come from the first level of the cache, 64 from the second, 32 from
    /// the third, and 16 from memory.
    /// </summary>
    protected static string Loads(long bytes)
    {
        int rate = bytes switch { <= L1Bytes => 128, <= L2Bytes => 64, <= L3Bytes => 32, _ => 16 };
        return $"{HeldBy(bytes)}: {Number((bytes + rate - 1) / rate)} cycles at {rate} bytes a cycle";
    }

    /// <summary>Bytes as people write them.</summary>
    protected static string Bytes(long bytes) => bytes switch
    {
        < 1 << 10 => Number(bytes) + " bytes",
        < 1 << 20 => Number((bytes + 512) >> 10) + " KB",
        _ => Number((bytes + (1 << 19)) >> 20) + " MB",
    };

    /// <summary>A whole number with a comma between thousands.</summary>
    public static string Number(long value) => value.ToString("#,0", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The line of the header that tells how far the largest method is from the limits.</summary>
    protected (string Name, string Text) DescribeBudget()
    {
        MethodBudget largest = Methods
            .OrderByDescending(method => method.InlinedCalls)
            .ThenBy(method => method.Name, StringComparer.Ordinal)
            .First();
        string calls = $"{largest.MultiplyAdds} multiply-adds, {largest.InlinedCalls} inlined calls, {largest.Locals} locals";
        return ("budget", $"{largest.Name} is the largest method: {calls}");
    }
}

/// <summary>What the JIT meets in one emitted method.</summary>
/// <param name="Name">The method.</param>
/// <param name="MultiplyAdds">Multiply-adds in its text.</param>
/// <param name="InlinedCalls">Calls that must be inlined.</param>
/// <param name="Locals">Locals and arguments of its text.</param>
internal sealed record MethodBudget(string Name, int MultiplyAdds, int InlinedCalls, int Locals);

/// <summary>A block of results that stays in registers: so many rows by so many vectors, each an accumulator.</summary>
internal sealed record Tile(int Rows, int Vectors)
{
    /// <summary>A tile of rows for so many columns of vectors: eight accumulators or twelve.</summary>
    public static Tile OfRows(int columns) => new(Across(columns) == 1 ? 8 : 4, Across(columns));

    /// <summary>The same at 512 bits, where there are 32 registers: twice the rows, if there are several vectors.</summary>
    public Tile Widest => Vectors == 1 ? this : this with { Rows = 2 * Rows };

    /// <summary>Registers in the innermost loop: the accumulators, the vectors of a depth step, and one broadcast.</summary>
    public int Registers => (Rows * Vectors) + (Rows > 1 ? Vectors : 0) + 1;

    /// <inheritdoc/>
    public override string ToString() => $"{Rows}x{Vectors}";

    /// <summary>Two vectors side by side, or three, where that divides the columns; otherwise one.</summary>
    private static int Across(int columns) => columns % 2 == 0 ? 2 : columns % 3 == 0 ? 3 : 1;
}
