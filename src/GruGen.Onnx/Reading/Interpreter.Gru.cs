using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <content>The operator GRU.</content>
internal sealed partial class Interpreter
{
    private const int MostHidden = 65_536;

    private Value[] Gru(OnnxNode node, Value?[] inputs)
    {
        if (inputs.Length is < 3 or > 6)
        {
            throw node.Invalid($"has {inputs.Length} inputs, where 3 to 6 are expected");
        }

        bool resetsAfter = node.Integer("linear_before_reset", 0) != 0;
        if (!resetsAfter && _graph.Model.ProducerName == "pytorch" && !_options.AcceptResetBeforeOfPyTorch)
        {
            throw Refuse(
                "has linear_before_reset = 0 and is from PyTorch, whose GRU is that of 1: some of its exporters wrote this by mistake, "
                + "and other programs then compute other numbers than PyTorch. Export it with another version, "
                + "or set AcceptResetBeforeOfPyTorch if it is meant");
        }

        bool isBatchFirst = node.Integer("layout", 0) switch
        {
            0 => false,
            1 => true,
            var layout => throw node.Invalid($"has the layout {layout}"),
        };
        Signal x = inputs[0] as Signal ?? throw Refuse($"reads {inputs[0]!.Describe()}");
        string[] expected = isBatchFirst ? [Signal.Batch, Signal.Time, Signal.Feature] : [Signal.Time, Signal.Batch, Signal.Feature];
        bool fits = x.Axes.Length == 3
            && x.Axes.Zip(expected).All(pair => pair.First == pair.Second || (pair.First == Signal.One && !x.Axes.Contains(pair.Second)));
        if (!fits)
        {
            throw new AxesException(
                $"reads {x.AxesText}, where {(isBatchFirst ? "[batch, time, features]" : "[time, batch, features]")} is expected");
        }

        (bool forward, bool backward) = node.Text("direction", "forward") switch
        {
            "forward" => (true, false),
            "reverse" => (false, true),
            "bidirectional" => (true, true),
            var direction => throw node.Invalid($"has the direction '{direction}'"),
        };
        if (x.IsReversed)
        {
            // Forward over the steps from the last to the first is what reads from the end, and the other way round.
            (forward, backward) = forward && backward ? throw Refuse("reads reversed steps in both directions") : (backward, forward);
        }

        int directions = forward && backward ? 2 : 1;
        Operand operand = Read(x);
        if (!operand.IsTimed)
        {
            throw Refuse("reads one vector, and not every step");
        }

        bool hasLengths = LengthsOf(node, inputs, x);
        if (hasLengths && operand.Sources.Any(source => source.Node.MixesSteps))
        {
            throw Refuse("has sequence_lens, but reads steps that a layer before it has made of several");
        }

        (Weights[] w, Weights[] r, Weights[] b, int size) = WeightsOf(node, inputs, operand, directions);
        Node gru = Make(NodeKind.Gru, node, directions * size, operand.Sources) with
        {
            HiddenSize = size,
            Gru = OptionsOf(node, forward && backward, forward, resetsAfter) with { Bias = b.Length > 0 },
            W = [.. w],
            R = [.. r],
            B = [.. b],
            IsTimed = true,
            HasLengths = hasLengths,
            IsOneStep = !x.Axes.Contains(Signal.Time),
        };
        gru = FirstStates(node, inputs, gru, isBatchFirst, directions);
        return
        [
            Output(isBatchFirst ? [x.Axes[0], x.Axes[1], Signal.Stack, Signal.Feature]
                : [x.Axes[0], Signal.Stack, x.Axes[1], Signal.Feature], Moment.Whole),
            Output(
                isBatchFirst ? [x.Axes[0], Signal.Stack, Signal.Feature] : [Signal.Stack, x.Axes[1], Signal.Feature],
                Moment.Final),
        ];

        Signal Output(ImmutableArray<string> axes, Moment moment) =>
            new(axes, [.. Enumerable.Range(0, directions).Select(i => ImmutableArray.Create(new Segment(gru, i * size, size, moment)))])
            {
                BatchSize = x.BatchSize,
                Steps = x.Steps,
                IsReversed = x.IsReversed && moment == Moment.Whole,
            };
    }

    private (Weights[] W, Weights[] R, Weights[] B, int Size) WeightsOf(OnnxNode node, Value?[] inputs, Operand operand, int directions)
    {
        (Constant w, Constant r) = (Known(node, inputs, 1, "W"), Known(node, inputs, 2, "R"));
        int size = r is { Rank: 3 } && r.Shape[2] is { IsNumber: true, Factor: > 0 and <= MostHidden } known
            ? (int)known.Factor : throw node.Invalid(
                $"has {r.Describe()} as R, where [directions, 3 · hidden size, hidden size] is expected");
        long declared = node.Integer("hidden_size", size);
        if (declared != size)
        {
            throw node.Invalid($"says that its hidden size is {declared}, but R is {r.Describe()}, for {size}");
        }

        int gates = 3 * size;
        float[] input = Floats(node, w, "W", directions, gates, operand.Width), recurrent = Floats(node, r, "R", directions, gates, size);
        float[]? bias = null;
        Constant? b = inputs.ElementAtOrDefault(3) is null ? null : Known(node, inputs, 3, "B");
        if (b is not null)
        {
            bias = Floats(node, b, "B", directions, 2 * gates);
        }

        var all = new (Weights W, Weights R, Weights? B)[directions];
        for (int i = 0; i < directions; i++)
        {
            (Weights wide, float[]? added, _) =
                Widened(operand, new(input.AsSpan(i * gates * operand.Width, gates * operand.Width).ToArray(), w.From));
            Weights? own = bias is null ? null : new(bias.AsSpan(2 * i * gates, 2 * gates).ToArray(), b!.From);
            if (added is not null)
            {
                own ??= new(new float[2 * gates], []);
                own = own.Map((value, place) => place < gates ? value + added[place] : value, operand.Affine!.From);
                Note($"{operand.Affine.Origin} was folded into the input weights and biases of {node.Title}.");
            }

            all[i] = (wide, new(recurrent.AsSpan(i * gates * size, gates * size).ToArray(), r.From), own);
        }

        return ([.. all.Select(each => each.W)], [.. all.Select(each => each.R)], [.. all.Select(each => each.B).OfType<Weights>()], size);
    }

    /// <summary>Whether the number of steps of each sequence is an input.</summary>
    private bool LengthsOf(OnnxNode node, Value?[] inputs, Signal x)
    {
        switch (inputs.ElementAtOrDefault(4))
        {
            case null:
                return false;
            case Constant constant when constant.AllNumbers() is { } numbers && x.Steps is { IsNumber: true } steps
                && numbers.All(number => number == steps.Factor):
                return false; // all sequences have all steps
            case Constant { Numbers: { } sizes } when x.Steps is not null && sizes.All(size => size == x.Steps):
                return false;
            case Lengths { Filling: { } filling }:
                Filling = Filling is null || Filling == filling ? filling : throw Refuse("counts other steps than the layer before");
                return true;
            case Lengths:
                return true;
            default:
                throw Refuse("has sequence_lens that do not follow from tokens of padding, nor are an input");
        }
    }

    /// <summary>What the steps hold that lengths were counted without; null if there are none.</summary>
    public Filling? Filling { get; private set; }

    private Node FirstStates(OnnxNode node, Value?[] inputs, Node gru, bool isBatchFirst, int directions)
    {
        int size = gru.HiddenSize;
        switch (inputs.ElementAtOrDefault(5))
        {
            case null:
                return gru;
            case Constant { IsZero: true, Floats: not null }:
                return gru;
            case Constant { Rank: 3, Floats: { } values } state:
                int batch = isBatchFirst ? 0 : 1, direction = 1 - batch;
                if (state.Core[batch] != 1)
                {
                    throw Refuse("has first states that differ from sequence to sequence, as constants");
                }

                if (state.Shape[direction] != directions || state.Shape[2] != size)
                {
                    throw node.Invalid($"has {state.Describe()} as initial_h");
                }

                float[] all = [.. Places.Of([directions, size],
                    [state.Core[direction] == 1 ? 0 : state.Core[2], state.Core[2] == 1 ? 0 : 1]).Select(i => values[i])];
                return gru with
                {
                    Gru = gru.Gru! with { InitialState = InitialState.Learned },
                    State = [.. Enumerable.Range(0, directions).Select(i => new Weights(all.AsSpan(i * size, size).ToArray(), state.From))],
                };
            case Signal { IsState: true } given:
                string[] expected = isBatchFirst ? [Signal.Batch, Signal.Stack, Signal.Feature]
                    : [Signal.Stack, Signal.Batch, Signal.Feature];
                if (given.Axes.Length != 3 || given.Slots.Length != directions || given.Width != size
                    || !given.Axes.Zip(expected).All(pair => pair.First == pair.Second || pair.First == Signal.One))
                {
                    throw Refuse($"has {given.Describe()} as initial_h, where {directions} of {size} are expected");
                }

                for (int i = 0; i < directions; i++)
                {
                    States.Add((given.Slots[i][0].Node, given.Slots[i][0].Offset / size, gru, i));
                }

                return gru;
            case var other:
                throw Refuse($"begins with {other.Describe()}, which is neither a constant nor an input");
        }
    }

    private static GruOptions OptionsOf(OnnxNode node, bool isBidirectional, bool isForward, bool resetsAfter)
    {
        node.Ignore("output_sequence");
        int directions = isBidirectional ? 2 : 1;
        string[] names = node.Texts("activations") ?? (isBidirectional ? ["Sigmoid", "Tanh", "Sigmoid", "Tanh"] : ["Sigmoid", "Tanh"]);
        if (names.Length != 2 * directions)
        {
            throw node.Invalid($"has {names.Length} activations, where {2 * directions} are expected");
        }

        Queue<float> alphas = new(node.Numbers("activation_alpha") ?? []), betas = new(node.Numbers("activation_beta") ?? []);
        (Activation Function, double? Alpha, double? Beta)[] all =
        [
            .. names.Select(Function).Select(function => function == (Activation.Affine, null, null) ? (Activation.Linear, null, null)
                : function),
        ];
        if (alphas.Count + betas.Count > 0)
        {
            throw node.Invalid("has more α and β than activations that have some");
        }

        double clip = node.Has("clip") ? Shortest(node.Number("clip", 0)) : 0;
        var options = new GruOptions
        {
            Bidirectional = isBidirectional,
            Reverse = !isForward,
            ResetAfter = resetsAfter,
            Clip = clip >= 0 && double.IsFinite(clip) ? clip : throw node.Invalid($"clips at {clip}"),
            GateActivation = Gate(all[0].Function, all[0].Alpha, all[0].Beta, out double? alpha, out double? beta),
            GateActivationAlpha = alpha,
            GateActivationBeta = beta,
            Activation = all[1].Function,
            ActivationAlpha = all[1].Alpha,
            ActivationBeta = all[1].Beta,
        };
        return !isBidirectional || (all[0] == all[2] && all[1] == all[3]) ? options : options with
        {
            ReverseGateActivation = Gate(all[2].Function, all[2].Alpha, all[2].Beta, out alpha, out beta),
            ReverseGateActivationAlpha = alpha,
            ReverseGateActivationBeta = beta,
            ReverseActivation = all[3].Function,
            ReverseActivationAlpha = all[3].Alpha,
            ReverseActivationBeta = all[3].Beta,
        };

        (Activation Function, double? Alpha, double? Beta) Function(string name) => name.ToLowerInvariant() switch
        {
            "sigmoid" => (Activation.Sigmoid, null, null),
            "tanh" => (Activation.Tanh, null, null),
            "relu" => (Activation.Relu, null, null),
            "softsign" => (Activation.Softsign, null, null),
            "elu" => (Activation.Elu, Alpha(1, 1), null),
            "leakyrelu" => (Activation.LeakyRelu, Alpha(0.01f, 0.01), null),
            "affine" => (Activation.Affine, Alpha(1, 1), Beta(0, 0)),
            "scaledtanh" => (Activation.ScaledTanh, Alpha(1, 1.7159), Beta(1, 2.0 / 3)),
            "hardsigmoid" => (Activation.HardSigmoid, Alpha(0.2f, 1.0 / 6), Beta(0.5f, 0.5)),
            "thresholdedrelu" or "softplus" => throw Refuse($"has the activation {name}, which layers here do not have"),
            _ => throw node.Invalid($"has the activation '{name}'"),
        };

        double? Alpha(float otherwise, double own) => Given(alphas, otherwise, own);

        double? Beta(float otherwise, double own) => Given(betas, otherwise, own);

        // α and β are given to those that have them, in order; what is the default here is not set.
        static double? Given(Queue<float> given, float otherwise, double own) =>
            (given.Count > 0 ? given.Dequeue() : otherwise) is var value && value == (float)own ? null : Shortest(value);
    }

    /// <summary>The activation of gates; a hard sigmoid with the slope of ONNX and Keras 2 has a name of its own.</summary>
    private static GateActivation Gate(Activation activation, double? alpha, double? beta, out double? ownAlpha, out double? ownBeta)
    {
        (ownAlpha, ownBeta) = (alpha, beta);
        if (activation == Activation.HardSigmoid && alpha == 0.2)
        {
            ownAlpha = null;
            return GateActivation.HardSigmoidKeras2;
        }

        return Enum.Parse<GateActivation>(activation.ToString());
    }
}
