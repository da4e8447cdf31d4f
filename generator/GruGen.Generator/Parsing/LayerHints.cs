using System.Collections.Immutable;
using System.Globalization;
using GruGen.Generator.Attributes;
using GruGen.Generator.Layers;
using GruGen.Generator.Models;
using GruGen.Generator.Values;
using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Parsing;

/// <summary>
/// What a model is likely not meant to be, and what it could be better at. Only the analyzer asks: its code is the same with or without.
/// </summary>
internal static class LayerHints
{
    private const long MaxBytes = 1L << 30;

    /// <summary>Each hint, and what its message says of a layer behind the model's name; null where the hint is not for it.</summary>
    private static readonly (DiagnosticDescriptor Rule, Func<LayerAmongOthers, object[]?> Details)[] s_all =
    [
        (Rules.WastedLanes, WastedLanes),
        (Rules.SoftmaxOfOne, SoftmaxOfOne),
        (Rules.SoftmaxBelow, SoftmaxBelow),
        (Rules.DropoutLast, DropoutLast),
        (Rules.DropoutOfZero, DropoutOfZero),
        (Rules.OneToken, OneToken),
        (Rules.LinearTwice, LinearTwice),
        (Rules.NormOfOne, NormOfOne),
        (Rules.NormTwice, NormTwice),
        (Rules.LastOfForward, LastOfForward),
        (Rules.LastOfReverse, LastOfReverse),
        (Rules.LargeLayer, LargeLayer),
    ];

    /// <summary>What there is to say of the layers of a model.</summary>
    public static IEnumerable<Diagnostic> Of(ModelSpec model, ImmutableArray<AttributeData> layers) =>
        from place in LayerShapes.SizesOf(model).Select((inputSize, i) => new LayerAmongOthers(model.Layers, model.Graph, i, inputSize))
        from hint in s_all
        let details = hint.Details(place)
        where details is not null
        select Findings.Describe(model.Name, AttributeSource.LocationOf(layers[place.Index]), hint.Rule, details);

    private static object[]? WastedLanes(LayerAmongOthers place)
    {
        // a residual connection ties its size to that of another layer
        if (place is not { Layer: GruSpec { HiddenSize: var size, Options.Residual: false }, IsAddedAbove: false }
            || 4 * (Simd.Padded(size) - size) <= Simd.Padded(size))
        {
            return null;
        }

        int room = Simd.Padded(size), lower = room - Simd.MaxLanes;
        return [size, place.Number, room, lower > 0 ? $"{lower} or {room}" : $"{room}"];
    }

    private static object[]? SoftmaxOfOne(LayerAmongOthers place) =>
        IsSoftmax(place.Layer) && place.OutputSize == 1 ? [place.Number] : null;

    /// <summary>A mean of shares is one of shares.</summary>
    private static object[]? SoftmaxBelow(LayerAmongOthers place) =>
        IsSoftmax(place.Layer) && place.OutputSize > 1 && place.Above is not (null or PoolSpec) ? [place.Number] : null;

    private static object[]? DropoutLast(LayerAmongOthers place) =>
        place.Layer is DropoutSpec { Rate: > 0 } && place.IsLastBeforePools ? [] : null;

    private static object[]? DropoutOfZero(LayerAmongOthers place) => place.Layer is DropoutSpec { Rate: 0 } ? [place.Number] : null;

    private static object[]? OneToken(LayerAmongOthers place) => place.Layer.Vocabulary == 1 ? [] : null;

    /// <summary>With fewer units than inputs and outputs between them, two layers have fewer parameters than one.</summary>
    private static object[]? LinearTwice(LayerAmongOthers place) =>
        place is { Layer: DenseSpec { Activation: Activation.Linear, Residual: false }, Above: DenseSpec { Residual: false } above }
            && place.OutputSize >= Math.Min(place.InputSize, above.OutputSizeOn(place.OutputSize))
            ? [place.Number]
            : null;

    private static object[]? NormOfOne(LayerAmongOthers place) =>
        place is { Layer: LayerNormSpec, InputSize: 1 } ? [place.Number] : null;

    private static object[]? NormTwice(LayerAmongOthers place) =>
        place is { Layer: LayerNormSpec, Below: LayerNormSpec, InputSize: > 1 } ? [place.Number] : null;

    private static object[]? LastOfForward(LayerAmongOthers place) =>
        place.LastOf is { Direction: Direction.Forward, Options.Residual: false } ? [place.Number] : null;

    private static object[]? LastOfReverse(LayerAmongOthers place) => place.LastOf is not { Direction: not Direction.Forward } gru ? null
        : gru.Options.Residual ? [place.Number, "use 'Pooling.Mean' or 'Pooling.Max'"]
        : [place.Number, "remove the [Pool], and the [Gru] outputs the final state of each direction"];

    private static object[]? LargeLayer(LayerAmongOthers place)
    {
        long bytes = sizeof(float) * place.Weights;
        string gigabytes = ((double)bytes / MaxBytes).ToString("0.0", CultureInfo.InvariantCulture);
        return bytes <= MaxBytes ? null
            : place.Layer.Vocabulary is null ? [gigabytes, place.Number, "make it or the layer below smaller"]
            : [gigabytes, place.Number, "let rare tokens share one, or make their vectors smaller"];
    }

    private static bool IsSoftmax(LayerSpec layer) =>
        layer is DenseSpec { Activation: Activation.Softmax } or Conv1DSpec { Activation: Activation.Softmax };
}

/// <summary>A layer and its neighbours, in a model that breaks no rule.</summary>
/// <param name="Layers">All layers of the model.</param>
/// <param name="Graph">What they read.</param>
/// <param name="Index">Which of them it is, from 0.</param>
/// <param name="InputSize">The size of a step of its input.</param>
internal sealed record LayerAmongOthers(IReadOnlyList<LayerSpec> Layers, LayerGraph Graph, int Index, int InputSize)
{
    public LayerSpec Layer => Layers[Index];

    public LayerSpec? Below => Graph.Below(Index) is { } below ? Layers[below] : null;

    public LayerSpec? Above => Graph.Above(Index) is { } above ? Layers[above] : null;

    /// <summary>Whether nothing but pooling comes after it.</summary>
    public bool IsLastBeforePools
    {
        get
        {
            int? next = Index;
            while (Graph.Above(next.Value) is { } above && Layers[above] is PoolSpec)
            {
                next = above;
            }

            return next == Layers.Count - 1;
        }
    }

    /// <summary>Whether the layer above adds its outputs to those of its own.</summary>
    public bool IsAddedAbove => Above is GruSpec { Options.Residual: true } or DenseSpec { Residual: true };

    public int OutputSize => Layer.OutputSizeOn(InputSize);

    /// <summary>Its number as messages have it.</summary>
    public string Number => ValueRules.Number(Index + 1);

    /// <summary>The recurrent layer of which it takes the last step, perhaps through layers that work on each step alone.</summary>
    public GruSpec? LastOf
    {
        get
        {
            int? below = Layer is PoolSpec { Pooling: Pooling.Last, Window: 0 } ? Graph.Below(Index) : null;
            while (below is { } place && Layers[place] is not (GruSpec or Conv1DSpec))
            {
                below = Graph.Below(place);
            }

            return below is { } found ? Layers[found] as GruSpec : null;
        }
    }

    /// <summary>The number of its weights, biases apart.</summary>
    public long Weights => Layer switch
    {
        EmbeddingSpec table => (long)table.Tokens * table.Size,
        DenseSpec dense => (long)dense.Units * InputSize,
        Conv1DSpec conv => (long)conv.Channels * conv.KernelSize * InputSize,
        GruSpec gru => 3L * gru.HiddenSize * (InputSize + gru.HiddenSize) * (gru.Options.Bidirectional ? 2 : 1),
        _ => 0,
    };
}
