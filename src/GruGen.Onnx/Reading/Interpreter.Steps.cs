using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <content>What works along the steps: convolutions, pooling, masks.</content>
internal sealed partial class Interpreter
{
    private Signal Conv(OnnxNode node, Signal x, Value?[] inputs)
    {
        Constant weights = Known(node, inputs, 1, "W");
        int time = x.Axes.IndexOf(Signal.Time);
        if (time < 2 || x.Axes.Length is not (3 or 4) || x.Axes[1] != Signal.Feature || x.Axes[0] is not (Signal.Batch or Signal.One)
            || weights.Rank != x.Axes.Length || x.Slots.Length > 1 || x.IsReversed
            || weights.Shape is not [{ IsNumber: true, Factor: > 0 } channels, { IsNumber: true, Factor: > 0 } inner, ..])
        {
            throw new AxesException($"convolves {x.AxesText} with {weights.Describe()}, where [batch, features, time] is expected");
        }

        int other = x.Axes.Length == 4 ? 5 - time : -1; // an axis of one element beside that of time
        if (other >= 0 && (x.Axes[other] != Signal.One || weights.Shape[other] != 1))
        {
            throw Refuse($"convolves {x.AxesText} along two axes");
        }

        int kernel = weights.Shape[time] is { IsNumber: true, Factor: > 0 } taps ? (int)taps.Factor
            : throw node.Invalid("has a kernel of no size");
        int spatial = x.Axes.Length - 2, at = time - 2;
        long[] strides = Each("strides", 1), dilations = Each("dilations", 1), sizes = Each("kernel_shape", 0);
        if (node.Has("kernel_shape") && (sizes[at] != kernel || (other >= 0 && sizes[other - 2] != 1)))
        {
            throw node.Invalid($"says that its kernel has {sizes[at]} steps, but it has {kernel}");
        }

        (long before, long after) = Pads();
        Signal read = Settled(x.Padding == default ? x : x.WithPadding(default));
        (before, after) = (before + x.Padding.Before, after + x.Padding.After);
        Operand operand = Read(before + after > 0 && read.Pending?.Shift is not null
            ? read.With((Affine?)null).With(Unit(node, Read(read))) : read);
        long group = node.Integer("group", 1);
        if (group <= 0 || operand.Width % group != 0 || channels.Factor % group != 0 || inner.Factor != operand.Width / group
            || dilations[at] is < 1 or > 65_536 || strides[at] is < 1 or > 65_536)
        {
            throw node.Invalid($"convolves {operand.Width} features with {weights.Describe()} in {group} groups");
        }

        float[] values = Ungrouped(AllFloats(node, weights, "W"), (int)channels.Factor, operand.Width, kernel, (int)group);
        Weights? bias = inputs.ElementAtOrDefault(2) is null ? null
            : new(Floats(node, Known(node, inputs, 2, "B"), "B", channels.Factor), Known(node, inputs, 2, "B").From);
        (Weights wide, float[]? added) = Widened(operand, new(values, weights.From), kernel);
        Weights? all = Shifted(bias, added, operand);
        Node conv = Make(NodeKind.Conv, node, (int)channels.Factor, operand.Sources) with
        {
            W = [wide],
            B = all is null ? [] : [all],
            KernelSize = kernel,
            Dilation = (int)dilations[at],
            Stride = (int)strides[at],
            Before = before,
            After = after,
            IsTimed = operand.IsTimed ? true : throw Refuse("convolves one vector"),
        };
        Signal result = x.With(conv);
        return result.WithSteps(StepsAfter(x.Steps, before + after - (kernel - 1) * dilations[at], strides[at]));

        long[] Each(string name, long otherwise) => node.Integers(name) is not { } given ? [.. Enumerable.Repeat(otherwise, spatial)]
            : given.Length == spatial ? given : throw node.Invalid($"has {given.Length} {name}");

        (long Before, long After) Pads()
        {
            long total = (kernel - 1) * dilations[at];
            long[] pads = node.Integers("pads") ?? [.. Enumerable.Repeat(0L, 2 * spatial)];
            if (pads.Length != 2 * spatial || pads.Any(pad => pad is < 0 or > int.MaxValue)
                || (other >= 0 && pads[other - 2] + pads[other - 2 + spatial] != 0))
            {
                throw node.Invalid($"has the pads [{string.Join(", ", pads)}]");
            }

            return node.Text("auto_pad", "NOTSET") switch
            {
                "NOTSET" => (pads[at], pads[at + spatial]),
                "VALID" => (0, 0),
                "SAME_UPPER" when strides[at] == 1 => (total / 2, total - total / 2),
                "SAME_LOWER" when strides[at] == 1 => (total - total / 2, total / 2),
                var name => throw Refuse($"pads as {name} with a stride of {strides[at]}, which depends on the length"),
            };
        }
    }

    /// <summary>The number of steps that windows of steps give: those that stand within the sequence, with what is added to it.</summary>
    private Dim? StepsAfter(Dim? steps, long added, long stride) => steps is not { } known || (added == 0 && stride == 1) ? steps
        : known.IsNumber ? known.Factor + added > 0 ? ((known.Factor + added - 1) / stride) + 1 : 0
        : Dim.Unknown(_graph.Symbol($"({known.Factor}, {known.Symbols}) + {added} by {stride}"));

    /// <summary>Whether two values may have the same number of steps.</summary>
    private static bool HaveSteps(Signal one, Signal other) =>
        !one.Axes.Contains(Signal.Time) || one.Steps is null || other.Steps is null || one.Steps == other.Steps;

    /// <summary>Pooling over windows of steps.</summary>
    private Signal Windows(OnnxNode node, Signal x, Pooling pooling)
    {
        node.Ignore("count_include_pad", "storage_order"); // of which nothing follows without padding
        long[] sizes = node.Integers("kernel_shape") ?? [], strides = node.Integers("strides") ?? [1];
        bool isPlain = node.Integer("ceil_mode", 0) == 0 && node.Text("auto_pad", "NOTSET") is "NOTSET" or "VALID"
            && (node.Integers("pads") ?? []).All(pad => pad == 0) && (node.Integers("dilations") ?? []).All(dilation => dilation == 1)
            && node.Outputs.Skip(1).All(output => output.Length == 0);
        if (!isPlain || x.Axes.Length != 3 || x.Axes[1] != Signal.Feature || x.Axes[2] != Signal.Time || x.IsReversed
            || x.Padding != default
            || sizes is not [>= 1 and <= 65_536 and var size] || strides is not [>= 1 and <= 65_536 and var stride])
        {
            throw Refuse($"pools windows of {x.AxesText} otherwise than a layer does: [batch, features, time] without padding");
        }

        ImmutableArray<Source> sources = Plain(node, x);
        Node pool = Make(NodeKind.Pool, node, x.Width, sources) with
        {
            Pooling = pooling,
            KernelSize = (int)size,
            Stride = (int)stride,
            IsTimed = IsTimed(sources[0]) ? true : throw Refuse("pools one vector"),
        };
        return x.With((Affine?)null).With(pool).WithSteps(StepsAfter(x.Steps, 1 - size, stride));
    }

    /// <summary>The weights of a convolution in groups as those of one that reads all, with zeros between the groups.</summary>
    private float[] Ungrouped(float[] values, int channels, int width, int kernel, int group)
    {
        if (group == 1)
        {
            return values;
        }

        _folder.Charge((long)channels * width * kernel);
        float[] all = new float[channels * width * kernel];
        int inner = width / group * kernel;
        for (int channel = 0; channel < channels; channel++)
        {
            int first = channel / (channels / group) * inner;
            values.AsSpan(channel * inner, inner).CopyTo(all.AsSpan(channel * width * kernel + first));
        }

        Note($"A convolution of {group} groups became one that reads all features, with zeros between the groups.");
        return all;
    }

    /// <summary>The weights [channels, features, taps] of a convolution as those of the whole layers that it reads.</summary>
    private (Weights Weights, float[]? Added) Widened(Operand operand, Weights weights, int kernel)
    {
        if (operand.IsPlain)
        {
            return (weights, null);
        }

        // Tap by tap it is a product.
        int rows = weights.Values.Length / (operand.Width * kernel);
        float[] byTaps = Transposed(weights.Values, rows * operand.Width, kernel);
        (Weights wide, float[]? added, int columns) = Widened(operand, new(byTaps, weights.From));
        float[]? sum = added is null ? null
            : [.. Enumerable.Range(0, rows).Select(row => Enumerable.Range(0, kernel).Sum(tap => added[tap * rows + row]))];
        return (new(Transposed(wide.Values, kernel, rows * columns), wide.From), sum);
    }

    private static Signal Padded(OnnxNode node, Signal x, Value?[] inputs)
    {
        long[]? pads = node.Integers("pads") ?? (inputs.ElementAtOrDefault(1) as Constant)?.AllNumbers();
        float value = inputs.ElementAtOrDefault(2) is Constant constant ? constant.Single ?? float.NaN : node.Number("value", 0);
        int rank = x.Axes.Length;
        int[] axes = ConstantFolder.Axes(node, inputs, 3) is { } some
            ? [.. some.Select(axis => ConstantFolder.Axis(node, axis, rank))] : [.. Enumerable.Range(0, rank)];
        if (node.Text("mode", "constant") != "constant" || value != 0 || x.IsTokens || x.IsState || x.IsReversed
            || pads?.Length != 2 * axes.Length)
        {
            throw Refuse($"pads {x.Describe()} with something else than zeros");
        }

        (long before, long after) = x.Padding;
        for (int i = 0; i < axes.Length; i++)
        {
            (long first, long second) = (pads[i], pads[i + axes.Length]);
            if ((first, second) != (0, 0)
                && (x.Axes[axes[i]] != Signal.Time || first is < 0 or > int.MaxValue || second is < 0 or > int.MaxValue))
            {
                throw Refuse($"pads the axis {axes[i]} of {x.AxesText}, where that of time is expected");
            }

            (before, after) = (before + first, after + second);
        }

        return x.WithPadding((before, after));
    }

    /// <summary>Without the last steps: what a convolution has that reads as many zeros less behind a sequence.</summary>
    private Signal WithoutEnd(Signal x, long count)
    {
        x = Settled(x);
        return x is { Pending: null, IsReversed: false, Whole: { Moment: Moment.Whole, Node: { Kind: NodeKind.Conv, Stride: 1 } conv } }
            && conv.After >= count
            ? x.With(conv with { After = conv.After - count })
            : throw Refuse($"leaves out the last {count} steps of {x.AxesText}");
    }

    private Value Reduced(OnnxNode node, Value?[] inputs)
    {
        long[]? axes = ConstantFolder.Axes(node, inputs);
        bool keeps = node.Integer("keepdims", 1) != 0;
        if (axes is null && node.Integer("noop_with_empty_axes", 0) != 0)
        {
            return inputs[0]!;
        }

        if (inputs[0] is FeatureStatistic { Kind: Statistic.Square } square && node.Operator == "ReduceMean" && keeps
            && IsLast(axes, square.Of))
        {
            return square.With(Statistic.Variance);
        }

        if (inputs[0] is Equality equality)
        {
            return OfFeatures(node, equality, axes, keeps);
        }

        if (inputs[0] is Mask mask)
        {
            return node.Operator == "ReduceSum" && mask.IsReal && axes is [var over]
                && mask.Axes[ConstantFolder.Axis(node, over, mask.Axes.Length)] == Signal.Time
                ? new Lengths(mask.Filling) : throw Refuse("counts something else than the real steps of a sequence");
        }

        if (inputs[0] is not Signal x || x.IsTokens || x.IsState)
        {
            throw Refuse($"reduces {inputs[0]!.Describe()}");
        }

        if (axes is not [var axis])
        {
            throw Refuse($"reduces {axes?.Length ?? x.Axes.Length} axes of {x.AxesText}");
        }

        int at = ConstantFolder.Axis(node, axis, x.Axes.Length);
        return (x.Axes[at], node.Operator) switch
        {
            (Signal.Feature, "ReduceMean") when keeps && IsLast(axes, x) => new FeatureStatistic(x, Statistic.Mean),
            (Signal.Time, "ReduceMean") => Pooled(node, x, Pooling.Mean, keeps),
            (Signal.Time, "ReduceMax") => Pooled(node, x, Pooling.Max, keeps),
            (Signal.One, _) => keeps ? x : x.With(x.Axes.RemoveAt(at)),
            (Signal.Stack, "ReduceSum" or "ReduceMean" or "ReduceProd") => Directions(node, x, at, keeps),
            _ => throw Refuse($"reduces the axis {at} of {x.AxesText}"),
        };

        static bool IsLast(long[]? axes, Signal of) =>
            axes is [var only] && (only == -1 || only == of.Axes.Length - 1) && of.Axes[^1] == Signal.Feature;
    }

    private static Signal Directions(OnnxNode node, Signal x, int at, bool keeps)
    {
        Merge merge = node.Operator switch
        {
            "ReduceSum" => Merge.Sum,
            "ReduceMean" => Merge.Average,
            _ => Merge.Multiply,
        };
        ImmutableArray<string> axes = keeps ? x.Axes.SetItem(at, Signal.One) : x.Axes.RemoveAt(at);
        return x is { Pending: null, Slots: [[var forward], [var backward]] }
            && Merged(new Signal(axes, [[forward]]) { BatchSize = x.BatchSize, Steps = x.Steps }, [forward, backward], merge) is { } merged
            ? merged : throw Refuse($"reduces the directions of {x.AxesText}");
    }

    /// <summary>What is pooled over all axes behind the features, which has to be that of time.</summary>
    private static Signal OverTime(Signal x) =>
        x.Axes is [Signal.Batch or Signal.One, Signal.Feature, _, ..]
        && x.Axes.Skip(2).All(axis => axis is Signal.Time or Signal.One) && x.Axes.Contains(Signal.Time)
            ? x : throw new AxesException($"pools {x.AxesText}, where [batch, features, time] is expected");

    private Signal Pooled(OnnxNode node, Signal x, Pooling pooling, bool keeps)
    {
        int time = x.Axes.IndexOf(Signal.Time);
        ImmutableArray<Source> sources = Plain(node, x);
        if (sources.FirstOrDefault(source => source.Node.HasLengths) is { Node: { } cut })
        {
            throw Refuse($"pools the steps of {cut.Origin} with the zeros behind the ends that sequence_lens gives");
        }

        Node pool = Make(NodeKind.Pool, node, x.Width, sources) with { Pooling = pooling };
        return x.With(keeps ? x.Axes.SetItem(time, Signal.One) : x.Axes.RemoveAt(time)).With((Affine?)null).With(pool);
    }

    /// <summary>The steps from the last one to the first; what lengths leave out stays where it is.</summary>
    private static Signal Reversed(OnnxNode node, Signal x, Value lengths)
    {
        int time = (int)node.Integer("time_axis", 0), batch = (int)node.Integer("batch_axis", 1);
        bool isWhole = lengths is Lengths
            || (lengths is Constant { Numbers: { } sizes } && x.Steps is { } steps && sizes.All(size => size == steps));
        return isWhole && x.Axes.ElementAtOrDefault(time) == Signal.Time && x.Axes.ElementAtOrDefault(batch) is Signal.Batch or Signal.One
            ? x.Reversed() : throw Refuse($"reverses {x.AxesText} by {lengths.Describe()}");
    }
}
