namespace GruGen;

/// <summary>The result of a <see cref="GradientCheck"/> for one tensor.</summary>
public sealed record TensorCheck
{
    /// <summary>The tensor.</summary>
    public required TensorSchema Tensor { get; init; }

    /// <summary>The number of its parameters that were sampled.</summary>
    public int Sampled { get; init; }

    /// <summary>The number of those whose slopes could be estimated well enough to be compared.</summary>
    public int Compared { get; init; }

    /// <summary>
    /// The largest difference between a gradient and its slope, relative to the largest gradient of the tensor; infinite if a gradient is
    /// not finite; NaN if nothing could be compared, or only zeros although the tensor has other gradients.
    /// </summary>
    public double Error { get; init; }

    /// <summary>The parameter with that error: a row-major index into the tensor, as <see cref="ParameterSet.this"/> gives it.</summary>
    public int WorstIndex { get; init; }

    /// <summary>The gradient there, from the backward pass.</summary>
    public double Gradient { get; init; }

    /// <summary>The slope of the loss there, from finite differences; NaN if it could not be estimated.</summary>
    public double Slope { get; init; }

    /// <summary>The tensor's name, such as <c>gru1.weight_ih_l0</c>.</summary>
    public string Name => Tensor.Name;

    /// <summary>
    /// <see cref="WorstIndex"/> along each axis of the tensor: row and column of a matrix. A GRU's tensors have the rows of gate r first,
    /// then those of z, then those of n.
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
