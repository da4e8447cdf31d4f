using System.Collections.Immutable;
using GruGen.Onnx.Format;

namespace GruGen.Onnx;

/// <content>What layers read, and what is folded into them.</content>
internal sealed partial class Interpreter
{
    private const int MostIdentity = 4096; // features of a product that only chooses or scales

    private readonly Dictionary<Affine, Node> _settled = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(Node Node, Moment Moment), Node> _steps = [];

    /// <summary>What a layer reads.</summary>
    /// <param name="Sources">The outputs of layers, one after another.</param>
    /// <param name="Columns">Which of their features are meant; null if it is all of them in order.</param>
    /// <param name="Affine">What is done with these first, if something is.</param>
    /// <param name="Width">The number of features.</param>
    private sealed record Operand(ImmutableArray<Source> Sources, int[]? Columns, Affine? Affine, int Width)
    {
        /// <summary>Whether there is a value for every step.</summary>
        public bool IsTimed => Sources[0] is { Moment: Moment.Whole, Node.IsTimed: true };

        /// <summary>Whether it is whole layers as they are.</summary>
        public bool IsPlain => Columns is null && Affine is null;
    }

    /// <summary>The value, with what is pending folded into the layer that it is from where that is possible.</summary>
    private Signal Settled(Signal x)
    {
        if (x.Pending is not { } pending || x.Whole is not { } source)
        {
            return x;
        }

        if (!_settled.TryGetValue(pending, out Node? settled))
        {
            settled = Folded(source.Node, pending);
            if (settled is null)
            {
                return x;
            }

            _settled.Add(pending, settled);
        }

        return x.With(x.Axes, [[new Segment(settled, 0, settled.Size, source.Moment)]]).With((Affine?)null);
    }

    /// <summary>A layer whose outputs are scaled and shifted; null if that is not another one of its kind.</summary>
    private static Node? Folded(Node node, Affine affine)
    {
        if (node is { Kind: NodeKind.Gru, Gru: { Bidirectional: true, Merge: Merge.Sum } options } && affine.Factor == 0.5f)
        {
            return node with { Gru = options with { Merge = Merge.Average } };
        }

        if (!node.IsAffine)
        {
            return null;
        }

        (float[]? scale, float[]? shift) = (affine.Scale, affine.Shift);
        Weights weights = node.W[0];
        if (scale is not null)
        {
            int row = weights.Values.Length / node.Size;
            weights = weights.Map((value, i) => value * scale[i / row], affine.From);
        }

        Weights? bias = node.B is [var own] ? own : shift is null ? null : new Weights(new float[node.Size], []);
        if (bias is not null && scale is not null)
        {
            bias = bias.Map((value, i) => value * scale[i], affine.From);
        }

        if (bias is not null && shift is not null)
        {
            bias = bias.Map((value, i) => value + shift[i], affine.From);
        }

        return node with { W = [weights], B = bias is null ? [] : [bias] };
    }

    private static Signal Scaled(Signal x, float[]? scale, float[]? shift, IEnumerable<string> from, OnnxNode node)
    {
        if (x.Slots.Length > 1 || x.IsTokens || x.IsState || x.Padding != default || !x.Axes.Contains(Signal.Feature))
        {
            throw Refuse($"computes with constants and {x.Describe()}");
        }

        Affine? before = x.Pending;
        float[]? factors = before?.Scale is { } first ? scale is null ? first : [.. first.Zip(scale, (one, other) => one * other)] : scale;
        float[]? added = before?.Shift is { } sum ? scale is null ? sum : [.. sum.Zip(scale, (one, other) => one * other)] : null;
        added = added is null ? shift : shift is null ? added : [.. added.Zip(shift, (one, other) => one + other)];
        bool isNothing = added is null && (factors is null || Array.TrueForAll(factors, factor => factor == 1))
            && x.Whole is not { Node.IsAffine: true };
        return x.With(isNothing ? null : new Affine(factors, added, [.. before?.From ?? [], .. from], node.Title));
    }

    /// <summary>What a layer reads if it reads this value.</summary>
    private Operand Read(Signal x)
    {
        x = Settled(x);
        if (x.IsTokens || x.IsState || x.Padding != default || x.Slots.Length > 1 || !x.Axes.Contains(Signal.Feature))
        {
            throw Refuse($"reads {x.Describe()}{(x.Padding != default ? ", which was padded for a convolution" : "")}");
        }

        var sources = new List<Source>();
        var columns = new List<int>();
        ImmutableArray<Segment> segments = Signal.Joined(x.Slots[0]);
        int start = 0; // of the source among all
        for (int i = 0; i < segments.Length; i++)
        {
            Segment segment = segments[i];
            Moment moment = segment.Moment;
            int count = segment.Count;
            if (segment is { Offset: 0, Node.Gru.Bidirectional: true } && i + 1 < segments.Length && segments[i + 1] is var second
                && second.Node == segment.Node && segment.Offset + count == second.Offset && count == segment.Node.HiddenSize
                && second.Count == count && moment is Moment.Final or Moment.Last && second.Moment is Moment.Final or Moment.First)
            {
                (moment, count, i) = (Moment.Final, 2 * count, i + 1); // each direction after its own last step
            }

            Source source = Resolved(segment.Node, moment);
            int first = sources.TakeWhile(other => other != source).Sum(other => other.Node.Size);
            columns.AddRange(Enumerable.Range(first + segment.Offset, count));
            if (!sources.Contains(source))
            {
                sources.Add(source);
                start += source.Node.Size;
            }
        }

        if (sources.Any(source => IsTimed(source) != IsTimed(sources[0])))
        {
            throw Refuse("reads some values of every step and others of the whole sequence");
        }

        // A layer is read once; what is read twice is a matter of columns.
        bool isAll = columns.Count == start && columns.SequenceEqual(Enumerable.Range(0, start));
        return new Operand([.. sources], isAll ? null : [.. columns], x.Pending, columns.Count);
    }

    private static bool IsTimed(Source source) => source is { Moment: Moment.Whole, Node.IsTimed: true };

    /// <summary>The layer that gives a moment of another one.</summary>
    private Source Resolved(Node node, Moment moment)
    {
        if (node.IsOneStep && moment == Moment.Final)
        {
            return new(node, Moment.Whole);
        }

        if (moment == Moment.Whole || (!node.IsTimed && node.Kind != NodeKind.Gru))
        {
            return moment == Moment.Whole ? new(node, Moment.Whole) : throw Refuse("takes a step of what is one step already");
        }

        if (node.HasLengths && moment == Moment.Last)
        {
            throw Refuse(
                $"takes the last step of {node.Origin}, which is zero where sequence_lens ends a sequence before; "
                + "Y_h has the final states");
        }

        if (moment == Moment.Final || (node is { Kind: NodeKind.Gru, Gru.Bidirectional: false, Residual: false }
            && moment == (node.Gru.Reverse ? Moment.First : Moment.Last)))
        {
            return new(node, Moment.Final);
        }

        if (moment == Moment.First)
        {
            throw Refuse($"takes the first step of {node.Origin}, which no layer does");
        }

        if (!_steps.TryGetValue((node, moment), out Node? pool))
        {
            pool = new Node(NodeKind.Pool, $"the last step of {node.Origin}", node.Size, ++_order, [new(node, Moment.Whole)])
            {
                Pooling = Pooling.Last,
            };
            _steps.Add((node, moment), pool);
        }

        return new(pool, Moment.Whole);
    }

    /// <summary>Whole layers as they are; where features are chosen, scaled or shifted, by a layer of its own.</summary>
    private ImmutableArray<Source> Plain(OnnxNode node, Signal x)
    {
        Operand operand = Read(x);
        if (operand.IsPlain)
        {
            return operand.Sources;
        }

        Node unit = Unit(node, operand);
        string origin = operand.Affine is { } affine ? affine.Origin : node.Title;
        Note($"What {origin} does has no layer of its own, and became a Dense layer of {unit.Size} units.");
        return [new(unit, Moment.Whole)];
    }

    /// <summary>The layer whose output a graph's output is.</summary>
    public Source Output(string name, Signal x)
    {
        var node = new OnnxNode(new NodeProto { OpType = "output", Name = name }, _graph.File);
        if (x.IsReversed)
        {
            throw Refuse($"the output '{name}' gives its steps from the last to the first, where outputs here stand at their own steps");
        }

        if (x is { IsTokens: false, Width: 1, Slots.Length: 1 } && !x.Axes.Contains(Signal.Feature))
        {
            Note($"The output '{name}' has no axis for its one feature in the file; here it has, with the same numbers.");
            x = x.With([.. x.Axes, Signal.Feature]);
        }

        if (x.Slots.Length > 1)
        {
            x = new Signal([Signal.Feature], [Signal.Joined(x.Slots.SelectMany(slot => slot))]);
        }

        ImmutableArray<Source> sources = Plain(node, x);
        return sources is [{ Node.Kind: not NodeKind.Input } only] ? only
            : new(Make(NodeKind.Join, node, sources.Sum(source => source.Node.Size), sources) with { IsTimed = IsTimed(sources[0]) },
                Moment.Whole);
    }

    private void Note(string text)
    {
        if (_told.Add(text))
        {
            _notes.Add(text);
        }
    }
}
