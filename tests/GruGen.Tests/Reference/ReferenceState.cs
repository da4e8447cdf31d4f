namespace GruGen.Tests.Reference;

/// <summary>What carries a state through a sequence.</summary>
internal interface IReferenceState
{
    /// <summary>The state that the next sequence starts from; null for that of the layer, learned or zeros.</summary>
    double[]? Given { get; set; }

    /// <summary>The state after the last sequence.</summary>
    double[] Final { get; }

    /// <summary>The gradient of <see cref="Final"/>.</summary>
    double[] FinalGradient { get; set; }

    /// <summary>The gradient of the state that the sequence started from.</summary>
    double[] InitialGradient { get; }
}

/// <summary>A layer that has such states.</summary>
internal interface IReferenceStates
{
    /// <summary>Its states, in the order of the model's.</summary>
    IEnumerable<IReferenceState> States { get; }
}
