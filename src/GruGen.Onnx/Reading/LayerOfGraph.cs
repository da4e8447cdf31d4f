using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <summary>A layer of the model, and the node that it is from.</summary>
/// <param name="node">The node.</param>
/// <param name="output">Whether a GRU gives every step or its final state.</param>
internal sealed class LayerOfGraph(Node node, SequenceOutput output)
{
    public Node Node { get; } = node;

    /// <summary>The layer.</summary>
    /// <param name="paddingToken">The token of padding, −1 if there is none.</param>
    /// <exception cref="NotSupportedException">No layer does this.</exception>
    public LayerSchema Schema(int paddingToken)
    {
        try
        {
            return Node.Kind switch
            {
                NodeKind.Embedding => LayerSchema.Embedding(Node.Vocabulary, Node.Size, paddingToken),
                NodeKind.Gru => LayerSchema.Gru(Node.HiddenSize, output, Node.Gru),
                NodeKind.Dense => LayerSchema.Dense(Node.Size, Node.Activation, Node.Residual, Node.B.Length > 0),
                NodeKind.LayerNorm => LayerSchema.LayerNorm(Node.Epsilon),
                NodeKind.PReLU => LayerSchema.PReLU(),
                NodeKind.Pool => LayerSchema.Pool(Node.Pooling),
                _ => Conv(),
            };
        }
        catch (ArgumentException exception)
        {
            throw new NotSupportedException($"{Node.Origin} is more than a layer here can be: {exception.Message}", exception);
        }
    }

    /// <summary>Sets the values of the layer's tensors.</summary>
    /// <param name="parameters">Where to.</param>
    /// <param name="name">The name of the layer.</param>
    /// <param name="tell">Receives the initializers that a tensor is made of, and its name.</param>
    public void Fill(ParameterBuilder parameters, string name, Action<ImmutableHashSet<string>, string> tell)
    {
        if (Node.Kind == NodeKind.Gru)
        {
            FillGru(parameters, name, tell);
            return;
        }

        foreach ((ImmutableArray<Weights> weights, string tensor) in new[] { (Node.W, $"{name}.weight"), (Node.B, $"{name}.bias") })
        {
            if (weights is [var only])
            {
                parameters.Set(tensor, only.Values);
                tell(only.From, tensor);
            }
        }
    }

    private void FillGru(ParameterBuilder parameters, string name, Action<ImmutableHashSet<string>, string> tell)
    {
        for (int i = 0; i < Node.W.Length; i++)
        {
            string suffix = i == 0 ? "" : "_reverse";
            Weights? bias = Node.B.IsEmpty ? null : Node.B[i];
            parameters.SetGru(name, GruWeights.FromOnnx(Node.W[i].Values, Node.R[i].Values, bias?.Values ?? []), reverse: i == 1);
            tell(Node.W[i].From, $"{name}.weight_ih_l0{suffix}");
            tell(Node.R[i].From, $"{name}.weight_hh_l0{suffix}");
            if (bias is not null)
            {
                tell(bias.From, $"{name}.bias_ih_l0{suffix}");
                if (Node.Gru!.ResetAfter)
                {
                    tell(bias.From, $"{name}.bias_hh_l0{suffix}");
                }
            }

            if (Node.State.Length > 0)
            {
                parameters.Set($"{name}.initial_state_l0{suffix}", Node.State[i].Values);
                tell(Node.State[i].From, $"{name}.initial_state_l0{suffix}");
            }
        }
    }

    private LayerSchema Conv()
    {
        long reach = (Node.KernelSize - 1L) * Node.Dilation;
        ConvPadding? padding = (Node.Before, Node.After) switch
        {
            var (before, after) when before == reach && after == 0 => ConvPadding.Causal,
            var (before, after) when before == reach / 2 && before + after == reach => ConvPadding.Same,
            _ => null,
        };
        return padding is { } known && Node.Stride == 1
            ? LayerSchema.Conv1D(Node.Size, Node.KernelSize, Node.Activation, Node.Dilation, known, Node.B.Length > 0)
            : throw new NotSupportedException(
                $"{Node.Origin} reads {Node.Before} zeros before and {Node.After} behind a sequence with a stride of {Node.Stride}, for {reach + 1} steps; "
                + "a layer gives as many steps as it reads");
    }
}
