namespace GruGen;

/// <content>What layers carry from step to step, and those that make one step of several.</content>
public sealed partial record LayerSchema
{
    /// <summary>A layer that reduces steps to one vector: all of a sequence, or those of each window.</summary>
    /// <param name="pooling">How.</param>
    /// <param name="window">The steps of a window, 1 to 65,536; 0 for one vector of the whole sequence.</param>
    /// <param name="stride">From one window to the next, 1 to 65,536; 0 for as many steps as a window has.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such pooling, or a number is out of its range.</exception>
    /// <exception cref="ArgumentException">There is a stride, but no window.</exception>
    public static LayerSchema Pool(Pooling pooling, int window = 0, int stride = 0)
    {
        Check.Defined(pooling, nameof(pooling));
        if (window == 0)
        {
            return stride == 0
                ? new(LayerKind.Pool) { Pooling = pooling }
                : throw new ArgumentException("A stride is from one window to the next, but there is no window.", nameof(stride));
        }

        return new(LayerKind.Pool)
        {
            Pooling = pooling,
            Output = SequenceOutput.EveryStep,
            Window = InRange(window, LayerLimits.Size, nameof(window)),
            Stride = stride == 0 ? window : InRange(stride, LayerLimits.Size, nameof(stride)),
        };
    }

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

    /// <summary>
    /// The states that the layer carries from step to step: of a GRU one for each direction; of a convolution that does not read later
    /// steps, and of a pooling layer with windows, the inputs that are still read; and of a layer that makes one step of several the
    /// number of steps that the next window has so far, below zero if some come before it.
    /// </summary>
    internal IEnumerable<LayerState> States
    {
        get
        {
            for (int direction = 0; direction < (Options?.Directions ?? 0); direction++)
            {
                yield return new LayerState(HiddenSize);
            }

            int reach = Kind switch
            {
                LayerKind.Conv1D when Padding != ConvPadding.Same => (KernelSize - 1) * Dilation,
                LayerKind.Pool when Window > 1 && Pooling != Pooling.Last => Window - 1,
                _ => 0,
            };
            if (reach > 0)
            {
                yield return new LayerState(reach * InputSize);
            }

            if (Windows is not null)
            {
                yield return new LayerState(1) { CountsSteps = true };
            }
        }
    }
}

/// <summary>A vector that a layer carries from step to step.</summary>
/// <param name="Size">Its numbers.</param>
internal readonly record struct LayerState(int Size)
{
    /// <summary>Whether it is the number of steps of a window.</summary>
    public bool CountsSteps { get; init; }
}
