namespace GruGen;

/// <content>Layers that change the number of steps.</content>
public sealed partial record LayerSchema
{
    /// <summary>
    /// From one window of steps to the next, of a convolution or a pooling layer that has windows; of other layers 0.
    /// </summary>
    public int Stride { get; private init; }

    /// <summary>
    /// The number of steps that a pooling layer makes one of; 0 of one that makes one vector of a whole sequence, and of other layers.
    /// </summary>
    public int Window { get; private init; }

    /// <summary>The windows of which the layer makes one step each; null if it gives as many steps as it is given, or one vector.</summary>
    internal StepWindows? Windows
    {
        get
        {
            int size = Kind switch
            {
                LayerKind.Pool => Window,
                LayerKind.Conv1D => Padding == ConvPadding.Valid ? ((KernelSize - 1) * Dilation) + 1 : 1,
                _ => 0,
            };
            return Kind == LayerKind.Pool && size > 0 || size > 1 || Stride > 1 ? new StepWindows(size, Stride) : null;
        }
    }
}
