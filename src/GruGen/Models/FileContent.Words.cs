namespace GruGen;

/// <content>The words of files.</content>
internal sealed partial class FileContent
{
    private static string Word(Activation activation) => activation switch
    {
        Activation.Linear => "linear",
        Activation.Sigmoid => "sigmoid",
        Activation.Tanh => "tanh",
        Activation.Relu => "relu",
        Activation.Softsign => "softsign",
        Activation.Softmax => "softmax",
        Activation.Silu => "silu",
        Activation.Elu => "elu",
        Activation.LeakyRelu => "leaky_relu",
        Activation.Gelu => "gelu",
        Activation.ScaledTanh => "scaled_tanh",
        Activation.Affine => "affine",
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "No word is known for it."),
    };

    private static string HardSigmoid(ActivationParameters numbers) =>
        numbers == ActivationParameters.Of(GateActivation.HardSigmoid) ? "hard_sigmoid_1/6"
        : numbers == ActivationParameters.Of(GateActivation.HardSigmoidKeras2) ? "hard_sigmoid_1/5"
        : "hard_sigmoid";

    private static string Word(GateActivation activation, ActivationParameters numbers) => activation switch
    {
        GateActivation.HardSigmoid or GateActivation.HardSigmoidKeras2 => HardSigmoid(numbers),
        GateActivation.Linear => "linear",
        GateActivation.Sigmoid => "sigmoid",
        GateActivation.Tanh => "tanh",
        GateActivation.Relu => "relu",
        GateActivation.Softsign => "softsign",
        GateActivation.Elu => "elu",
        GateActivation.LeakyRelu => "leaky_relu",
        GateActivation.ScaledTanh => "scaled_tanh",
        GateActivation.Affine => "affine",
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "No word is known for it."),
    };

    private static string Word(Merge merge) => merge switch
    {
        Merge.Concat => "concat",
        Merge.Sum => "sum",
        Merge.Multiply => "multiply",
        Merge.Average => "average",
        _ => throw new ArgumentOutOfRangeException(nameof(merge), merge, "No word is known for it."),
    };

    private static string Word(ConvPadding padding) => padding switch
    {
        ConvPadding.Causal => "causal",
        ConvPadding.Same => "same",
        ConvPadding.Valid => "valid",
        _ => throw new ArgumentOutOfRangeException(nameof(padding), padding, "No word is known for it."),
    };

    private static string Word(Pooling pooling) => pooling switch
    {
        Pooling.Last => "last",
        Pooling.Mean => "mean",
        Pooling.Max => "max",
        _ => throw new ArgumentOutOfRangeException(nameof(pooling), pooling, "No word is known for it."),
    };
}
