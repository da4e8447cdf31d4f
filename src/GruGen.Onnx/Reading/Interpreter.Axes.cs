using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <content>What moves values without changing them.</content>
internal sealed partial class Interpreter
{
    private static Signal Transposed(OnnxNode node, Signal x)
    {
        int[] order = ConstantFolder.Permutation(node, x.Axes.Length);
        return x.With([.. order.Select(axis => x.Axes[axis])]);
    }

    private static Signal Squeezed(OnnxNode node, Signal x, long[]? axes)
    {
        int[] gone = axes is null
            ? [.. Enumerable.Range(0, x.Axes.Length).Where(axis => x.SizeOf(x.Axes[axis]) == 1)]
            : [.. axes.Select(axis => ConstantFolder.Axis(node, axis, x.Axes.Length))];
        return Array.Exists(gone, axis => x.SizeOf(x.Axes[axis]) != 1)
            ? throw Refuse($"takes an axis away from {x.AxesText} that may have more than one element")
            : x.With([.. x.Axes.Where((_, axis) => !gone.Contains(axis))]);
    }

    private static ImmutableArray<string> Unsqueezed(OnnxNode node, ImmutableArray<string> names, long[] axes)
    {
        int rank = names.Length + axes.Length;
        int[] at = [.. axes.Select(axis => ConstantFolder.Axis(node, axis, rank)).Order()];
        if (rank > 8 || at.Distinct().Count() != at.Length)
        {
            throw node.Invalid($"makes {rank} axes");
        }

        foreach (int axis in at)
        {
            names = names.Insert(axis, Signal.One);
        }

        return names;
    }

    private static Signal Reshaped(OnnxNode node, Signal x, Value?[] inputs)
    {
        Constant shape = Known(node, inputs, 1, "shape");
        if (shape is not { Rank: 1, Numbers: { } sizes } || sizes.Length > 8 || shape.Core[0] != sizes.Length)
        {
            throw node.Invalid("has no shape");
        }

        bool keepsZero = node.Integer("allowzero", 0) == 1;
        return Regrouped(node, x, [.. sizes.Select((size, i) => size != 0 || keepsZero ? size
            : i < x.Axes.Length ? x.SizeOf(x.Axes[i]) : throw node.Invalid("keeps an axis that is not there"))]);
    }

    private static Signal Flattened(OnnxNode node, Signal x)
    {
        long axis = node.Integer("axis", 1);
        int at = axis == x.Axes.Length ? x.Axes.Length : ConstantFolder.Axis(node, axis, x.Axes.Length);
        return Regrouped(node, x, [x.SizeOf(string.Concat(x.Axes.Take(at))), x.SizeOf(string.Concat(x.Axes.Skip(at)))]);
    }

    /// <summary>
    /// The elements in their order on other axes: each of these takes the next letters whose sizes multiply to its own, and one that is open
    /// takes what is left.
    /// </summary>
    private static Signal Regrouped(OnnxNode node, Signal x, Dim?[] sizes)
    {
        var letters = new LinkedList<string>(x.Axes.SelectMany(axis => axis.Select(letter => letter.ToString())));
        int slots = x.Slots.Length, width = x.Width;
        int open = Array.FindIndex(sizes, size => size is null || size == -1);
        var axes = new string[sizes.Length];
        for (int i = 0; i < (open < 0 ? sizes.Length : open); i++)
        {
            axes[i] = Take(sizes[i]!.Value, fromEnd: false);
        }

        for (int i = sizes.Length - 1; open >= 0 && i > open; i--)
        {
            axes[i] = sizes[i] is { } size && size != -1 ? Take(size, fromEnd: true) : throw Refuse("makes two axes of sizes that cannot be said");
        }

        string rest = Without(string.Concat(letters));
        if (open >= 0)
        {
            axes[open] = rest;
        }
        else if (rest.Length > 0)
        {
            throw Refuse($"does not fit {x.AxesText}");
        }

        // Directions and features in this order are features; split features are directions.
        ImmutableArray<ImmutableArray<Segment>> places = x.Slots;
        if (slots > x.Slots.Length)
        {
            places = [.. Enumerable.Range(0, slots).Select(slot => Signal.Part(x.Slots[0], slot * width, width))];
        }

        if (Array.IndexOf(axes, "SF") is >= 0 and int merged)
        {
            axes[merged] = Signal.Feature;
            places = [Signal.Joined(places.SelectMany(slot => slot))];
        }

        return Array.Find(axes, axis => axis is not ("" or "B" or "T" or "F" or "S" or "BT" or "TB")) is { } mixed
            ? throw Refuse($"makes one axis of {string.Join(" and ", mixed.Select(Word))} of {x.AxesText}")
            : x.With([.. axes], places);

        string Take(Dim size, bool fromEnd)
        {
            string taken = "";
            Dim? product = 1;
            while (product != size || (taken.Length == 0 && letters.Count > 0 && SizeOf(Next(fromEnd)) == 1))
            {
                if (letters.Count == 0)
                {
                    throw Refuse($"does not fit {x.AxesText}");
                }

                string letter = Next(fromEnd);
                Dim? grown = Dim.Multiply(product, SizeOf(letter));
                if (letter == Signal.Feature && slots == 1 && grown != size && Dim.Divide(size, product) is { IsNumber: true, Factor: > 1 } part
                    && part.Factor < width && width % part.Factor == 0)
                {
                    // A part of the features: the first factor is what stands beside each other, the second the features of each.
                    (slots, width) = fromEnd ? (width / (int)part.Factor, (int)part.Factor) : ((int)part.Factor, width / (int)part.Factor);
                    letters.Find(letter)!.Value = Signal.Feature;
                    letters.AddBefore(letters.Find(Signal.Feature)!, Signal.Stack);
                    continue;
                }

                taken = fromEnd ? letter + taken : taken + letter;
                product = grown;
                Remove(fromEnd);
                if (product is null || (product is { IsNumber: true } known && size.IsNumber && known.Factor > size.Factor))
                {
                    throw Refuse($"does not fit {x.AxesText}");
                }
            }

            return Without(taken);
        }

        // Axes of one element beside others.
        string Without(string taken) => string.Concat(taken.Where(letter => taken.Length == 1 || letter is 'S' or 'F' || SizeOf(letter.ToString()) != 1));

        string Next(bool fromEnd) => fromEnd ? letters.Last!.Value : letters.First!.Value;

        void Remove(bool fromEnd)
        {
            if (fromEnd)
            {
                letters.RemoveLast();
            }
            else
            {
                letters.RemoveFirst();
            }
        }

        Dim? SizeOf(string letter) => letter switch
        {
            Signal.Stack => slots,
            Signal.Feature => width,
            _ => x.SizeOf(letter),
        };
    }

    private static string Word(char letter) => letter switch
    {
        'B' => "batch",
        'T' => "time",
        'F' => "features",
        _ => "directions",
    };

    /// <summary>A value that is repeated to its own shape.</summary>
    private static Signal Expanded(Signal x, Value?[] inputs) =>
        inputs.ElementAtOrDefault(1) is Constant { Numbers: { } sizes } && sizes.Length == x.Axes.Length
        && sizes.Zip(x.Sizes).All(pair => pair.First == 1 || pair.First == pair.Second)
            ? x : throw Refuse($"repeats {x.AxesText}");

    private Signal Sliced(OnnxNode node, Signal x, (int Axis, Dim? Start, Dim? End, long Step)[] slices)
    {
        foreach ((int axis, Dim? start, Dim? end, long step) in slices)
        {
            string name = x.Axes[axis];
            Slicing slicing = Slicing.Of(x.SizeOf(name), start, end, step);
            x = slicing.Cut switch
            {
                Cut.All => x,
                Cut.Unknown => throw Refuse($"takes a part of the axis {axis} of {x.AxesText} that cannot be said"),
                _ when name is Signal.Stack or Signal.Feature => Picked(x, axis, slicing.Elements((int)x.SizeOf(name)!.Value.Factor), keeps: true),
                Cut.Last or Cut.First when name == Signal.Time => At(x, axis, slicing.Cut == Cut.Last ? Moment.Last : Moment.First, keeps: true),
                Cut.WithoutEnd when name == Signal.Time => WithoutEnd(x, slicing.Count),
                _ => throw Refuse($"takes a part of the axis {axis} of {x.AxesText}"),
            };
        }

        return x;
    }

    private static Signal Gathered(OnnxNode node, Signal x, Value?[] inputs)
    {
        Constant indices = Known(node, inputs, 1, "indices");
        long[] numbers = indices.AllNumbers() ?? throw node.Invalid("has indices that are not known");
        int axis = ConstantFolder.Axis(node, node.Integer("axis", 0), x.Axes.Length);
        string name = x.Axes[axis];
        bool keeps = indices.Rank == 1;
        if (indices.Rank > 1 || numbers.Length == 0)
        {
            throw Refuse("takes elements in an order that is not understood");
        }

        if (name == Signal.Time && numbers is [var step])
        {
            Dim? steps = x.Steps;
            return step == -1 || (step >= 0 && steps == step + 1) ? At(x, axis, Moment.Last, keeps)
                : step == 0 || (step < 0 && steps == -step) ? At(x, axis, Moment.First, keeps)
                : throw Refuse($"takes the step {step}; only the last and the first one are understood");
        }

        int size = name is Signal.Stack or Signal.Feature or Signal.One ? (int)x.SizeOf(name)!.Value.Factor
            : throw Refuse($"takes elements of the axis {axis} of {x.AxesText}");
        int[] chosen = [.. numbers.Select(number => number >= -size && number < size ? (int)(number < 0 ? number + size : number)
            : throw node.Invalid($"takes the element {number} of {size}"))];
        return Picked(x, axis, chosen, keeps);
    }

    /// <summary>One step.</summary>
    private static Signal At(Signal x, int axis, Moment moment, bool keeps)
    {
        if (x.Padding != default || x.IsTokens || x.IsState)
        {
            throw Refuse($"takes one step of {x.Describe()}");
        }

        ImmutableArray<ImmutableArray<Segment>> slots = [.. x.Slots.Select(slot => slot.Select(segment => segment.Moment == Moment.Whole
            ? segment with { Moment = moment } : throw Refuse("takes a step of what is one step already")).ToImmutableArray())];
        return x.With(keeps ? x.Axes.SetItem(axis, Signal.One) : x.Axes.RemoveAt(axis), slots);
    }

    /// <summary>Some of the directions, or of the features.</summary>
    private static Signal Picked(Signal x, int axis, int[] chosen, bool keeps)
    {
        ImmutableArray<string> axes = keeps || chosen.Length > 1 ? x.Axes : x.Axes.RemoveAt(axis);
        switch (x.Axes[axis])
        {
            case Signal.Stack:
                return x.With(axes, [.. chosen.Select(slot => x.Slots[slot])]);
            case Signal.Feature:
                Signal part = x.With(
                    axes.Contains(Signal.Feature) ? axes : throw Refuse("takes one feature and leaves out its axis"),
                    [.. x.Slots.Select(slot => Signal.Joined(chosen.SelectMany(feature => Signal.Part(slot, feature, 1))))]);
                return x.Pending is not { } pending ? part : part.With(pending with
                {
                    Scale = pending.Scale is { } scale ? [.. chosen.Select(feature => scale[feature])] : null,
                    Shift = pending.Shift is { } shift ? [.. chosen.Select(feature => shift[feature])] : null,
                });
            default:
                return chosen.All(element => element == 0) && chosen.Length == 1 ? x.With(axes) : throw Refuse("repeats what it reads");
        }
    }

    private static Signal[] Split(OnnxNode node, Signal x, Value?[] inputs)
    {
        int axis = ConstantFolder.Axis(node, node.Integer("axis", 0), x.Axes.Length);
        if (x.Axes[axis] is not (Signal.Stack or Signal.Feature or Signal.One))
        {
            throw Refuse($"divides the axis {axis} of {x.AxesText}");
        }

        int first = 0;
        return
        [
            .. ConstantFolder.Parts(node, inputs, x.SizeOf(x.Axes[axis])!.Value.Factor).Select(part =>
            {
                first += (int)part;
                return part == 0 ? throw Refuse("makes a part of nothing")
                    : Picked(x, axis, [.. Enumerable.Range(first - (int)part, (int)part)], keeps: true);
            }),
        ];
    }

    private Signal Joined(OnnxNode node, Value?[] inputs)
    {
        Signal[] parts = [.. inputs.Select(input => input as Signal ?? throw Refuse($"joins {input?.Describe() ?? "nothing"} to what layers give"))];
        Signal first = parts[0];
        int axis = ConstantFolder.Axis(node, node.Integer("axis", 0), first.Axes.Length);
        string name = first.Axes[axis];
        if (parts.Any(part => part.IsTokens || part.IsState || part.Padding != default || part.Axes.Length != first.Axes.Length
            || !part.Axes.Where((_, i) => i != axis).SequenceEqual(first.Axes.Where((_, i) => i != axis))))
        {
            throw Refuse($"joins {string.Join(" and ", parts.Select(part => part.AxesText))}");
        }

        if (name is Signal.One or Signal.Stack && parts.All(part => part.Axes[axis] is Signal.One or Signal.Stack && part.Pending is null
            && part.Width == first.Width))
        {
            return first.With(first.Axes.SetItem(axis, Signal.Stack), [.. parts.SelectMany(part => part.Slots)]);
        }

        if (name == Signal.Feature && parts.All(part => part.Axes[axis] == Signal.Feature && part.Slots.Length == 1))
        {
            parts = [.. parts.Select(Settled)];
            Signal joined = first.With(first.Axes, [Signal.Joined(parts.SelectMany(part => part.Slots[0]))]).With((Affine?)null);
            return parts.All(part => part.Pending is null) ? joined : joined.With(new Affine(
                [.. parts.SelectMany(part => part.Pending?.Scale ?? Enumerable.Repeat(1f, part.Width))],
                [.. parts.SelectMany(part => part.Pending?.Shift ?? Enumerable.Repeat(0f, part.Width))],
                [.. parts.SelectMany(part => part.Pending?.From ?? [])],
                parts.First(part => part.Pending is not null).Pending!.Origin));
        }

        throw Refuse($"joins {string.Join(" and ", parts.Select(part => part.AxesText))} along the axis {axis}");
    }
}
