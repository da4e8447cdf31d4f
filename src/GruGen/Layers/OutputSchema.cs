using System.Collections.Immutable;

namespace GruGen;

/// <summary>One output of a model.</summary>
public sealed record OutputSchema
{
    private OutputSchema()
    {
    }

    /// <summary>The name of the layer that gives it.</summary>
    public required string Name { get; init; }

    /// <summary>Where it starts in a row that has all outputs of the model, one behind the other.</summary>
    public required int Offset { get; init; }

    /// <summary>The number of floats of it.</summary>
    public required int Size { get; init; }

    /// <summary>
    /// The activation of its layer if that is a Dense layer without a residual connection; otherwise <see cref="Activation.Linear"/>.
    /// </summary>
    public required Activation Activation { get; init; }

    /// <summary>
    /// The size of what its layer reads, if that is a Dense layer without a residual connection, which runs in blocks of rows next to the
    /// loss; otherwise 0.
    /// </summary>
    internal int HeadInputSize { get; init; }

    /// <summary>The outputs of some layers.</summary>
    /// <exception cref="ArgumentException">They are not all given for every step, nor all once for a sequence.</exception>
    internal static ImmutableArray<OutputSchema> Of(string name, ImmutableArray<LayerSchema> layers)
    {
        var outputs = ImmutableArray.CreateBuilder<OutputSchema>();
        int offset = 0;
        foreach (LayerSchema layer in layers.Where(layer => layer.IsOutput))
        {
            if (layer.Output != layers[^1].Output)
            {
                throw new ArgumentException(
                    $"{layer.Name} and {layers[^1].Name} of {name} are outputs, but one is given for every step and the other once for a "
                        + "sequence.",
                    nameof(layers));
            }

            bool isHead = layer is { Kind: LayerKind.Dense, Residual: false };
            outputs.Add(new OutputSchema
            {
                Name = layer.Name,
                Offset = offset,
                Size = layer.OutputSize,
                Activation = isHead ? layer.Activation : Activation.Linear,
                HeadInputSize = isHead ? layer.InputSize : 0,
            });
            offset = checked(offset + layer.OutputSize);
        }

        return outputs.ToImmutable();
    }
}
