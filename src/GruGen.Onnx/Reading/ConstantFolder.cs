using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <summary>
/// Computes what does not depend on the input: weights that a graph cuts and joins before it uses them, and shapes. It knows the layouts of
/// exporters, not arithmetic in general.
/// </summary>
/// <param name="most">How many elements may be made in all.</param>
internal sealed partial class ConstantFolder(long most)
{
    private long _made;

    /// <summary>The outputs of a node whose inputs are all constants; null if that operator is not one of constants.</summary>
    /// <exception cref="InvalidDataException">The node cannot be computed.</exception>
    public Constant[]? Fold(OnnxNode node, Constant?[] inputs)
    {
        Constant[]? outputs = Compute(node, inputs);
        if (outputs is null)
        {
            return null;
        }

        ImmutableHashSet<string> from = ImmutableHashSet.CreateRange(inputs.OfType<Constant>().SelectMany(input => input.From));
        Charge(from.Count);
        return [.. outputs.Select(output => output.From.Count == from.Count ? output : output.WithFrom(from))];
    }

    private Constant[]? Compute(OnnxNode node, Constant?[] inputs)
    {
        switch (node.Operator)
        {
            case "Constant":
                return [OfAttribute(node)];
            case "Shape":
                return [Sizes(node, Need(node, inputs, 0).Shape)];
            case "Size":
                return [Constant.OfNumbers([Need(node, inputs, 0).Shape.Aggregate((Dim?)1, Dim.Multiply)], [])];
            case "Identity":
                return [Need(node, inputs, 0)];
            case "Cast":
                return [Cast(node, Need(node, inputs, 0))];
            case "ConstantOfShape":
                return [OfShape(node, Need(node, inputs, 0))];
            case "Expand":
                return [Expanded(node, Need(node, inputs, 0), Vector(node, inputs, 1))];
            case "Transpose":
                return [Transposed(node, Need(node, inputs, 0))];
            case "Unsqueeze":
                return [Unsqueezed(node, Need(node, inputs, 0), Axes(node, inputs) ?? throw node.Invalid("has no axes"))];
            case "Squeeze":
                return [Squeezed(node, Need(node, inputs, 0), Axes(node, inputs))];
            case "Reshape":
                return [Reshaped(node, Need(node, inputs, 0), Vector(node, inputs, 1))];
            case "Flatten":
                return [Flattened(node, Need(node, inputs, 0))];
            case "Concat":
                return [Joined(node, [.. inputs.Select((_, i) => Need(node, inputs, i))])];
            case "Gather":
                return [Gathered(node, Need(node, inputs, 0), Need(node, inputs, 1))];
            case "Slice":
                return [Sliced(node, Need(node, inputs, 0), Slices(node, inputs, Need(node, inputs, 0).Rank))];
            case "Split":
                return Split(node, inputs);
            case "Where":
                return [Where(node, Need(node, inputs, 0), Need(node, inputs, 1), Need(node, inputs, 2))];
            default:
                return Arithmetic(node, inputs);
        }
    }

    /// <summary>Says that so many elements are made.</summary>
    /// <exception cref="InvalidDataException">They are more than a file of this size has a reason for.</exception>
    public void Charge(long elements)
    {
        _made += elements;
        if (_made > most || elements > int.MaxValue)
        {
            throw new InvalidDataException(
                $"Its constants come to more than {most} numbers when they are computed, which no model of its size needs.");
        }
    }

    /// <summary>The sizes of a value, or some of them.</summary>
    public static Constant Sizes(OnnxNode node, IReadOnlyList<Dim?> shape)
    {
        int rank = shape.Count;
        long start = node.Integer("start", 0), end = node.Integer("end", rank);
        start = Math.Clamp(start < 0 ? start + rank : start, 0, rank);
        end = Math.Clamp(end < 0 ? end + rank : end, start, rank);
        return Constant.OfSizes([.. shape.Skip((int)start).Take((int)(end - start))]);
    }

    /// <summary>The axes of an operator that had them as an attribute once and has them as an input now; null if it has none.</summary>
    public static long[]? Axes(OnnxNode node, IReadOnlyList<Value?> inputs, int place = 1)
    {
        if (node.Integers("axes") is { } attribute)
        {
            return attribute;
        }

        return inputs.Count <= place || inputs[place] is null ? null
            : (inputs[place] as Constant)?.AllNumbers() ?? throw node.Invalid("has axes that are not constants");
    }

    /// <summary>The number of an axis, counted from the front.</summary>
    public static int Axis(OnnxNode node, long axis, int rank) => axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis)
        : throw node.Invalid($"has the axis {axis}, but what it reads has {rank} axes");

    /// <summary>The slices of a node: for each axis what is taken of it, before the size is known.</summary>
    public static (int Axis, Dim? Start, Dim? End, long Step)[] Slices(OnnxNode node, IReadOnlyList<Value?> inputs, int rank)
    {
        Dim?[] starts, ends;
        long[]? axes, steps = null;
        if (node.Integers("starts") is { } first)
        {
            starts = Numbers(first);
            ends = Numbers(node.Integers("ends") ?? []);
            axes = node.Integers("axes");
        }
        else
        {
            starts = (inputs.ElementAtOrDefault(1) as Constant)?.Numbers ?? throw node.Invalid("has starts that are not constants");
            ends = (inputs.ElementAtOrDefault(2) as Constant)?.Numbers ?? throw node.Invalid("has ends that are not constants");
            axes = Known(3, "axes");
            steps = Known(4, "steps");
        }

        axes ??= [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)];
        return starts.Length == ends.Length && starts.Length == axes.Length && (steps is null || steps.Length == axes.Length)
            && axes.Length <= rank && axes.Distinct().Count() == axes.Length
            ? [.. axes.Select((axis, i) => (Axis(node, axis, rank), starts[i], ends[i], steps?[i] ?? 1))]
            : throw node.Invalid("has starts, ends, axes and steps of different lengths");

        Dim?[] Numbers(long[] values) => Array.ConvertAll(values, value => (Dim?)value);

        long[]? Known(int place, string name) => inputs.ElementAtOrDefault(place) is not { } value ? null
            : (value as Constant)?.AllNumbers() ?? throw node.Invalid($"has {name} that are not constants");
    }

    private static Constant Need(OnnxNode node, Constant?[] inputs, int place) =>
        inputs.ElementAtOrDefault(place) ?? throw node.Invalid($"lacks its input {place + 1}");

    private static Dim?[] Vector(OnnxNode node, Constant?[] inputs, int place) =>
        Need(node, inputs, place) is { Numbers: { } numbers, Rank: <= 1 } value && (value.Rank == 0 || value.Shape[0] == value.Core[0])
            ? numbers
            : throw node.Invalid($"needs whole numbers as its input {place + 1}");

    private static Constant OfAttribute(OnnxNode node)
    {
        if (node.Tensor("value") is { } tensor)
        {
            return TensorReader.Read(tensor, $"{node.File}: {node.Title}");
        }

        return node.Has("value_float") ? Constant.OfFloats([node.Number("value_float", 0)], [])
            : node.Numbers("value_floats") is { } floats ? Constant.OfFloats(floats, [floats.Length])
            : node.Has("value_int") ? Constant.OfNumbers([node.Integer("value_int", 0)], [])
            : node.Integers("value_ints") is { } numbers
                ? Constant.OfNumbers(Array.ConvertAll(numbers, number => (Dim?)number), [numbers.Length])
            : throw node.Invalid("has no value that is a number");
    }

    private Constant Cast(OnnxNode node, Constant value)
    {
        node.Ignore("saturate");
        long to = node.Integer("to", 0);
        switch (to)
        {
            case 1 or 10 or 11 or 16 when value.Floats is not null:
                return value; // of the numbers of narrower types all are floats
            case 1 or 10 or 11 or 16:
                Charge(value.Count);
                return value.Numbers!.All(number => number is { IsNumber: true })
                    ? value.With(Array.ConvertAll(value.Numbers!, number => (float)number!.Value.Factor))
                    : throw node.Invalid("makes a float of a size that a run alone knows");
            case 2 or 3 or 4 or 5 or 6 or 7 or 12 or 13 when value.Floats is null:
                return value.IsBoolean ? value.With(value.Numbers!) : value;
            case 2 or 3 or 4 or 5 or 6 or 7 or 12 or 13:
                Charge(value.Count);
                return value.With(Array.ConvertAll(value.Floats!, number => (Dim?)(long)number));
            case 9:
                Charge(value.Count);
                return value.With(
                    value.Floats is null
                        ? Array.ConvertAll(value.Numbers!, number => number is null ? null : (Dim?)(number == 0 ? 0 : 1))
                        : Array.ConvertAll(value.Floats, number => (Dim?)(number == 0 ? 0 : 1)),
                    isBoolean: true);
            default:
                throw node.Invalid($"casts to {TensorReader.Name((int)Math.Clamp(to, 0, 1000))}");
        }
    }

    private static Constant OfShape(OnnxNode node, Constant shape)
    {
        Dim?[] sizes = shape is { Numbers: { } numbers, Rank: 1 } && numbers.Length <= 8 ? numbers : throw node.Invalid("needs a shape");
        Constant value = node.Tensor("value") is { } tensor
            ? TensorReader.Read(tensor, $"{node.File}: {node.Title}") : Constant.OfFloats([0], [1]);
        return value.Count == 1 ? value.Repeated([.. sizes.Select(_ => 1)], sizes) : throw node.Invalid("has more than one value");
    }

    private static Constant Expanded(OnnxNode node, Constant value, Dim?[] sizes)
    {
        int rank = Math.Max(value.Rank, sizes.Length);
        if (rank > 8)
        {
            throw node.Invalid($"makes {rank} axes");
        }

        int[] core = new int[rank];
        var shape = new Dim?[rank];
        for (int i = 1; i <= rank; i++)
        {
            core[^i] = i <= value.Rank ? value.Core[^i] : 1;
            Dim? own = i <= value.Rank ? value.Shape[^i] : 1, other = i <= sizes.Length ? sizes[^i] : 1;
            shape[^i] = own == 1 ? other : other is null || other == 1 || other == own || !other.Value.IsNumber ? own
                : throw node.Invalid($"cannot repeat {own} elements to {other}");
        }

        return value.Repeated(core, shape);
    }

    private Constant Where(OnnxNode node, Constant condition, Constant yes, Constant no)
    {
        if (condition.Numbers is null || yes.Numbers is null || no.Numbers is null)
        {
            throw node.Invalid("chooses between floats, which is not computed");
        }

        (int[] core, Dim?[] shape) = Broadcast(node, condition, yes);
        Constant both = yes.Repeated(core, shape);
        (core, shape) = Broadcast(node, both, no);
        Charge(Places.Count(core));
        int[] which = Along(condition, core), first = Along(yes, core), second = Along(no, core);
        return yes.With([.. which.Select((place, i) => condition.Numbers[place] is not { IsNumber: true } known ? null
            : known == 0 ? no.Numbers[second[i]] : yes.Numbers[first[i]])]).Repeated(core, shape);
    }
}
