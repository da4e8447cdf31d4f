using GruGen.Kernels;

namespace GruGen.Benchmarks.Workloads;

/// <summary>
/// A training step: forward, the mean squared error of the output, backward with the gradients of the parameters and of the features, and
/// Adam.
/// </summary>
internal sealed class TrainingStep<TInput> : Workload
    where TInput : unmanaged
{
    private readonly SequenceModel<TInput> _model;
    private readonly SequencePass<TInput> _pass;
    private readonly Adam _adam = new(1e-4);
    private readonly AlignedBuffer[] _moments;
    private readonly int[] _lengths;
    private readonly int _steps;
    private readonly TInput[] _inputs; // tokens[batch, steps], or features[batch, steps, input size]
    private readonly float[] _dFeatures;
    private readonly float[] _outputs; // [batch, output size]
    private readonly float[] _dOutputs;
    private readonly float[] _targets;
    private long _updates;

    public TrainingStep(SequenceModel<TInput> model, TInput[] inputs, int[] lengths)
    {
        (_model, _inputs, _lengths, _steps) = (model, inputs, lengths, lengths.Max());
        _pass = model.CreatePass(lengths.Length, _steps);
        _moments = [new AlignedBuffer(model.Parameters.Count), new AlignedBuffer(model.Parameters.Count)];
        _dFeatures = new float[model.Schema.ReadsTokens ? 0 : inputs.Length];
        _targets = Inputs.Features(lengths.Length * model.Schema.OutputSize);
        _outputs = new float[_targets.Length];
        _dOutputs = new float[_targets.Length];
    }

    /// <summary>The mean squared error of the last call, before its update.</summary>
    public double Loss { get; private set; }

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            _pass.Forward(_inputs, _lengths.Length, _steps, _outputs, _lengths);
            Loss = MeanSquaredError();
            _pass.Backward(_dOutputs, inputGradients: _dFeatures);
            _adam.Update(new ParameterUpdate(
                _model.Parameters.Buffer, _pass.Memory.Gradients.Buffer, _moments, ++_updates, _adam.LearningRate, gradientScale: 1, _pass.Memory.Weights.Lanes));
            _model.Parameters.MarkChanged();
        }
    }

    /// <summary><c>mean (a − y)²</c>, <c>da = 2·(a − y)/count</c></summary>
    private double MeanSquaredError()
    {
        double sum = 0;
        for (int i = 0; i < _outputs.Length; i++)
        {
            float difference = _outputs[i] - _targets[i];
            sum += (double)difference * difference;
            _dOutputs[i] = 2 * difference / _outputs.Length;
        }

        return sum / _outputs.Length;
    }
}
