using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <summary>A layer of the model, and the node that it is from.</summary>
/// <param name="node">The node.</param>
/// <param name="output">Whether a GRU gives every step or its final state.</param>
/// <param name="layers">The layers by what they give, at least those before this one.</param>
/// <param name="isOutput">Whether it is an output.</param>
internal sealed class LayerOfGraph(Node node, SequenceOutput output, IReadOnlyDictionary<Source, LayerOfGraph> layers, bool isOutput)
{
    public Node Node { get; } = node;

    public bool IsOutput { get; } = isOutput;

    /// <summary>The name in the model.</summary>
    public string Name { get; set; } = "";

    /// <summary>Whether the name is not the usual one.</summary>
    public bool IsNamed { get; set; }

    /// <summary>The layers that it reads; null is the input of the model.</summary>
    public IReadOnlyList<LayerOfGraph?> Sources => [.. Read.Select(source => layers.GetValueOrDefault(source))];

    private bool Adds => Node.Kind == NodeKind.Sum || AlreadyAdded;

    /// <summary>Whether it reads a sum that is no layer.</summary>
    private bool AlreadyAdded => Node.Inputs is [{ Node.Kind: NodeKind.Sum } only] && !layers.ContainsKey(only);

    private ImmutableArray<Source> Read => AlreadyAdded ? Node.Inputs[0].Node.Inputs : Node.Inputs;

    /// <summary>Whether it reads the layer before it alone.</summary>
    public bool IsStacked(LayerOfGraph? before) => Sources is [var only] && only == before;

    /// <summary>The layer with its name and with what it reads, as far as these are not as in a stack.</summary>
    /// <param name="paddingToken">The token of padding, −1 if there is none.</param>
    /// <param name="before">The layer before it.</param>
    public LayerSchema Wired(int paddingToken, LayerOfGraph? before) => Schema(paddingToken) with
    {
        Name = IsNamed ? Name : "",
        From = IsStacked(before) ? [] : [.. Sources.Select(source => source?.Name ?? LayerNames.Input)],
        Combine = Adds ? Combine.Sum : Combine.Concat,
        IsOutput = IsOutput,
    };

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
                NodeKind.BatchNorm => LayerSchema.BatchNorm(Node.Epsilon),
                NodeKind.Pool => LayerSchema.Pool(Node.Pooling, Node.KernelSize, Node.Stride),
                NodeKind.Join or NodeKind.Sum => LayerSchema.Join(),
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
    /// <param name="tell">Receives the initializers that a tensor is made of, and its name.</param>
    public void Fill(ParameterBuilder parameters, Action<ImmutableHashSet<string>, string> tell)
    {
        if (Node.Kind == NodeKind.Gru)
        {
            FillGru(parameters, Name, tell);
            return;
        }

        bool isBatchNorm = Node.Kind == NodeKind.BatchNorm;
        foreach ((ImmutableArray<Weights> weights, string tensor) in new (ImmutableArray<Weights>, string)[]
        {
            (Node.W, $"{Name}.weight"), (Node.B, $"{Name}.bias"),
            (isBatchNorm ? Node.R[..1] : [], $"{Name}.running_mean"), (isBatchNorm ? Node.R[1..] : [], $"{Name}.running_var"),
        })
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
            var (before, after) when before == reach / 2 && before + after == reach && Node.Stride == 1 => ConvPadding.Same,
            (0, 0) => ConvPadding.Valid,
            _ => null,
        };
        return padding is { } known
            ? LayerSchema.Conv1D(Node.Size, Node.KernelSize, Node.Activation, Node.Dilation, known, Node.B.Length > 0, Node.Stride)
            : throw new NotSupportedException(
                $"{Node.Origin} reads {Node.Before} zeros before and {Node.After} behind a sequence with a stride of {Node.Stride}, "
                + $"for {reach + 1} steps; a layer reads {reach} before, none, or half of them on both sides");
    }
}
