using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <summary>A part of the features of a layer's output.</summary>
/// <param name="Node">The layer.</param>
/// <param name="Offset">The first feature.</param>
/// <param name="Count">How many.</param>
/// <param name="Moment">What of its steps.</param>
internal readonly record struct Segment(Node Node, int Offset, int Count, Moment Moment = Moment.Whole);

/// <summary>y = scale ∘ x + shift, feature by feature; null is 1 and 0.</summary>
/// <param name="Scale">The factors.</param>
/// <param name="Shift">What is added.</param>
/// <param name="From">The initializers of both.</param>
/// <param name="Origin">The node of the graph.</param>
internal sealed record Affine(float[]? Scale, float[]? Shift, ImmutableHashSet<string> From, string Origin)
{
    /// <summary>The one factor of all features, if there is one and nothing is added.</summary>
    public float? Factor => Shift is null && Scale is { Length: > 0 } && Array.TrueForAll(Scale, value => value == Scale[0]) ? Scale[0]
        : null;
}

/// <summary>
/// What a value of the graph is as outputs of layers: which features of which, and what each of its axes means. Axes are named by letters:
/// B batch, T time, F features, S the directions or layers that stand beside each other; BT or TB is both as one axis, and an empty name is
/// an axis of one element.
/// </summary>
internal sealed class Signal : Value
{
    public const string Batch = "B", Time = "T", Feature = "F", Stack = "S", One = "";

    public Signal(ImmutableArray<string> axes, ImmutableArray<ImmutableArray<Segment>> slots)
    {
        // What stands beside nothing is an axis of one element.
        Axes = slots.Length == 1 ? [.. axes.Select(axis => axis == Stack ? One : axis)] : axes;
        Slots = slots;
    }

    public ImmutableArray<string> Axes { get; private init; }

    /// <summary>The features, of each place on the axis S.</summary>
    public ImmutableArray<ImmutableArray<Segment>> Slots { get; private init; }

    /// <summary>The number of sequences.</summary>
    public Dim? BatchSize { get; init; }

    /// <summary>The number of steps.</summary>
    public Dim? Steps { get; init; }

    /// <summary>What is still to be done with the features.</summary>
    public Affine? Pending { get; init; }

    /// <summary>Zeros that stand before and behind the steps, for a convolution.</summary>
    public (long Before, long After) Padding { get; init; }

    /// <summary>Whether it is tokens, which have no axis of features.</summary>
    public bool IsTokens { get; init; }

    /// <summary>Whether it is a state that the caller gives, and not what the model reads.</summary>
    public bool IsState { get; init; }

    /// <summary>Whether the steps stand from the last one to the first.</summary>
    public bool IsReversed { get; init; }

    /// <summary>The number of features at each place of the axis S.</summary>
    public int Width => Slots[0].Sum(segment => segment.Count);

    public Dim? SizeOf(string axis)
    {
        Dim? size = 1;
        foreach (char letter in axis)
        {
            size = Dim.Multiply(size, letter switch
            {
                'B' => BatchSize,
                'T' => Steps,
                'F' => Width,
                _ => Slots.Length,
            });
        }

        return size;
    }

    public IReadOnlyList<Dim?> Sizes => [.. Axes.Select(SizeOf)];

    /// <summary>The same values with other axes, and at other places.</summary>
    public Signal With(ImmutableArray<string> axes, ImmutableArray<ImmutableArray<Segment>>? slots = null) =>
        Copy(axes, slots ?? Slots, Pending, Padding, IsReversed);

    /// <summary>The same values with something else still to be done with them.</summary>
    public Signal With(Affine? pending) => Copy(Axes, Slots, pending, Padding, IsReversed);

    /// <summary>The same values with zeros before and behind the steps.</summary>
    public Signal WithPadding((long Before, long After) padding) => Copy(Axes, Slots, Pending, padding, IsReversed);

    /// <summary>The same values with another number of steps.</summary>
    public Signal WithSteps(Dim? steps) => new(Axes, Slots) { BatchSize = BatchSize, Steps = steps, Pending = Pending };

    /// <summary>The steps in the opposite order.</summary>
    public Signal Reversed() => Copy(Axes, Slots, Pending, Padding, !IsReversed);

    /// <summary>The output of a layer in the place of this, on the same axes.</summary>
    public Signal With(Node node, Moment moment = Moment.Whole) => new(Axes, [[new Segment(node, 0, node.Size, moment)]])
    {
        BatchSize = BatchSize,
        Steps = Steps,
        IsReversed = IsReversed,
    };

    private Signal Copy(
        ImmutableArray<string> axes,
        ImmutableArray<ImmutableArray<Segment>> slots,
        Affine? pending,
        (long Before, long After) padding,
        bool isReversed) => new(axes, slots)
        {
            BatchSize = BatchSize,
            Steps = Steps,
            Pending = pending,
            Padding = padding,
            IsTokens = IsTokens,
            IsState = IsState,
            IsReversed = isReversed && axes.Any(axis => axis.Contains(Time, StringComparison.Ordinal)),
        };

    /// <summary>The one layer whose whole output this is, at a moment; null if it is another one.</summary>
    public Source? Whole => Slots is [[{ Offset: 0 } only]] && only.Count == only.Node.Size ? new(only.Node, only.Moment) : null;

    /// <summary>Whether both are the same features at the same moments.</summary>
    public bool IsSameAs(Signal other) =>
        Axes.SequenceEqual(other.Axes) && IsReversed == other.IsReversed && Slots.Length == other.Slots.Length
        && Slots.Zip(other.Slots).All(pair => pair.First.SequenceEqual(pair.Second));

    /// <summary>A part of the features of every place.</summary>
    public ImmutableArray<ImmutableArray<Segment>> Features(int first, int count) => [.. Slots.Select(slot => Part(slot, first, count))];

    public static ImmutableArray<Segment> Part(ImmutableArray<Segment> slot, int first, int count)
    {
        var part = ImmutableArray.CreateBuilder<Segment>();
        int place = 0, end = first + count;
        foreach (Segment segment in slot)
        {
            int from = Math.Max(first, place), to = Math.Min(end, place + segment.Count);
            if (from < to)
            {
                part.Add(segment with { Offset = segment.Offset + from - place, Count = to - from });
            }

            place += segment.Count;
        }

        return part.ToImmutable();
    }

    /// <summary>Segments one after another, where two that continue each other are one.</summary>
    public static ImmutableArray<Segment> Joined(IEnumerable<Segment> segments)
    {
        var joined = new List<Segment>();
        foreach (Segment segment in segments)
        {
            if (joined.Count > 0 && joined[^1] is var last && last.Node == segment.Node && last.Moment == segment.Moment
                && last.Offset + last.Count == segment.Offset)
            {
                joined[^1] = last with { Count = last.Count + segment.Count };
            }
            else
            {
                joined.Add(segment);
            }
        }

        return [.. joined];
    }

    public override string Describe() =>
        (IsState ? "a state " : IsTokens ? "tokens " : IsReversed ? "reversed steps " : "") + AxesText;

    /// <summary>Such as [batch, time, 8 features].</summary>
    public string AxesText => $"[{string.Join(", ", Axes.Select(Name))}]";

    /// <summary>What a letter of an axis stands for.</summary>
    public static string Word(char axis) => axis switch
    {
        'B' => "batch",
        'T' => "time",
        'F' => "features",
        _ => "directions",
    };

    private string Name(string axis) => axis switch
    {
        Batch => "batch",
        Time => "time",
        Feature => $"{Width} features",
        Stack => $"{Slots.Length} directions",
        One => "1",
        _ => string.Join("·", axis.Select(letter => Name(letter.ToString()))),
    };
}
