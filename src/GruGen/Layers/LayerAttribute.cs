namespace GruGen;

/// <summary>What every layer of a model can say: what it is called, and what it reads.</summary>
/// <remarks>
/// A layer that says nothing reads the one before it, so that layers are a stack. Names make a graph of them: a layer can read any of
/// those before it, and several.
/// </remarks>
public abstract class LayerAttribute : Attribute
{
    /// <summary>What a layer is, a class that derives from this one says.</summary>
    protected LayerAttribute()
    {
    }

    /// <summary>
    /// The layer's name: lower-case letters, digits and underscores. Its tensors have it in files, and other layers name it in
    /// <see cref="From"/>. Unless set it is the kind of the layer and its number, such as <c>gru1</c> and <c>dense2</c>.
    /// </summary>
    public string Name { get; set; } = "";

    /// <summary>
    /// The names of the layers that it reads, each of which stands before it; <c>input</c> is the input of the model. Unless set it is
    /// the layer before it, of the first layer the input.
    /// </summary>
    public string[] From { get; set; } = [];

    /// <summary>What becomes of several layers in <see cref="From"/>; they are concatenated by default.</summary>
    public Combine Combine { get; set; }

    /// <summary>
    /// Whether what the layer gives is an output of the model. The last layer always is; with others the model has several outputs, each
    /// with a target, a loss and metrics of its own.
    /// </summary>
    public bool IsOutput { get; set; }
}
