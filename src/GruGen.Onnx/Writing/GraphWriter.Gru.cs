using GruGen.Onnx.Format;
using static GruGen.Onnx.GraphBuilder;

namespace GruGen.Onnx;

/// <content>The operator GRU.</content>
internal sealed partial class GraphWriter
{
    private Piece Gru(LayerSchema layer, Piece x)
    {
        (string name, GruOptions options, int size) = (layer.Name, layer.Options!, layer.HiddenSize);
        int directions = options.Directions, gates = 3 * size;
        if (options.UpdateGate == UpdateGate.Replace && !SchemaComparison.IsSymmetric(options))
        {
            throw new NotSupportedException(
                $"{name} of {_schema.Name} has UpdateGate.Replace, which is the other form with negated weights "
                + "only where the gates have a symmetric activation.");
        }

        string[] suffixes = options.Bidirectional ? ["", "_reverse"] : [""];
        string w = _graph.Weights($"{name}.W", InOrder("weight_ih_l0"), directions, gates, layer.InputSize);
        string r = _graph.Weights($"{name}.R", InOrder("weight_hh_l0"), directions, gates, size);
        string b = options.Bias ? _graph.Weights($"{name}.B", Biases(), directions, 2 * gates) : "";
        string state = "";
        if (options.InitialState == InitialState.Learned)
        {
            float[] values = [.. suffixes.SelectMany(suffix => Values(layer, $"initial_state_l0{suffix}").ToArray())];
            string learned = _graph.Weights($"{name}.initial_state", values, directions, 1, size);
            string batch = _graph.Add("Gather", $"{name}.batch", _graph.Add("Shape", $"{name}.shape", x.Name), _graph.Numbers(1));
            string shape = _graph.Add(
                "Concat", $"{name}.state_shape", [_graph.Numbers(directions), batch, _graph.Numbers(size)], [Attribute("axis", 0)]);
            state = _graph.Add("Expand", $"{name}.initial_h", learned, shape);
        }

        string[] inputs = [x.Name, w, r, b, _lengths ?? "", state];
        NodeProto node = _graph.AddNode("GRU", name, 2, inputs.AsSpan(0, Array.FindLastIndex(inputs, input => input.Length > 0) + 1));
        node.Attribute.Add(Attribute("hidden_size", size));
        node.Attribute.Add(Attribute("linear_before_reset", options.ResetAfter ? 1 : 0));
        node.Attribute.Add(Attribute("direction", options.Bidirectional ? "bidirectional" : options.Reverse ? "reverse" : "forward"));
        if (options.Clip > 0)
        {
            node.Attribute.Add(Attribute("clip", (float)options.Clip));
        }

        AddActivations(node, options);
        bool every = layer.Output == SequenceOutput.EveryStep;
        node.Output[every ? 1 : 0] = "";
        Piece result = every ? EveryStep(layer, node.Output[0]) : Final(layer, node.Output[1]);
        return options.Residual ? result with { Name = _graph.Add("Add", name + ResidualSuffix, result.Name, x.Name) } : result;

        // Blocks r, z, n as z, r, n; of the other form of the update gate those of z negated.
        float[] Reordered(float[] rzn)
        {
            int block = rzn.Length / 3;
            if (options.UpdateGate == UpdateGate.Replace)
            {
                OnnxModels.NegateUpdateGate(rzn);
            }

            return [.. rzn[block..(2 * block)], .. rzn[..block], .. rzn[(2 * block)..]];
        }

        float[] InOrder(string tensor) => [.. suffixes.SelectMany(suffix => Reordered(Values(layer, tensor + suffix).ToArray()))];

        float[] Biases() =>
        [
            .. suffixes.SelectMany(suffix => new[]
            {
                Reordered(Values(layer, $"bias_ih_l0{suffix}").ToArray()),
                options.ResetAfter ? Reordered(Values(layer, $"bias_hh_l0{suffix}").ToArray()) : new float[gates],
            }.SelectMany(half => half)),
        ];
    }

    /// <summary>Y [time, directions, batch, units] as [time, batch, features].</summary>
    private Piece EveryStep(LayerSchema layer, string y)
    {
        string name = layer.Name;
        GruOptions options = layer.Options!;
        return new(
            !options.Bidirectional ? _graph.Add("Squeeze", $"{name}.output", y, _graph.Numbers(1))
            : options.Merge == Merge.Concat ? _graph.Add(
                "Reshape", $"{name}.output",
                _graph.Add("Transpose", $"{name}.directions", y, [Attribute("perm", [0L, 2, 1, 3])]),
                    _graph.Numbers(0, 0, layer.OutputSize))
            : Merged(name, y, options.Merge, axis: 1),
            "TBF",
            layer.OutputSize);
    }

    /// <summary>Y_h [directions, batch, units] as [batch, features].</summary>
    private Piece Final(LayerSchema layer, string h)
    {
        string name = layer.Name;
        GruOptions options = layer.Options!;
        return new(
            !options.Bidirectional ? _graph.Add("Squeeze", $"{name}.output", h, _graph.Numbers(0))
            : options.Merge == Merge.Concat ? _graph.Add(
                "Reshape", $"{name}.output",
                _graph.Add("Transpose", $"{name}.directions", h, [Attribute("perm", [1L, 0, 2])]), _graph.Numbers(0, layer.OutputSize))
            : Merged(name, h, options.Merge, axis: 0),
            "BF",
            layer.OutputSize);
    }

    private string Merged(string name, string y, Merge merge, long axis) => merge switch
    {
        Merge.Sum => _graph.Add("ReduceSum", $"{name}.output", [y, _graph.Numbers(axis)], [Attribute("keepdims", 0)]),
        Merge.Average => _graph.Add("ReduceMean", $"{name}.output", y, [Attribute("axes", [axis]), Attribute("keepdims", 0)]),
        _ => _graph.Add("ReduceProd", $"{name}.output", y, [Attribute("axes", [axis]), Attribute("keepdims", 0)]),
    };

    private static void AddActivations(NodeProto node, GruOptions options)
    {
        GruActivations[] all = options.Bidirectional ? [GruActivations.Of(options), GruActivations.OfReverse(options)]
            : [GruActivations.Of(options)];
        if (all.All(activations => activations is { New: Activation.Tanh, Gates: GateActivation.Sigmoid }))
        {
            return; // the defaults
        }

        (string Name, ActivationParameters Numbers)[] functions =
        [
            .. all.SelectMany(activations => new[]
            {
                Function(activations.Gates == GateActivation.HardSigmoidKeras2 ? nameof(GateActivation.HardSigmoid)
                    : activations.Gates.ToString(),
                    activations.GateParameters),
                Function(activations.New.ToString(), activations.NewParameters),
            }),
        ];
        node.Attribute.Add(Attribute("activations", functions.Select(function => function.Name)));
        float[] alphas = [.. functions.Select(function => function.Numbers.Alpha).OfType<double>().Select(alpha => (float)alpha)];
        float[] betas = [.. functions.Select(function => function.Numbers.Beta).OfType<double>().Select(beta => (float)beta)];
        if (alphas.Length > 0)
        {
            node.Attribute.Add(Attribute("activation_alpha", alphas));
        }

        if (betas.Length > 0)
        {
            node.Attribute.Add(Attribute("activation_beta", betas));
        }

        // What is linear ONNX calls affine.
        static (string Name, ActivationParameters Numbers) Function(string name, ActivationParameters numbers) =>
            name == nameof(Activation.Linear) ? (nameof(Activation.Affine), new(1, 0)) : (name, numbers);
    }
}
