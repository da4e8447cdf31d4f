using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <content>What computes element by element: scales and shifts, activations, sums of layers, and the parts of normalisations.</content>
internal sealed partial class Interpreter
{
    private Value Elementwise(OnnxNode node, Value first, Value second)
    {
        string name = node.Operator;
        if (Statistics(node, first, second) is { } statistic)
        {
            return statistic;
        }

        return (first, second) switch
        {
            (Signal x, Constant value) => OfConstant(node, x, value, isFirst: false),
            (Constant value, Signal x) => OfConstant(node, x, value, isFirst: true),
            (GeluStage part, Constant { Single: { } number }) => Gelu(node, part, number),
            (Constant { Single: { } number }, GeluStage part) => Gelu(node, part, number),
            (Signal x, GeluStage part) => Gelu(node, part, x),
            (GeluStage part, Signal x) => Gelu(node, part, x),
            (Signal x, Mask mask) when name == "Mul" => Masked(x, mask),
            (Mask mask, Signal x) when name == "Mul" => Masked(x, mask),
            (Signal one, Signal other) when name == "Add" => Sum(node, one, other),
            (Signal one, Signal other) when name == "Mul" => Product(node, one, other),
            _ => throw Refuse($"computes with {first.Describe()} and {second.Describe()}"),
        };
    }

    private Signal OfConstant(OnnxNode node, Signal x, Constant value, bool isFirst)
    {
        x = Settled(x);
        float[] numbers = Vector(node, value, x.Axes, x.Width);
        return (node.Operator, isFirst) switch
        {
            ("Add", _) => Scaled(x, null, numbers, value.From, node),
            ("Sub", false) => Scaled(x, null, [.. numbers.Select(number => -number)], value.From, node),
            ("Sub", true) => Scaled(x, [.. numbers.Select(_ => -1f)], numbers, value.From, node),
            ("Mul", _) => Scaled(x, numbers, null, value.From, node),
            ("Div", false) => Scaled(x, [.. numbers.Select(number => 1 / number)], null, value.From, node),
            _ => throw Refuse($"computes with {x.Describe()} and a constant"),
        };
    }

    private static Value OfOne(OnnxNode node, Value value) => (node.Operator, value) switch
    {
        ("Sqrt", FeatureStatistic { Kind: Statistic.Variance } variance) =>
            variance.With(Statistic.Deviation),
        ("Reciprocal", FeatureStatistic { Kind: Statistic.Deviation } deviation) =>
            deviation.With(Statistic.Inverse),
        ("Erf", Signal { Pending.Factor: { } factor } scaled) when Math.Abs(factor - 1 / MathF.Sqrt(2)) < 1e-6f =>
            new GeluStage(scaled, GeluPart.Erf),
        ("Neg", FeatureStatistic { Kind: Statistic.Mean } mean) => mean.With(Statistic.Mean, scale: [-1]),
        ("Neg", FeatureStatistic { Kind: Statistic.ScaledMean } mean) => mean.Negated(),
        ("Neg", Signal x) => Scaled(x, [.. Enumerable.Repeat(-1f, x.Width)], null, [], node),
        _ => throw Refuse($"computes with {value.Describe()}, which no layer does"),
    };

    private static GeluStage Gelu(OnnxNode node, GeluStage stage, float number) => (node.Operator, stage.Part, number) switch
    {
        ("Add", GeluPart.Erf, 1) => new GeluStage(stage.Of, GeluPart.OnePlusErf),
        ("Mul", GeluPart.OnePlusErf, 0.5f) or ("Div", GeluPart.OnePlusErf, 2) => new GeluStage(stage.Of, GeluPart.Phi),
        _ => throw Refuse($"computes with {stage.Describe()} and {number}"),
    };

    /// <summary>x·Φ(x), where the argument of the error function is a pending scale of x.</summary>
    private Signal Gelu(OnnxNode node, GeluStage stage, Signal x)
    {
        x = Settled(x);
        float half = x.Pending is null ? 1 : x.Pending.Factor ?? 0;
        if (node.Operator != "Mul" || !x.IsSameAs(stage.Of))
        {
            throw Refuse($"computes with {stage.Describe()} and {x.Describe()}");
        }

        Signal argument = x.With((Affine?)null);
        return (stage.Part, half) switch
        {
            (GeluPart.Phi, 1) or (GeluPart.OnePlusErf, 0.5f) => Applied(node, Activation.Gelu, argument),
            (GeluPart.OnePlusErf, 1) =>
                Scaled(Applied(node, Activation.Gelu, argument), [.. Enumerable.Repeat(2f, x.Width)], null, [], node),
            _ => throw Refuse($"computes with {stage.Describe()} and {x.Describe()}"),
        };
    }

    private Signal Sum(OnnxNode node, Signal one, Signal other)
    {
        if (Merged(one, other, Merge.Sum) is { } merged)
        {
            return merged;
        }

        (one, other) = (Settled(one), Settled(other));
        if (!one.Axes.SequenceEqual(other.Axes) || one.Width != other.Width || one.IsReversed != other.IsReversed || !HaveSteps(one, other))
        {
            throw Refuse($"adds {one.AxesText} and {other.AxesText}");
        }

        if (Residual(node, one, other) is { } residual)
        {
            return residual;
        }

        ImmutableArray<Source> sources = [.. Terms(one), .. Terms(other)];
        if (sources.Distinct().Count() < sources.Length)
        {
            sources = [.. Terms(one), new(Unit(node, Read(other)), Moment.Whole)]; // a sum of the same
        }

        if (sources.Length > MostParts)
        {
            throw Refuse($"adds more than {MostParts} layers");
        }

        return sources.All(source => IsTimed(source) == IsTimed(sources[0]))
            ? one.With((Affine?)null).With(Make(NodeKind.Sum, node, one.Width, sources) with { IsTimed = IsTimed(sources[0]) })
            : throw Refuse("adds a value of every step to one of the whole sequence");

        // Sums of sums are one, and each term is one layer.
        IEnumerable<Source> Terms(Signal term)
        {
            ImmutableArray<Source> plain = Plain(node, term);
            return plain switch
            {
                [{ Node.Kind: NodeKind.Sum, Moment: Moment.Whole } only] => only.Node.Inputs,
                [var only] => [only],
                _ => [new(Make(NodeKind.Join, node, term.Width, plain) with { IsTimed = IsTimed(plain[0]) }, Moment.Whole)],
            };
        }
    }

    /// <summary>y = h + x, where h is made of x; null if it is not so.</summary>
    private Signal? Residual(OnnxNode node, Signal one, Signal other)
    {
        // A file of this library says where it has a residual connection, and not a layer that reads a sum.
        if (_graph.Model.ProducerName == GraphWriter.Producer && !node.Name.EndsWith(GraphWriter.ResidualSuffix, StringComparison.Ordinal))
        {
            return null;
        }

        foreach ((Signal h, Signal x) in new[] { (one, other), (other, one) })
        {
            if (h is
                {
                    Pending: null,
                    Whole: { Moment: Moment.Whole, Node: { Kind: NodeKind.Gru or NodeKind.Dense, Residual: false } layer }
                }
                && layer.Size == layer.InputSize && Read(x) is { IsPlain: true } read && read.Sources.SequenceEqual(layer.Inputs))
            {
                return h.With(layer with { Residual = true, Gru = layer.Gru is null ? null : layer.Gru with { Residual = true } });
            }
        }

        return null;
    }

    /// <summary>Both directions of a GRU as one; null if these are not that.</summary>
    private static Signal? Merged(Signal one, Signal other, Merge merge) =>
        one is { Pending: null, Slots: [[var first]] } && other is { Pending: null, Slots: [[var second]] }
            && one.Axes.SequenceEqual(other.Axes)
            ? Merged(one, first.Offset <= second.Offset ? [first, second] : [second, first], merge)
            : null;

    private static Signal? Merged(Signal x, ImmutableArray<Segment> directions, Merge merge) =>
        directions is [{ Node: { Gru: { Bidirectional: true, Merge: Merge.Concat, Residual: false } options } gru, Offset: 0 } first,
            var second]
        && second.Node == gru && first.Count == gru.HiddenSize && second.Offset == first.Count && second.Count == first.Count
        && first.Moment == second.Moment && first.Moment is Moment.Whole or Moment.Final
            ? x.With(gru with { Size = gru.HiddenSize, Gru = options with { Merge = merge } }, first.Moment)
            : null;

    private Signal Product(OnnxNode node, Signal one, Signal other)
    {
        if (Merged(one, other, Merge.Multiply) is { } merged)
        {
            return merged;
        }

        foreach ((Signal x, Signal gate) in new[] { (one, other), (other, one) })
        {
            if (gate is { Pending: null, Whole.Node: { Activation: Activation.Sigmoid, Residual: false, Argument: { } argument } }
                && argument == x)
            {
                return Applied(node, Activation.Silu, x);
            }
        }

        throw Refuse("multiplies two values that the model computes, as attention and gates do, which no layer here does");
    }

    private Signal Activated(OnnxNode node, Signal x)
    {
        switch (node.Operator)
        {
            case "Sigmoid" or "Tanh" or "Relu" or "Softsign":
                return Applied(node, Enum.Parse<Activation>(node.Operator), x);
            case "Elu":
                return node.Number("alpha", 1) == 1 ? Applied(node, Activation.Elu, x)
                    : throw Refuse("has another α than 1, which only a GRU can have");
            case "LeakyRelu":
                float slope = node.Number("alpha", 0.01f);
                return slope == 0.01f ? Applied(node, Activation.LeakyRelu, x)
                    : Sloped(node, x, [.. Enumerable.Repeat(slope, x.Width)], []);
            case "Gelu":
                return node.Text("approximate", "none") == "none" ? Applied(node, Activation.Gelu, x)
                    : throw Refuse("approximates GELU by tanh, which is another function");
            case "Swish" when node.Number("alpha", 1) == 1:
                return Applied(node, Activation.Silu, x);
            case "Softmax":
                return Applied(node, Activation.Softmax, OverFeatures(node, x));
            case "LogSoftmax" when _options.LogSoftmaxAsSoftmax:
                Note($"{node.Title} became a softmax: outputs here are probabilities, of which the file's are the logarithms.");
                return Applied(node, Activation.Softmax, OverFeatures(node, x));
            case "LogSoftmax":
                throw Refuse("gives logarithms of probabilities, which no layer does; LogSoftmaxAsSoftmax takes it as a softmax");
            default:
                throw Refuse("is no operator that is read");
        }
    }

    /// <summary>Checks that a softmax is over the features of a step, by the rule of the file's version.</summary>
    private Signal OverFeatures(OnnxNode node, Signal x)
    {
        bool flattens = _graph.Opset < 13;
        int axis = ConstantFolder.Axis(node, node.Integer("axis", flattens ? 1 : -1), x.Axes.Length);
        if (x.Axes[axis] == Signal.Time)
        {
            throw Refuse("is over the steps of a sequence, as attention has it; one over the features of a step is read");
        }

        bool isLast = flattens ? x.Axes.Skip(axis).All(name => name is Signal.Feature or Signal.One) : axis < x.Axes.Length;
        return isLast && (flattens ? x.Axes.Skip(axis).Contains(Signal.Feature) : x.Axes[axis] == Signal.Feature) ? x
            : throw Refuse($"is over another axis of {x.AxesText} than that of the features");
    }

    /// <summary>An activation: that of the layer below, if it has none, or of one that does nothing else.</summary>
    private Signal Applied(OnnxNode node, Activation activation, Signal x)
    {
        Signal settled = Settled(x);
        if (settled is
            {
                Pending: null,
                Whole: { Node: { Kind: NodeKind.Dense or NodeKind.Conv, Activation: Activation.Linear, Residual: false } below } source
            })
        {
            return settled.With(below with { Activation = activation, Argument = x }, source.Moment);
        }

        Node unit = Unit(node, Read(settled));
        if (activation != Activation.Linear)
        {
            Note($"{node.Title} stands behind no product, so it became a Dense layer of {unit.Size} units that only applies it.");
        }

        return x.With((Affine?)null).With(unit with { Activation = activation, Argument = x });
    }

    private Signal PRelu(OnnxNode node, Signal x, Value slope) => slope is Constant constant
        ? Sloped(node, x, Vector(node, constant, x.Axes, x.Width), constant.From)
        : throw Refuse($"has {slope.Describe()} as its slopes");

    private Signal Sloped(OnnxNode node, Signal x, float[] slopes, ImmutableHashSet<string> from)
    {
        ImmutableArray<Source> sources = Plain(node, x);
        return x.With((Affine?)null).With(Make(NodeKind.PReLU, node, x.Width, sources) with
        {
            W = [new(slopes, from)],
            IsTimed = IsTimed(sources[0]),
        });
    }
}
