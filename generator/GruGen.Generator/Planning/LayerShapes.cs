using GruGen.Generator.Specs;

namespace GruGen.Generator.Planning;

/// <summary>What kernels are emitted for: of each layer, what its code depends on.</summary>
internal static class LayerShapes
{
    private const long MaxTokenBytes = 4 << 20;

    /// <summary>The layers of a model with the sizes of their inputs and their shapes, null where the runtime has all the code.</summary>
    public static IEnumerable<(LayerSpec Layer, int InputSize, LayerShape? Shape)> ByLayer(ModelSpec model)
    {
        LayerSpec? below = null;
        int size = model.InputSize;
        foreach (LayerSpec layer in model.Layers)
        {
            yield return (layer, size, Of(layer, size, below));
            size = layer.OutputSizeOn(size);
            below = layer;
        }
    }

    /// <summary>The shapes of a model, in the order of its layers.</summary>
    public static IEnumerable<LayerShape> Of(ModelSpec model) => ByLayer(model).Select(layer => layer.Shape).OfType<LayerShape>();

    private static LayerShape? Of(LayerSpec layer, int inputSize, LayerSpec? below) => layer switch
    {
        EmbeddingSpec embedding => new EmbeddingShape(embedding.Vocabulary, embedding.Size),
        GruSpec gru => new GruShape(inputSize, gru.HiddenSize, new GruVariant(
            gru.ResetAfter,
            gru.Activation,
            gru.GateActivation,
            Masked: gru.RecurrentDropout > 0,
            Pairs: gru.BFloat16 && gru.ResetAfter,
            Tokens: below is EmbeddingSpec embedding && ReadsTokens(gru, embedding))),
        DenseSpec dense => new DenseShape(inputSize, dense.Units),
        _ => null,
    };

    /// <summary>
    /// Whether a layer reads tokens in place of their vectors. The inputs' part of its gates is then computed once for each token and not at every step:
    /// for predictions of the whole vocabulary, in training of the tokens that a batch has. These are four numbers a token and unit, and the more of them there
    /// are, the less does a step find them in the cache: a batch of 3,200 different tokens out of 10,000 trains faster from their vectors. A layer that
    /// needs the vectors themselves reads those.
    /// </summary>
    private static bool ReadsTokens(GruSpec gru, EmbeddingSpec embedding) =>
        16L * embedding.Vocabulary * KernelPlan.Padded(gru.HiddenSize) <= MaxTokenBytes
        && gru is { ResetAfter: true, BFloat16: false, Direction: Direction.Forward, Dropout: 0, Residual: false };
}
