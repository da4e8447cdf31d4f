namespace GruGen.Onnx;

/// <summary>How an ONNX file is read.</summary>
public sealed record OnnxOptions
{
    /// <summary>The options that are all at their defaults.</summary>
    public static OnnxOptions Default { get; } = new();

    /// <summary>The name of the model; that of the file by default.</summary>
    public string? ModelName { get; init; }

    /// <summary>
    /// The values of graph inputs that are weights, by their names: a model of ONNX' own tests has W, R and B as inputs, and not as
    /// initializers.
    /// </summary>
    public IReadOnlyList<SafetensorsTensor> Values { get; init; } = [];

    /// <summary>
    /// Whether a GRU with <c>linear_before_reset = 0</c> is read from a file that PyTorch wrote. PyTorch has no such GRU, and some of its
    /// exporters wrote 0 by mistake, so it is refused unless this is set.
    /// </summary>
    public bool AcceptResetBeforeOfPyTorch { get; init; }

    /// <summary>
    /// Whether a LogSoftmax is taken as a softmax, so that outputs are probabilities where the file's are logarithms of them.
    /// </summary>
    public bool LogSoftmaxAsSoftmax { get; init; }
}
