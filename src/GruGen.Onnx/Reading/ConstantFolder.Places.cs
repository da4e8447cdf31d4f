namespace GruGen.Onnx;

/// <content>What moves elements and does not change them.</content>
internal sealed partial class ConstantFolder
{
    private Constant Transposed(OnnxNode node, Constant value)
    {
        int[] order = Permutation(node, value.Rank);
        int[] core = [.. order.Select(axis => value.Core[axis])];
        int[] strides = Places.Strides(value.Core, value.Core);
        Charge(value.Count);
        return value.Pick(Places.Of(core, [.. order.Select(axis => strides[axis])]), core, [.. order.Select(axis => value.Shape[axis])]);
    }

    /// <summary>The order of axes that a Transpose makes.</summary>
    public static int[] Permutation(OnnxNode node, int rank)
    {
        long[] order = node.Integers("perm") ?? [.. Enumerable.Range(0, rank).Reverse().Select(axis => (long)axis)];
        return order.Order().SequenceEqual(Enumerable.Range(0, rank).Select(axis => (long)axis))
            ? [.. order.Select(axis => (int)axis)]
            : throw node.Invalid($"puts {rank} axes in the order [{string.Join(", ", order)}]");
    }

    private static Constant Unsqueezed(OnnxNode node, Constant value, long[] axes)
    {
        int rank = value.Rank + axes.Length;
        int[] at = [.. axes.Select(axis => Axis(node, axis, rank)).Order()];
        if (rank > 8 || at.Distinct().Count() != at.Length)
        {
            throw node.Invalid($"makes {rank} axes");
        }

        List<int> core = [.. value.Core];
        List<Dim?> shape = [.. value.Shape];
        foreach (int axis in at)
        {
            core.Insert(axis, 1);
            shape.Insert(axis, 1);
        }

        return value.Repeated([.. core], [.. shape]);
    }

    private static Constant Squeezed(OnnxNode node, Constant value, long[]? axes)
    {
        int[] gone = axes is null
            ? [.. Enumerable.Range(0, value.Rank).Where(axis => value.Shape[axis] == 1)]
            : [.. axes.Select(axis => Axis(node, axis, value.Rank))];
        return gone.All(axis => value.Shape[axis] == 1)
            ? value.Repeated(Rest(value.Core), Rest(value.Shape))
            : throw node.Invalid($"takes an axis away from {value.Describe()} that has more than one element");

        T[] Rest<T>(T[] sizes) => [.. sizes.Where((_, axis) => !gone.Contains(axis))];
    }

    private static Constant Reshaped(OnnxNode node, Constant value, Dim?[] sizes)
    {
        if (sizes.Length > 8)
        {
            throw node.Invalid($"makes {sizes.Length} axes");
        }

        bool keepsZero = node.Integer("allowzero", 0) == 1;
        Dim?[] shape = [.. sizes.Select((size, i) => size == 0 && !keepsZero
            ? i < value.Rank ? value.Shape[i] : throw node.Invalid("keeps an axis that is not there") : size)];
        int open = Array.FindIndex(shape, size => size == -1);
        Dim? all = value.Shape.Aggregate((Dim?)1, Dim.Multiply);
        if (open >= 0)
        {
            shape[open] = Dim.Divide(all, shape.Where((_, i) => i != open).Aggregate((Dim?)1, Dim.Multiply));
        }

        if (value.Count == 1 && value.Core.All(size => size == 1))
        {
            return value.Repeated([.. shape.Select(_ => 1)], shape); // whatever its shape, all are the same
        }

        return value.Shape.Zip(value.Core).All(pair => pair.First == pair.Second)
            && shape.All(size => size is { IsNumber: true, Factor: >= 0 })
            && shape.Aggregate((Dim?)1, Dim.Multiply) == all
            ? value.Repeated([.. shape.Select(size => (int)size!.Value.Factor)], shape)
            : throw node.Invalid($"cannot make [{string.Join(", ", sizes.Select(size => size?.ToString() ?? "?"))}] of {value.Describe()}");
    }

    private static Constant Flattened(OnnxNode node, Constant value)
    {
        long axis = node.Integer("axis", 1);
        int at = axis == value.Rank ? value.Rank : Axis(node, axis, value.Rank);
        Dim? rows = value.Shape.Take(at).Aggregate((Dim?)1, Dim.Multiply), columns = value.Shape.Skip(at).Aggregate((Dim?)1, Dim.Multiply);
        return Reshaped(node, value, [rows, columns]);
    }

    private Constant Joined(OnnxNode node, Constant[] values)
    {
        if (values.Length == 0)
        {
            throw node.Invalid("joins nothing");
        }

        int rank = values[0].Rank, axis = Axis(node, node.Integer("axis", 0), Math.Max(1, rank));
        if (values.Any(value => value.Rank != rank || rank == 0 || value.Floats is null != values[0].Floats is null))
        {
            throw node.Invalid("joins tensors that do not fit");
        }

        if (values.Length == 1)
        {
            return values[0];
        }

        // Along the axis nothing is repeated afterwards; along another one what all repeat.
        int[] core = new int[rank];
        var shape = new Dim?[rank];
        for (int i = 0; i < rank; i++)
        {
            Dim? size = values.Select(value => value.Shape[i]).FirstOrDefault(known => known is not null);
            bool fits = values.All(value => value.Shape[i] is not { } own || own == size || i == axis);
            (core[i], shape[i]) = i == axis
                ? (checked((int)Math.Min(int.MaxValue, values.Sum(Along)))
                    , values.Select(Along).Aggregate((Dim?)0, (sum, count) => Dim.Add(sum, count)))
                : fits ? (values.Max(value => value.Core[i]), size) : throw node.Invalid("joins tensors of different sizes");
        }

        Charge(Places.Count(core));
        int outer = Places.Count(core.AsSpan(0, axis)), inner = Places.Count(core.AsSpan(axis + 1));
        Constant[] whole =
        [
            .. values.Select(value =>
            {
                int[] sizes = [.. core];
                sizes[axis] = (int)Along(value);
                return value.Pick(Places.Of(sizes, Places.Strides(value.Core, sizes)), sizes, shape);
            }),
        ];
        return whole[0].Floats is null
            ? values[0].With(Rows(whole.Select(value => value.Numbers!))).Repeated(core, shape)
            : values[0].With(Rows(whole.Select(value => value.Floats!))).Repeated(core, shape);

        long Along(Constant value) => value.Shape[axis] is { IsNumber: true, Factor: >= 0 and <= int.MaxValue } known
            ? known.Factor : throw node.Invalid("joins tensors of sizes that a run alone knows");

        T[] Rows<T>(IEnumerable<T[]> parts)
        {
            T[][] all = [.. parts];
            return
            [
                .. Enumerable.Range(0, outer).SelectMany(row => all.SelectMany(part =>
                {
                    int length = outer == 0 ? 0 : part.Length / outer;
                    return new ArraySegment<T>(part, row * length, length);
                })),
            ];
        }
    }

    private Constant Gathered(OnnxNode node, Constant value, Constant indices)
    {
        int axis = Axis(node, node.Integer("axis", 0), Math.Max(1, value.Rank));
        long[] numbers = indices.AllNumbers() ?? throw node.Invalid("has indices that are not known");
        int size = value.Rank > 0 && value.Shape[axis] == value.Core[axis] ? value.Core[axis]
            : throw node.Invalid("takes elements of an axis whose size is not known");
        int[] chosen = [.. numbers.Select(number => number >= -size && number < size ? (int)(number < 0 ? number + size : number)
            : throw node.Invalid($"takes the element {number} of {size}"))];
        Dim?[] shape = [.. value.Shape.Take(axis), .. indices.Shape, .. value.Shape.Skip(axis + 1)];
        int[] core = [.. value.Core.Take(axis), .. indices.Core, .. value.Core.Skip(axis + 1)];
        return core.Length > 8 ? throw node.Invalid($"makes {core.Length} axes") : Taken(value, axis, chosen).Repeated(core, shape);
    }

    /// <summary>Some elements of an axis.</summary>
    private Constant Taken(Constant value, int axis, int[] chosen)
    {
        int outer = Places.Count(value.Core.AsSpan(0, axis)), inner = Places.Count(value.Core.AsSpan(axis + 1)), size = value.Core[axis];
        Charge((long)outer * inner * chosen.Length);
        int[] places = new int[outer * chosen.Length * inner];
        int at = 0;
        for (int row = 0; row < outer; row++)
        {
            foreach (int element in chosen)
            {
                for (int i = 0; i < inner; i++)
                {
                    places[at++] = (row * size + element) * inner + i;
                }
            }
        }

        int[] core = [.. value.Core];
        Dim?[] shape = [.. value.Shape];
        (core[axis], shape[axis]) = (chosen.Length, chosen.Length);
        return value.Pick(places, core, shape);
    }

    private Constant Sliced(OnnxNode node, Constant value, (int Axis, Dim? Start, Dim? End, long Step)[] slices)
    {
        foreach ((int axis, Dim? start, Dim? end, long step) in slices)
        {
            Dim? size = value.Shape[axis];
            Slicing slicing = Slicing.Of(size, start, end, step);
            if (slicing.Cut == Cut.All)
            {
                continue;
            }

            if (size is { IsNumber: true, Factor: >= 0 and <= int.MaxValue } known && slicing.Cut != Cut.Unknown)
            {
                int[] chosen = value.Core[axis] == known.Factor ? slicing.Elements((int)known.Factor) : [0];
                Dim? count = value.Core[axis] == known.Factor ? chosen.Length : CountOf(slicing, known.Factor);
                Constant taken = Taken(value, axis, chosen);
                Dim?[] shape = [.. taken.Shape];
                shape[axis] = count;
                value = taken.Repeated(taken.Core, shape);
            }
            else if (slicing.Cut is Cut.First or Cut.Last)
            {
                Dim?[] shape = [.. value.Shape];
                shape[axis] = 1;
                value = value.Repeated(value.Core, shape);
            }
            else
            {
                throw node.Invalid("takes a part of an axis that cannot be said");
            }
        }

        return value;
    }

    private static long CountOf(Slicing slicing, long size) => slicing.Cut switch
    {
        Cut.First or Cut.Last => 1,
        Cut.WithoutEnd => Math.Max(0, size - slicing.Count),
        Cut.Range => slicing.Count,
        _ => size,
    };

    private Constant[] Split(OnnxNode node, Constant?[] inputs)
    {
        Constant value = Need(node, inputs, 0);
        int axis = Axis(node, node.Integer("axis", 0), Math.Max(1, value.Rank));
        long size = value.Rank > 0 && value.Shape[axis] == value.Core[axis] ? value.Core[axis]
            : throw node.Invalid("divides an axis whose size is not known");
        long first = 0;
        return
        [
            .. Parts(node, inputs, size).Select(part =>
            {
                Constant taken = Taken(value, axis, [.. Enumerable.Range((int)first, (int)part)]);
                first += part;
                return taken;
            }),
        ];
    }

    /// <summary>The sizes into which a Split divides an axis.</summary>
    public static long[] Parts(OnnxNode node, IReadOnlyList<Value?> inputs, long size)
    {
        int count = node.Outputs.Length;
        long[]? parts = node.Integers("split") ?? (inputs.ElementAtOrDefault(1) as Constant)?.AllNumbers();
        if (inputs.ElementAtOrDefault(1) is not null && parts is null)
        {
            throw node.Invalid("has sizes that are not known");
        }

        long each = (size + count - 1) / count;
        if (node.Integer("num_outputs", count) != count)
        {
            throw node.Invalid($"says another number of outputs than the {count} it has");
        }

        parts ??= [.. Enumerable.Range(0, count).Select(i => Math.Min(each, size - i * each))];
        return parts.Length == count && parts.All(part => part >= 0 && part <= size) && parts.Sum() == size ? parts
            : throw node.Invalid($"divides {size} elements into [{string.Join(", ", parts)}]");
    }
}
