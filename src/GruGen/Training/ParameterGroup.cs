namespace GruGen;

/// <summary>
/// Some parameters that are trained with settings of their own: layers such as <c>gru1</c>, or tensors such as <c>gru1.weight_hh_l0</c>.
/// PyTorch calls them parameter groups.
/// </summary>
/// <remarks>Where a layer and one of its tensors are both named, the tensor has the settings of the group that names it.</remarks>
public sealed record ParameterGroup
{
    /// <summary>Some parameters.</summary>
    /// <param name="names">The names of their layers or tensors, one at least.</param>
    /// <exception cref="ArgumentNullException"><paramref name="names"/> or one of them is null.</exception>
    /// <exception cref="ArgumentException">There is no name.</exception>
    public ParameterGroup(params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count == 0)
        {
            throw new ArgumentException("A group names a layer or a tensor at least.", nameof(names));
        }

        for (int i = 0; i < names.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(names[i], nameof(names));
        }

        Names = names;
    }

    /// <summary>The names of the layers or tensors.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>What the learning rate is multiplied by for these parameters; 1 by default, and with 0 none of them learns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite as a <see cref="float"/>.</exception>
    public double LearningRateFactor
    {
        get;
        init => field = Check.NotNegativeSingle(value, nameof(LearningRateFactor));
    } = 1;

    /// <summary>
    /// λ instead of the optimiser's <see cref="Optimizer.WeightDecay"/>; null, the default, for that. Of a layer's tensors it is for
    /// weights, or for all with <see cref="Optimizer.DecaysAll"/>; for a tensor that the group names, whatever it is.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite as a <see cref="float"/>.</exception>
    public double? WeightDecay
    {
        get;
        init => field = value is { } decay ? Check.NotNegativeSingle(decay, nameof(WeightDecay)) : null;
    }

    /// <summary>
    /// λ instead of the optimiser's <see cref="Optimizer.L2"/>; null, the default, for that. It is for the same tensors as
    /// <see cref="WeightDecay"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite as a <see cref="float"/>.</exception>
    public double? L2
    {
        get;
        init => field = value is { } decay ? Check.NotNegativeSingle(decay, nameof(L2)) : null;
    }
}
