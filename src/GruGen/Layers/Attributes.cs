namespace GruGen;

/// <summary>
/// Turns a partial class into a recurrent model: the layer attributes on the same declaration are its layers, in their order, and the
/// source generator emits the code that runs and trains exactly these shapes.
/// </summary>
/// <remarks>A model reads tokens if its first layer is an <see cref="EmbeddingAttribute"/>, and features otherwise.</remarks>
/// <param name="inputSize">The number of features per step, 1 to 65,536; 0, the default, for a model that reads tokens.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class GruModelAttribute(int inputSize = 0) : Attribute
{
    /// <summary>The number of features per step, or 0 for a model that reads tokens.</summary>
    public int InputSize { get; } = inputSize;

    /// <summary>How the initial values of the parameters are drawn; PyTorch's way by default.</summary>
    public Initialization Initialization { get; set; }

    /// <summary>The format in which predictions and streams read the weights of recurrent layers; float32 by default.</summary>
    public WeightFormat WeightFormat { get; set; }

    /// <summary>
    /// A step is masked, wherever it stands in a sequence, if all of its features equal this number (Keras' <c>Masking(mask_value)</c>).
    /// Like a padding token it is no part of the sequence. NaN, the default, masks nothing. Only for models that read features.
    /// </summary>
    public double MaskValue { get; set; } = double.NaN;

    /// <summary>
    /// What a model with an output for every step gives at masked steps, which hold the padding token or <see cref="MaskValue"/>: zeros,
    /// the default, or once more the output of the step before.
    /// </summary>
    public MaskedOutput MaskedOutput { get; set; }
}

/// <summary>Looks every token up in a table of vectors. Only the first layer of a model can be an embedding.</summary>
/// <param name="vocabulary">The number of different tokens, 1 to 16,777,216; tokens are 0 to <paramref name="vocabulary"/> − 1.</param>
/// <param name="size">The size of a token's vector, 1 to 65,536.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class EmbeddingAttribute(int vocabulary, int size) : LayerAttribute
{
    /// <summary>The number of different tokens.</summary>
    public int Vocabulary { get; } = vocabulary;

    /// <summary>The size of a token's vector.</summary>
    public int Size { get; } = size;

    /// <summary>
    /// The token that pads sequences to a common length, below <see cref="Vocabulary"/>; it may stand anywhere in a sequence. −1, the
    /// default, if there is none. Its steps are no part of the sequence: layers do not see them, they have no loss, and outputs there are
    /// zeros unless <see cref="GruModelAttribute.MaskedOutput"/> says otherwise. Its vector is zeros and is not trained.
    /// </summary>
    public int PaddingToken { get; set; } = -1;
}

/// <summary>
/// A gated recurrent unit. Unless its properties say otherwise it is PyTorch's <c>nn.GRU</c> and Keras' <c>GRU</c>:
/// <c>r = σ(W_ir·x + b_ir + W_hr·h + b_hr)</c>, <c>z = σ(W_iz·x + b_iz + W_hz·h + b_hz)</c>,
/// <c>n = tanh(W_in·x + b_in + r ∘ (W_hn·h + b_hn))</c>, <c>h' = (1 − z) ∘ n + z ∘ h</c>.
/// </summary>
/// <param name="hiddenSize">The size of the state, 1 to 65,536.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class GruAttribute(int hiddenSize) : LayerAttribute
{
    /// <summary>The size of the state.</summary>
    public int HiddenSize { get; } = hiddenSize;

    /// <summary>
    /// What the layer gives to the layer above (Keras' <c>return_sequences</c>). Unless set: every step if another recurrent layer or a
    /// pooling layer is above, and otherwise the final state.
    /// </summary>
    public SequenceOutput Output { get; set; }

    /// <summary>Whether a second GRU reads each sequence from its end to its start, and both outputs are merged.</summary>
    public bool Bidirectional { get; set; }

    /// <summary>How a bidirectional layer combines the outputs of its two directions; concatenated by default.</summary>
    public Merge Merge { get; set; }

    /// <summary>
    /// Whether the layer reads each sequence from its end to its start. Each output stands at the step it belongs to; the final state is
    /// the one after reading the first step of the sequence.
    /// </summary>
    public bool Reverse { get; set; }

    /// <summary>
    /// Whether the reset gate is applied after the product, <c>r ∘ (W_hn·h + b_hn)</c>, or before, <c>W_hn·(r ∘ h)</c> (Cho et al. 2014,
    /// Keras' <c>reset_after=False</c>, ONNX' default), in which case there are no biases b_h.
    /// </summary>
    public bool ResetAfter { get; set; } = true;

    /// <summary>Whether the update gate z says how much of the state is kept, the default, or how much is replaced.</summary>
    public UpdateGate UpdateGate { get; set; }

    /// <summary>Whether there are biases.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>
    /// The activation of the new gate n (the candidate); any except softmax, and except SiLU and GELU, whose derivatives cannot be computed
    /// from their values, which are all that is kept for the backward pass.
    /// </summary>
    public Activation Activation { get; set; } = Activation.Tanh;

    /// <summary>The activation σ of the gates r and z.</summary>
    public GateActivation GateActivation { get; set; }

    /// <summary>
    /// α of <see cref="Activation"/>, ONNX' <c>activation_alpha</c>. Unless set, it is the activation's default.
    /// </summary>
    public double ActivationAlpha { get; set; } = double.NaN;

    /// <summary>
    /// β of <see cref="Activation"/>, ONNX' <c>activation_beta</c>. Unless set, it is the activation's default.
    /// </summary>
    public double ActivationBeta { get; set; } = double.NaN;

    /// <summary>α of <see cref="GateActivation"/>. Unless set, it is the activation's default.</summary>
    public double GateActivationAlpha { get; set; } = double.NaN;

    /// <summary>β of <see cref="GateActivation"/>. Unless set, it is the activation's default.</summary>
    public double GateActivationBeta { get; set; } = double.NaN;

    /// <summary>
    /// The activation of the new gate in the backward direction of a bidirectional layer. Unless set, it is that of the forward
    /// direction, with the same α and β.
    /// </summary>
    public Activation ReverseActivation { get; set; } = Activation.Tanh;

    /// <summary>α of <see cref="ReverseActivation"/>.</summary>
    public double ReverseActivationAlpha { get; set; } = double.NaN;

    /// <summary>β of <see cref="ReverseActivation"/>.</summary>
    public double ReverseActivationBeta { get; set; } = double.NaN;

    /// <summary>
    /// The activation of the gates r and z in the backward direction of a bidirectional layer. Unless set, it is that of the forward
    /// direction, with the same α and β.
    /// </summary>
    public GateActivation ReverseGateActivation { get; set; }

    /// <summary>α of <see cref="ReverseGateActivation"/>.</summary>
    public double ReverseGateActivationAlpha { get; set; } = double.NaN;

    /// <summary>β of <see cref="ReverseGateActivation"/>.</summary>
    public double ReverseGateActivationBeta { get; set; } = double.NaN;

    /// <summary>
    /// The bound c of the arguments of all activations, which are clipped to −c…c (ONNX' <c>clip</c>), with a gradient of 0 outside. 0, the
    /// default, clips nothing.
    /// </summary>
    public double Clip { get; set; }

    /// <summary>The state that a sequence starts from where the caller gives none; zeros by default.</summary>
    public InitialState InitialState { get; set; }

    /// <summary>
    /// The fraction of the inputs that training sets to zero, at least 0 and below 1, with one mask for all steps of a sequence (Keras'
    /// <c>dropout</c>); the others are scaled by 1/(1 − fraction). 0 by default.
    /// </summary>
    public double Dropout { get; set; }

    /// <summary>
    /// The same for the state where it enters the matrix products of a step; the term <c>z ∘ h</c> has the whole state (Gal and Ghahramani
    /// 2016; Keras' <c>recurrent_dropout</c>). 0 by default.
    /// </summary>
    public double RecurrentDropout { get; set; }

    /// <summary>Whether the input of each step is added to its output, <c>y = h' + x</c>; both must have the same size.</summary>
    public bool Residual { get; set; }
}

/// <summary>
/// A fully connected layer, <c>y = activation(W·x + b)</c>, on every step or on the one vector of a sequence, whichever it is given.
/// </summary>
/// <param name="units">The size of the output, 1 to 1,048,576.</param>
/// <param name="activation">The activation; linear by default.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class DenseAttribute(int units, Activation activation = Activation.Linear) : LayerAttribute
{
    /// <summary>The size of the output.</summary>
    public int Units { get; } = units;

    /// <summary>The activation.</summary>
    public Activation Activation { get; } = activation;

    /// <summary>Whether there is a bias b.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>Whether the input is added to the output, <c>y = activation(W·x + b) + x</c>; both must have the same size.</summary>
    public bool Residual { get; set; }
}

/// <summary>
/// Sets a fraction of its inputs to zero while a model is trained, each element of each step independently, and scales the others by
/// 1/(1 − fraction) (Srivastava et al. 2014). In prediction and evaluation it changes nothing.
/// </summary>
/// <param name="rate">The fraction that is set to zero, at least 0 and below 1.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class DropoutAttribute(double rate) : LayerAttribute
{
    /// <summary>The fraction that is set to zero.</summary>
    public double Rate { get; } = rate;
}

/// <summary>
/// Layer normalisation of each step (Ba et al. 2016): <c>y = (x − μ)/√(σ² + ε) ∘ weight + bias</c>, with the mean μ and the variance σ²
/// of the features of that step.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class LayerNormAttribute : LayerAttribute
{
    /// <summary>ε, above 0; 1e-5 by default, as in PyTorch (Keras' default is 1e-3).</summary>
    public double Epsilon { get; set; } = 1e-5;
}

/// <summary>
/// Batch normalisation as a trained model has it (Ioffe and Szegedy 2015), with the running averages of its file as mean μ and variance σ²
/// of each feature: <c>y = (x − μ)/√(σ² + ε) ∘ weight + bias</c>. Training changes neither the averages nor the weights: the layer is
/// frozen, and gradients go through it to the layers below.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class BatchNormAttribute : LayerAttribute
{
    /// <summary>ε, above 0; 1e-5 by default, as in PyTorch (Keras' default is 1e-3).</summary>
    public double Epsilon { get; set; } = 1e-5;
}

/// <summary>
/// A ReLU whose slope below zero is learned, one for each feature (He et al. 2015): <c>y = max(0, x) + weight ∘ min(0, x)</c>. The slopes
/// are initially 0.25.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class PReLUAttribute : LayerAttribute;

/// <summary>
/// Reduces all steps of a sequence to one vector: the last step, or each feature's mean or maximum. A sequence without steps gives zeros.
/// With a <see cref="Window"/> it makes one step of so many, and hands on as many steps as there are windows.
/// </summary>
/// <param name="pooling">How.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class PoolAttribute(Pooling pooling) : LayerAttribute
{
    /// <summary>How the steps are reduced.</summary>
    public Pooling Pooling { get; } = pooling;

    /// <summary>
    /// The steps of a window, 1 to 65,536, of each of which there is one step (PyTorch's <c>MaxPool1d</c> and <c>AvgPool1d</c>, Keras'
    /// <c>MaxPooling1D</c> and <c>AveragePooling1D</c>); one that does not end within the sequence is left out. 0, the default, for one
    /// vector of the whole sequence.
    /// </summary>
    public int Window { get; set; }

    /// <summary>From one window to the next, 1 to 65,536; unless given, as many steps as a window has.</summary>
    public int Stride { get; set; }
}

/// <summary>
/// A convolution over the steps of a sequence, <c>y_t = activation(Σ_j W_j·x_(t + j·dilation − before) + b)</c>: PyTorch's
/// <c>nn.Conv1d</c> and Keras' <c>Conv1D</c>. It reads every step, and hands on as many, unless it has a <see cref="Stride"/> or no
/// padding.
/// </summary>
/// <param name="channels">The size of the output, 1 to 65,536.</param>
/// <param name="kernelSize">
/// The number of steps that an output is made of, 1 or more; (<paramref name="kernelSize"/> − 1) · <see cref="Dilation"/> · inputs is at
/// most 16,777,216.
/// </param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class Conv1DAttribute(int channels, int kernelSize) : LayerAttribute
{
    /// <summary>The size of the output.</summary>
    public int Channels { get; } = channels;

    /// <summary>The number of steps that an output is made of.</summary>
    public int KernelSize { get; } = kernelSize;

    /// <summary>From one of these steps to the next, 1 to 65,536.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>Where the zeros stand that are read beyond a sequence; before it unless given.</summary>
    public ConvPadding Padding { get; set; }

    /// <summary>
    /// From one output to the next, in steps, 1 to 65,536; with <see cref="ConvPadding.Same"/> it is 1, the default. The first output is
    /// the first one that there is with a stride of 1.
    /// </summary>
    public int Stride { get; set; } = 1;

    /// <summary>The activation; linear unless given.</summary>
    public Activation Activation { get; set; }

    /// <summary>Whether there is a bias.</summary>
    public bool Bias { get; set; } = true;
}

/// <summary>
/// What several layers give, one behind the other or their sum, as it is: for an output of the model that is one, or where several layers
/// read the same: <c>[Join(From = ["dense1", "input"], Combine = Combine.Sum)]</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class JoinAttribute : LayerAttribute;
