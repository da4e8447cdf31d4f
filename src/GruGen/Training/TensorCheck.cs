namespace GruGen;

/// <summary>What a <see cref="GradientCheck"/> found of one tensor.</summary>
public sealed record TensorCheck
{
    /// <summary>The tensor.</summary>
    public required TensorSchema Tensor { get; init; }

    /// <summary>How many of its parameters were taken.</summary>
    public int Sampled { get; init; }

    /// <summary>Of how many of them the slope could be told well enough to be compared.</summary>
    public int Compared { get; init; }

    /// <summary>
    /// The largest difference of a gradient from a slope, relative to the largest gradient of the tensor; infinite where a gradient is
    /// not finite, NaN where nothing could be compared, or only zeros although the tensor has other gradients.
    /// </summary>
    public double Error { get; init; }

    /// <summary>Where that is, row-major: an index into <see cref="ParameterSet.this"/>.</summary>
    public int WorstIndex { get; init; }

    /// <summary>What the backward pass gives there.</summary>
    public double Gradient { get; init; }

    /// <summary>What differences of the loss give there; NaN where they give nothing.</summary>
    public double Slope { get; init; }

    /// <summary>The tensor's name, such as <c>gru1.weight_ih_l0</c>.</summary>
    public string Name => Tensor.Name;

    /// <summary>
    /// <see cref="WorstIndex"/> along each axis of the tensor: row and column of a matrix. The rows of a GRU's are the gates r, z and n.
    /// </summary>
    public IReadOnlyList<int> WorstPlace
    {
        get
        {
            int[] place = new int[Tensor.Shape.Length];
            int rest = WorstIndex;
            for (int axis = place.Length - 1; axis >= 0; axis--)
            {
                (rest, place[axis]) = Math.DivRem(rest, Tensor.Shape[axis]);
            }

            return place;
        }
    }
}
