namespace GruGen;

/// <content>Which layers may follow which.</content>
public sealed partial class ModelSchema
{
    private static void CheckLayers(string name, LayerSchema[] layers)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(layers);
        if (Array.IndexOf(layers, null) is >= 0 and var empty)
        {
            throw new ArgumentException($"Layer {empty} is null.", nameof(layers));
        }

        if (!layers.Any(layer => layer.Kind is LayerKind.Gru or LayerKind.Conv1D))
        {
            throw new ArgumentException("A model has at least one GRU or convolution.", nameof(layers));
        }

        int final = -1; // the layer from which on there is one vector of a sequence
        for (int i = 0; i < layers.Length; i++)
        {
            if (i > 0 && layers[i].Kind == LayerKind.Embedding)
            {
                throw new ArgumentException($"Layer {i} is an embedding; only the first layer can be one.", nameof(layers));
            }

            if (layers[i].Kind is LayerKind.Gru or LayerKind.Pool or LayerKind.Conv1D)
            {
                if (final >= 0)
                {
                    string reader = layers[i].Kind switch
                    {
                        LayerKind.Gru => "another GRU",
                        LayerKind.Conv1D => "a convolution",
                        _ => "a pooling layer",
                    };
                    throw new ArgumentException(
                        $"Layer {final} hands on one vector of a sequence, but there is {reader} above it.", nameof(layers));
                }

                final = layers[i].Output == SequenceOutput.Final ? i : -1;
            }
        }
    }
}
