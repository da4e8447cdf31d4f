namespace GruGen;

/// <content>Which layers may read which.</content>
public sealed partial class ModelSchema
{
    private static void CheckLayers(string name, LayerSchema[] layers)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Length == 0)
        {
            throw new ArgumentException("A model has at least one layer.", nameof(layers));
        }

        if (Array.IndexOf(layers, null) is >= 0 and var empty)
        {
            throw new ArgumentException($"Layer {empty} is null.", nameof(layers));
        }

        if (Array.FindIndex(layers, 1, layer => layer.Kind == LayerKind.Embedding) is > 0 and var second)
        {
            throw new ArgumentException($"Layer {second} is an embedding; only the first layer can be one.", nameof(layers));
        }
    }

    /// <summary>Throws if a layer that needs every step reads one vector of a sequence, or if sizes do not fit each other.</summary>
    private static void CheckInputs(LayerSchema layer, SequenceOutput steps)
    {
        bool needsSteps = layer.Kind is LayerKind.Gru or LayerKind.Pool or LayerKind.Conv1D;
        if (needsSteps && steps == SequenceOutput.Final)
        {
            string reader = layer.Kind switch
            {
                LayerKind.Gru => "a GRU",
                LayerKind.Conv1D => "a convolution",
                _ => "a pooling layer",
            };
            throw new ArgumentException(
                $"{string.Join(", ", layer.From)} hands on one vector of a sequence, but {layer.Name}, which reads it, is {reader}.",
                "layers");
        }

        if (layer.Residual && layer.InputSize != layer.OutputSize)
        {
            throw new ArgumentException(
                $"{layer.Name} has a residual connection, but its input has the size {layer.InputSize} "
                    + $"and its output {layer.OutputSize}.",
                "layers");
        }

        long reach = layer.Kind == LayerKind.Pool ? layer.Window - 1 : (layer.KernelSize - 1L) * layer.Dilation;
        if (reach * layer.InputSize > ConvLimits.History)
        {
            throw new ArgumentException(
                $"{layer.Name} would keep {layer.InputSize} inputs of {reach} steps; (kernel size − 1) · dilation · inputs, or "
                    + $"(window − 1) · inputs, is at most {ConvLimits.History}.",
                "layers");
        }
    }
}
