namespace GruGen;

/// <summary>The kinds of layers.</summary>
public enum LayerKind
{
    /// <summary>A table of vectors, one for each token.</summary>
    Embedding,

    /// <summary>A gated recurrent unit.</summary>
    Gru,

    /// <summary>A fully connected layer.</summary>
    Dense,

    /// <summary>Elements set to zero at random while a model is trained.</summary>
    Dropout,

    /// <summary>Layer normalisation.</summary>
    LayerNorm,

    /// <summary>Reduces all steps of a sequence to one vector.</summary>
    Pool,

    /// <summary>A ReLU whose slope below zero is learned.</summary>
    PReLU,

    /// <summary>A convolution over steps.</summary>
    Conv1D,

    /// <summary>What several layers give, as one.</summary>
    Join,

    /// <summary>Batch normalisation by running averages.</summary>
    BatchNorm,
}
