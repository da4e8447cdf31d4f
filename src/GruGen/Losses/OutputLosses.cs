using System.Collections.Frozen;

namespace GruGen;

/// <summary>
/// The loss of a model with several outputs: the sum of a loss for each of them, times its weight (Keras' <c>loss</c> and
/// <c>loss_weights</c> of outputs by name). Each is a mean over the targets of its output that count.
/// </summary>
/// <remarks>
/// A loss that is given to such a model by itself is that of each output. Evaluations and histories have the losses of the outputs beside
/// their sum, as <c>voice_loss</c> for an output with the name <c>voice</c>.
/// </remarks>
public sealed class OutputLosses : Loss
{
    private string[] _names = []; // that losses and weights have

    /// <summary>The usual loss of each output, until options are set.</summary>
    public OutputLosses()
        : base("OutputLosses")
    {
    }

    internal OutputLosses(IReadOnlyDictionary<string, Loss> losses)
        : this() => Losses = losses;

    /// <summary>
    /// The losses by the names of outputs. One that is not named has the loss that goes with its activation: binary cross-entropy with a
    /// sigmoid, categorical cross-entropy with softmax, else the mean squared error.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value, or one in it, is null.</exception>
    /// <exception cref="ArgumentException">A loss is one of several outputs.</exception>
    public IReadOnlyDictionary<string, Loss> Losses
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Losses));
            foreach ((string output, Loss loss) in value)
            {
                ArgumentNullException.ThrowIfNull(loss, $"{nameof(Losses)}['{output}']");
                if (loss is OutputLosses)
                {
                    throw new ArgumentException($"The loss of '{output}' is one of several outputs.", nameof(Losses));
                }
            }

            field = value.ToFrozenDictionary(StringComparer.Ordinal);
            _names = [.. _names, .. field.Keys];
        }
    } = FrozenDictionary<string, Loss>.Empty;

    /// <summary>How much the loss of an output counts, by its name, from 0 on; 1 of one that is not named.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight is negative, or not finite.</exception>
    public IReadOnlyDictionary<string, double> Weights
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Weights));
            field = value.ToFrozenDictionary(
                pair => pair.Key, pair => Check.NotNegative(pair.Value, $"{nameof(Weights)}['{pair.Key}']"), StringComparer.Ordinal);
            _names = [.. _names, .. field.Keys];
        }
    } = FrozenDictionary<string, double>.Empty;

    /// <summary>Each loss has its own.</summary>
    protected internal override Averaging Averaging => Averaging.Targets;

    internal override (Loss Loss, double Weight) Of(OutputSchema output) =>
        (Losses.GetValueOrDefault(output.Name) ?? For(output), Weights.GetValueOrDefault(output.Name, 1));

    internal override void CheckFits(ModelSchema schema, SequenceDataset data)
    {
        foreach (string name in _names)
        {
            if (schema.FindOutput(name) < 0)
            {
                throw new ArgumentException(
                    $"There is a loss, or a weight, of '{name}', but the outputs of {schema.Name} are {schema.OutputNames}.", "loss");
            }
        }

        base.CheckFits(schema, data);
    }

    internal override double Run(OutputBlock block, double gradientScale, double sum = 0) =>
        throw new InvalidOperationException("Each output has a loss of its own.");
}
