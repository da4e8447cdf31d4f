using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <summary>
/// A tensor that the file gives or that follows from it: floats, or whole numbers of which some may be sizes that only a run knows. What
/// is repeated along an axis, as ConstantOfShape and Expand do, is kept once.
/// </summary>
internal sealed class Constant : Value
{
    private Constant(float[]? floats, Dim?[]? numbers, bool isBoolean, int[] core, Dim?[] shape, ImmutableHashSet<string> from) =>
        (Floats, Numbers, IsBoolean, Core, Shape, From) = (floats, numbers, isBoolean, core, shape, from);

    /// <summary>The elements of <see cref="Core"/>; null of whole numbers.</summary>
    public float[]? Floats { get; }

    /// <summary>The elements of <see cref="Core"/>, null where one cannot be said; null of floats.</summary>
    public Dim?[]? Numbers { get; }

    /// <summary>Whether the numbers are truth values.</summary>
    public bool IsBoolean { get; }

    /// <summary>The shape of what is kept: for each axis its size, or 1 where the same is repeated.</summary>
    public int[] Core { get; }

    /// <summary>The shape.</summary>
    public Dim?[] Shape { get; }

    /// <summary>The initializers that it is made of.</summary>
    public ImmutableHashSet<string> From { get; }

    /// <summary>How many elements are kept.</summary>
    public int Count => Floats?.Length ?? Numbers!.Length;

    public int Rank => Core.Length;

    public static Constant OfFloats(float[] values, int[] shape, ImmutableHashSet<string>? from = null) =>
        new(values, null, false, shape, Known(shape), from ?? []);

    public static Constant OfNumbers(Dim?[] values, int[] shape, bool isBoolean = false, ImmutableHashSet<string>? from = null) =>
        new(null, values, isBoolean, shape, Known(shape), from ?? []);

    /// <summary>The sizes of a value, as its Shape.</summary>
    public static Constant OfSizes(IReadOnlyList<Dim?> sizes) => OfNumbers([.. sizes], [sizes.Count]);

    /// <summary>The same elements, repeated to a shape.</summary>
    public Constant Repeated(int[] core, Dim?[] shape) => new(Floats, Numbers, IsBoolean, core, shape, From);

    /// <summary>The same with other elements of the same places.</summary>
    public Constant With(float[] floats) => new(floats, null, false, Core, Shape, From);

    /// <inheritdoc cref="With(float[])"/>
    public Constant With(Dim?[] numbers, bool isBoolean = false) => new(null, numbers, isBoolean, Core, Shape, From);

    /// <summary>The same, made of further initializers too.</summary>
    public Constant WithFrom(ImmutableHashSet<string> from) => new(Floats, Numbers, IsBoolean, Core, Shape, From.Union(from));

    /// <summary>Elements picked by their places.</summary>
    public Constant Pick(int[] places, int[] core, Dim?[] shape) => new(
        Floats is null ? null : Array.ConvertAll(places, place => Floats[place]),
        Numbers is null ? null : Array.ConvertAll(places, place => Numbers[place]),
        IsBoolean,
        core,
        shape,
        From);

    /// <summary>All floats, if the shape is known and has so many elements at most; otherwise null.</summary>
    public float[]? AllFloats(long most)
    {
        long count = 1;
        foreach (Dim? size in Shape)
        {
            if (size is not { IsNumber: true, Factor: >= 0 } number || (count *= Math.Min(number.Factor, most + 1)) > most)
            {
                return null;
            }
        }

        if (Floats is null || count == Count)
        {
            return Floats;
        }

        int[] sizes = [.. Shape.Select(size => (int)size!.Value.Factor)];
        return Array.ConvertAll(Places.Of(sizes, Places.Strides(Core, sizes)), place => Floats[place]);
    }

    /// <summary>All numbers as they are; null if one is not known.</summary>
    public long[]? AllNumbers() =>
        Numbers is not null && Shape.Zip(Core).All(pair => pair.First == pair.Second) && Numbers.All(number => number is { IsNumber: true })
            ? [.. Numbers.Select(number => number!.Value.Factor)]
            : null;

    /// <summary>The one float, if all elements are the same; otherwise null.</summary>
    public float? Single => Floats is { Length: > 0 } && Array.TrueForAll(Floats, value => value == Floats[0]) ? Floats[0] : null;

    /// <summary>Whether all elements are zeros.</summary>
    public bool IsZero => Floats is null ? Array.TrueForAll(Numbers!, number => number == 0)
        : Array.TrueForAll(Floats, value => value == 0);

    public override string Describe() => $"a constant [{string.Join(", ", Shape.Select(size => size?.ToString() ?? "?"))}]";

    private static Dim?[] Known(int[] shape) => Array.ConvertAll(shape, size => (Dim?)size);
}
