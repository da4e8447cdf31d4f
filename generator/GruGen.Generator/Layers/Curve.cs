namespace GruGen.Generator.Layers;

/// <summary>The activations, in the order of <c>GruGen.Activation</c>.</summary>
internal enum Curve
{
    Linear,
    Sigmoid,
    Tanh,
    Relu,
    Softmax,
    Softsign,
}
