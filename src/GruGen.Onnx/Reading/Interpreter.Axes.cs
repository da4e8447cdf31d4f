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
                _ when name is Signal.Stack or Signal.Feature =>
                    Picked(x, axis, slicing.Elements((int)x.SizeOf(name)!.Value.Factor), keeps: true),
                Cut.Last or Cut.First
                    when name == Signal.Time => At(x, axis, slicing.Cut == Cut.Last ? Moment.Last : Moment.First, keeps: true),
                Cut.Reversed when name == Signal.Time => x.Reversed(),
                Cut.WithoutEnd when name == Signal.Time => WithoutEnd(x, slicing.Count),
                _ => throw Refuse($"takes a part of the axis {axis} of {x.AxesText}"),
            };
        }

        return x;
    }

    private Signal Gathered(OnnxNode node, Signal x, Value?[] inputs)
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

        moment = x.IsReversed ? moment == Moment.Last ? Moment.First : Moment.Last : moment;
        ImmutableArray<ImmutableArray<Segment>> slots = [.. x.Slots.Select(slot => slot.Select(segment => segment.Moment == Moment.Whole
            ? segment with { Moment = moment } : throw Refuse("takes a step of what is one step already")).ToImmutableArray())];
        return x.With(keeps ? x.Axes.SetItem(axis, Signal.One) : x.Axes.RemoveAt(axis), slots);
    }

    /// <summary>Some of the directions, or of the features.</summary>
    private Signal Picked(Signal x, int axis, int[] chosen, bool keeps)
    {
        _folder.Charge((long)chosen.Length * x.Slots.Sum(slot => slot.Length));
        if (chosen.Length == 0)
        {
            throw Refuse($"takes nothing of {x.AxesText}");
        }

        ImmutableArray<string> axes = keeps || chosen.Length > 1 ? x.Axes : x.Axes.RemoveAt(axis);
        switch (x.Axes[axis])
        {
            case Signal.Stack:
                return x.With(axes, [.. chosen.Select(slot => x.Slots[slot])]);
            case Signal.Feature:
                Signal part = x.With(
                    axes,
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

    private Signal[] Split(OnnxNode node, Signal x, Value?[] inputs)
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
        Signal[] parts = [.. inputs.Select(input => input as Signal
            ?? throw Refuse($"joins {input?.Describe() ?? "nothing"} to what layers give"))];
        Signal first = parts[0];
        int axis = ConstantFolder.Axis(node, node.Integer("axis", 0), first.Axes.Length);
        string name = first.Axes[axis];
        if (parts.Any(part => part.IsTokens || part.IsState || part.Padding != default
            || part.IsReversed != first.IsReversed || !HaveSteps(part, first) || part.Axes.Length != first.Axes.Length
            || !part.Axes.Where((_, i) => i != axis).SequenceEqual(first.Axes.Where((_, i) => i != axis))))
        {
            throw Refuse($"joins {string.Join(" and ", parts.Select(part => part.AxesText))}");
        }

        if (parts.Sum(part => part.Slots.Sum(slot => (long)slot.Length)) > MostParts || parts.Sum(part => (long)part.Width) > MostWidth)
        {
            throw Refuse($"joins more than {MostParts} values, or {MostWidth} features");
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
