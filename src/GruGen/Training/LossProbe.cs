using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// The mean loss of a model over one batch as a function of the parameters: of a copy of them, so that the model itself stays as it is.
/// </summary>
internal sealed class LossProbe<TInput>
    where TInput : unmanaged
{
    private const int StepCount = 8;

    private readonly SequenceModel<TInput> _model;
    private readonly SequenceDataset<TInput> _data;
    private readonly LossParts _losses;
    private readonly int[] _indices;
    private readonly AlignedBuffer _parameters;
    private readonly PackedWeights _weights;
    private readonly SequencePass<TInput> _pass;

    /// <summary>All sequences of <paramref name="data"/>, which fits the model and the loss, are the batch.</summary>
    public LossProbe(SequenceModel<TInput> model, SequenceDataset<TInput> data, Loss loss)
    {
        _model = model;
        _data = data;
        _losses = new LossParts(loss, model.Schema);
        _indices = [.. Enumerable.Range(0, data.Count)];
        _losses.Begin(data, _indices);
        if (!_losses.Counts)
        {
            throw new ArgumentException("No target of the dataset counts, so there is no loss.", nameof(data));
        }

        _parameters = new AlignedBuffer(model.Parameters.Count);
        model.Parameters.CopyTo(_parameters.Span);
        _weights = model.Weights.CreateForTraining(_parameters);
        _pass = model.CreatePass(data.Count, Math.Max(data.MaxLength, 1));
        _pass.UseWeights(_weights);
        int[] lengths = [.. _indices.Select(data.Length)];
        _pass.Arrange(lengths);
        for (int row = 0; row < lengths.Length; row++)
        {
            _pass.Memory.Inputs.LoadRow(row, data.Input(_pass.Layout.Order[row]), 0, _pass.Layout.StepCount);
        }
    }

    /// <summary>The parameters, which may be changed.</summary>
    public Span<float> Parameters => _parameters.Span;

    /// <summary>The loss at the parameters as they are now.</summary>
    public double Loss()
    {
        Forward();
        return _pass.RunLoss(_losses, backward: false, _data, _indices);
    }

    /// <summary>The gradient of <see cref="Loss"/> by the backward pass, of all parameters in their order.</summary>
    public ReadOnlySpan<float> Gradients()
    {
        Forward();
        _pass.BeginGradients();
        _pass.RunLoss(_losses, backward: true, _data, _indices);
        _pass.FinishGradients();
        return _pass.Memory.Gradients.Buffer.Span;
    }

    /// <summary>The slope of <see cref="Loss"/> along one parameter, by differences.</summary>
    /// <remarks>
    /// <para>With shrinking steps h, D(h) = (L(w + h) − L(w − h))/2h is the slope with an error that goes with h² as long as L is smooth,
    /// and S(h) = (L(w + h) − 2L(w) + L(w − h))/h, the difference of the slopes on both sides, goes with h. Rounding of L goes the other
    /// way: it is divided by h. And where L has a kink, which a ReLU gives it, D may be the same for all steps and yet no slope, but S
    /// does not shrink. So |D(h) − D(ch)| + |S(h) − S(ch)/c| tells how far a step can be believed. Three successive steps have to agree,
    /// because two may by chance, and c is not 2, because steps that divide each other agree on what L was rounded to.</para>
    /// <para>The error in h² cancels in (c²D(h) − D(ch))/(c² − 1) (Richardson 1911).</para>
    /// </remarks>
    /// <param name="index">The parameter, counted over all tensors.</param>
    /// <param name="step">The largest step.</param>
    /// <param name="loss">L(w).</param>
    /// <param name="wanted">Steps shrink no further once the slope is known to this.</param>
    public LossSlope Slope(int index, double step, double loss, double wanted)
    {
        const double c = 1.9;
        float value = Parameters[index];
        while (float.IsFinite(value) && !float.IsFinite((float)(Math.Abs(value) + step)))
        {
            step /= c; // beside a value near the largest float
        }

        var slope = new LossSlope(double.NaN, double.PositiveInfinity);
        double difference = 0, bend = 0, disagreement = 0;
        for (int k = 0; k < StepCount && !(slope.Uncertainty <= wanted); k++, step /= c)
        {
            (double lastDifference, double lastBend, double lastDisagreement) = (difference, bend, disagreement);
            (float above, float below) = ((float)(value + step), (float)(value - step)); // rounded: the steps are what is left of them
            double up = LossAt(index, above) - loss, down = loss - LossAt(index, below);
            difference = (up + down) / ((double)above - below);
            bend = up / ((double)above - value) - down / ((double)value - below);
            disagreement = Math.Abs(difference - lastDifference) + Math.Abs(bend - lastBend / c);
            double uncertainty = 2 * Math.Max(disagreement, lastDisagreement);
            if (k >= 2 && uncertainty < slope.Uncertainty)
            {
                slope = new LossSlope((c * c * difference - lastDifference) / (c * c - 1), uncertainty);
            }
        }

        Parameters[index] = value;
        return slope;
    }

    private double LossAt(int index, float value)
    {
        Parameters[index] = value;
        return Loss();
    }

    private void Forward()
    {
        _model.Weights.Pack(_weights, _parameters);
        _pass.ForwardSteps(0, _pass.Layout.StepCount);
        _pass.ForwardFinal();
    }
}

/// <summary>A slope, and how far from it the true one may be.</summary>
internal readonly record struct LossSlope(double Value, double Uncertainty);
