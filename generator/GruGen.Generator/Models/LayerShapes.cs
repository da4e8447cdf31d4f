using GruGen.Generator.Layers;

namespace GruGen.Generator.Models;

/// <summary>What kernels are emitted for: of each layer, what its code depends on.</summary>
internal static class LayerShapes
{
    /// <summary>The layers of a model with the sizes of their inputs and their shapes, null where the runtime has all the code.</summary>
    public static IEnumerable<(LayerSpec Layer, int InputSize, LayerShape? Shape)> ByLayer(ModelSpec model) =>
        SizesOf(model).Select((size, i) =>
        {
            LayerSpec? below = model.Graph.Below(i) is { } layer ? model.Layers[layer] : null;
            return (model.Layers[i], size, model.Layers[i].ShapeOn(size, below));
        });

    /// <summary>The sizes of the layers' inputs.</summary>
    public static IEnumerable<int> SizesOf(ModelSpec model)
    {
        List<int> sizes = [model.InputSize];
        for (int i = 0; i < model.Layers.Count; i++)
        {
            int size = model.Graph.SizeOf(i, sizes);
            yield return size;
            sizes.Add(model.Layers[i].OutputSizeOn(size));
        }
    }

    /// <summary>The shapes of a model, in the order of its layers.</summary>
    public static IEnumerable<LayerShape> Of(ModelSpec model) => ByLayer(model)
        .SelectMany(layer => layer.Shape is { } first ? [first, layer.Layer.SecondShapeOn(first)] : Array.Empty<LayerShape?>())
        .OfType<LayerShape>();
}
