namespace GruGen.Onnx;

/// <summary>Which part of an axis a slice takes.</summary>
internal enum Cut
{
    /// <summary>All of it.</summary>
    All,

    /// <summary>The last element.</summary>
    Last,

    /// <summary>The first element.</summary>
    First,

    /// <summary>All but the last ones.</summary>
    WithoutEnd,

    /// <summary>Elements by their numbers.</summary>
    Range,

    /// <summary>All of it from its end.</summary>
    Reversed,

    /// <summary>What cannot be said.</summary>
    Unknown,
}

/// <summary>What a slice takes of an axis.</summary>
/// <param name="Cut">The part.</param>
/// <param name="First">The first element, of a range.</param>
/// <param name="Count">How many, or of <see cref="Cut.WithoutEnd"/> how many not.</param>
/// <param name="Step">From one to the next.</param>
internal readonly record struct Slicing(Cut Cut, long First = 0, long Count = 0, long Step = 1)
{
    private const long Far = int.MaxValue; // exporters write the largest number for "to the end"

    /// <summary>What a slice takes of an axis of a size.</summary>
    public static Slicing Of(Dim? size, Dim? start, Dim? end, long step)
    {
        if (start is not { } from || end is not { } to || step == 0)
        {
            return new(Cut.Unknown);
        }

        if (size is { IsNumber: true, Factor: >= 0 and var length } && from.IsNumber && to.IsNumber)
        {
            return OfNumbers(length, from.Factor, to.Factor, step);
        }

        return (from, to, step) switch
        {
            ({ IsNumber: true, Factor: 0 }, { IsNumber: true, Factor: >= Far }, 1) => new(Cut.All),
            ({ IsNumber: true, Factor: 0 }, _, 1) when to == size => new(Cut.All),
            ({ IsNumber: true, Factor: 0 }, { IsNumber: true, Factor: 1 }, 1) => new(Cut.First),
            ({ IsNumber: true, Factor: 0 }, { IsNumber: true, Factor: < 0 and > -Far }, 1) => new(Cut.WithoutEnd, 0, -to.Factor),
            ({ IsNumber: true, Factor: -1 }, { IsNumber: true, Factor: >= Far }, 1) => new(Cut.Last),
            ({ IsNumber: true, Factor: -1 }, _, 1) when to == size => new(Cut.Last),
            ({ IsNumber: true, Factor: -1 or >= Far }, { IsNumber: true, Factor: <= -Far }, -1) => new(Cut.Reversed),
            _ => new(Cut.Unknown),
        };
    }

    private static Slicing OfNumbers(long size, long start, long end, long step)
    {
        start = Math.Clamp(start < 0 && start >= -size ? start + size : start, step > 0 ? 0 : -1, step > 0 ? size : size - 1);
        end = Math.Clamp(end < 0 && end >= -size ? end + size : end, step > 0 ? 0 : -1, step > 0 ? size : size - 1);
        if (step is < -Far or > Far)
        {
            return new(Cut.Unknown);
        }

        long count = Math.Max(0, step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step);
        return (start, count, step) switch
        {
            (0, _, 1) when count == size => new(Cut.All),
            (_, 1, _) when start == size - 1 && size > 1 => new(Cut.Last, start, 1),
            (0, 1, _) => new(Cut.First, 0, 1),
            (0, > 0, 1) => new(Cut.WithoutEnd, 0, size - count),
            (_, _, -1) when count == size => new(Cut.Reversed, start, count, -1),
            _ => new(Cut.Range, start, count, step),
        };
    }

    /// <summary>The numbers of the elements, of an axis whose size is known.</summary>
    public int[] Elements(int size)
    {
        (long first, long count, long step) = (First, Count, Step);
        return Cut switch
        {
            Cut.All => [.. Enumerable.Range(0, size)],
            Cut.First => [0],
            Cut.Last => [size - 1],
            Cut.WithoutEnd => [.. Enumerable.Range(0, (int)Math.Max(0, size - count))],
            Cut.Reversed => [.. Enumerable.Range(0, size).Reverse()],
            _ => [.. Enumerable.Range(0, (int)count).Select(i => (int)(first + i * step))],
        };
    }
}
