namespace GruGen;

/// <summary>What a training knows of its plateau. Four numbers are all of it, and whoever sets them goes on from there.</summary>
/// <param name="options">The rules.</param>
/// <param name="learningRate">The learning rate without any reduction.</param>
/// <param name="largerIsBetter">Whether larger values are better.</param>
internal sealed class PlateauState(ReduceOnPlateau options, double learningRate, bool largerIsBetter)
{
    /// <summary>The best value so far; infinitely bad before the first.</summary>
    public double Best { get; set; } = largerIsBetter ? double.NegativeInfinity : double.PositiveInfinity;

    /// <summary>The number of reports without improvement since the last one with it, or since the last reduction.</summary>
    public int BadCount { get; set; }

    /// <summary>The number of reports that are yet to come in which none counts as bad.</summary>
    public int CooldownLeft { get; set; }

    /// <summary>What the learning rate is multiplied by.</summary>
    public double Factor { get; set; } = 1;

    /// <summary>Takes note of a value, one that is not a number as no improvement. Returns <see cref="Factor"/>.</summary>
    public double Report(double value)
    {
        bool isBetter = IsBetter(value), cooled = CooldownLeft > 0;
        Best = isBetter ? value : Best;
        CooldownLeft -= cooled ? 1 : 0;
        if (options.Convention == Convention.Keras)
        {
            // the last report of a cooldown counts again
            BadCount = isBetter || CooldownLeft > 0 ? 0 : cooled ? 1 : BadCount + 1;
            if (BadCount > 0 && BadCount >= options.Patience && learningRate * Factor > options.MinLearningRate)
            {
                Reduce(minReduction: 0);
            }
        }
        else
        {
            BadCount = isBetter || cooled ? 0 : BadCount + 1;
            if (BadCount > options.Patience)
            {
                Reduce(options.MinReduction);
            }
        }

        return Factor;
    }

    private bool IsBetter(double value)
    {
        double sign = largerIsBetter ? -1 : 1;
        return options.IsAbsolute || options.Convention == Convention.Keras
            ? sign * value < sign * Best - options.Threshold
            : sign * value < sign * Best * (1 - sign * options.Threshold);
    }

    private void Reduce(double minReduction)
    {
        double rate = learningRate * Factor, next = Math.Max(rate * options.Factor, options.MinLearningRate);
        if (rate - next > minReduction)
        {
            Factor = next / learningRate;
        }

        (CooldownLeft, BadCount) = (options.Cooldown, 0);
    }
}
