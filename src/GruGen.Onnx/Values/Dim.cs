using System.Globalization;

namespace GruGen.Onnx;

/// <summary>
/// A size that a graph computes with: a number, or a number times sizes that only a run knows, such as 2·time·batch. What cannot be said
/// so is null.
/// </summary>
/// <param name="Factor">The number.</param>
/// <param name="Symbols">The sizes that are not known, each one character, sorted.</param>
internal readonly record struct Dim(long Factor, string Symbols)
{
    private const int MostSymbols = 8;

    /// <summary>A number.</summary>
    public static implicit operator Dim(long number) => new(number, "");

    /// <summary>Whether it is a number.</summary>
    public bool IsNumber => Symbols.Length == 0;

    /// <summary>A size that is not known.</summary>
    public static Dim Unknown(char symbol) => new(1, symbol.ToString());

    /// <summary>The product; null if it is too large to be one of sizes.</summary>
    public static Dim? Multiply(Dim? left, Dim? right)
    {
        if (left is not { } one || right is not { } other || one.Symbols.Length + other.Symbols.Length > MostSymbols)
        {
            return null;
        }

        Int128 factor = (Int128)one.Factor * other.Factor;
        return factor == 0 ? 0
            : factor < long.MinValue || factor > long.MaxValue ? null
            : new((long)factor, string.Concat((one.Symbols + other.Symbols).Order()));
    }

    /// <summary>The quotient; null if it is not whole, or cannot be said.</summary>
    public static Dim? Divide(Dim? left, Dim? right)
    {
        if (left is not { } one || right is not { Factor: not 0 } other)
        {
            return null;
        }

        string rest = one.Symbols;
        foreach (char symbol in other.Symbols)
        {
            int place = rest.IndexOf(symbol, StringComparison.Ordinal);
            if (place < 0)
            {
                return null;
            }

            rest = rest.Remove(place, 1);
        }

        if (one.IsNumber && other.IsNumber)
        {
            return other.Factor == -1 ? Multiply(one, -1) : one.Factor / other.Factor; // as ONNX' Div of integers, towards 0
        }

        return other.Factor == -1 || one.Factor % other.Factor != 0 ? null : new(one.Factor / other.Factor, rest);
    }

    /// <summary>The sum; null if it cannot be said.</summary>
    public static Dim? Add(Dim? left, Dim? right) => (left, right) switch
    {
        ({ } one, { } other) when other == 0 => one,
        ({ } one, { } other) when one == 0 => other,
        ({ } one, { } other) when one.Symbols == other.Symbols && Math.Abs((decimal)one.Factor + other.Factor) <= long.MaxValue
            => one.Factor + other.Factor == 0 ? 0 : new Dim(one.Factor + other.Factor, one.Symbols),
        _ => null,
    };

    /// <summary>Whether two are equal; null if a run alone knows.</summary>
    public static bool? AreEqual(Dim? left, Dim? right) => (left, right) switch
    {
        ({ } one, { } other) when one == other => true,
        ({ IsNumber: true }, { IsNumber: true }) => false,
        ({ IsNumber: true, Factor: < 0 }, { Factor: > 0 }) or ({ Factor: > 0 }, { IsNumber: true, Factor: < 0 }) => false, // no size
        _ => null,
    };

    public override string ToString() => IsNumber ? Factor.ToString(CultureInfo.InvariantCulture) : "?";
}
