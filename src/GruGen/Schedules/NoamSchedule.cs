namespace GruGen;

/// <summary>
/// A learning rate that rises in a straight line and then falls with the root of the steps (Vaswani et al. 2017):
/// <c>lr · s^(−½) · min(n^(−½), n·w^(−3/2))</c> with n = t + 1, the size s of the model and w steps of warm-up.
/// </summary>
public sealed record NoamSchedule : LearningRateSchedule
{
    /// <summary>The schedule of transformers.</summary>
    /// <param name="modelSize">The size of the model, s, such as that of a hidden layer.</param>
    /// <param name="warmUp">The steps of warm-up, w.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public NoamSchedule(int modelSize, int warmUp)
    {
        ModelSize = Check.Positive(modelSize, nameof(modelSize));
        WarmUp = Check.Positive(warmUp, nameof(warmUp));
    }

    /// <summary>s, the size of the model.</summary>
    public int ModelSize { get; }

    /// <summary>w, the steps of warm-up.</summary>
    public int WarmUp { get; }

    /// <inheritdoc/>
    public override double RateAt(long step, double learningRate)
    {
        double n = step + 1.0;
        return learningRate / Math.Sqrt(ModelSize) * Math.Min(1 / Math.Sqrt(n), n / (WarmUp * Math.Sqrt(WarmUp)));
    }
}
