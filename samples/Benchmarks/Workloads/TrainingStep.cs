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
    private readonly int _batch;
    private readonly int _steps;
    private readonly TInput[] _inputs;
    private readonly float[] _inputGradients;
    private readonly float[] _outputs;
    private readonly float[] _targets;
    private readonly float[] _outputGradients;

    public TrainingStep(SequenceModel<TInput> model, int batch, int steps)
    {
        (_model, _batch, _steps) = (model, batch, steps);
        _pass = model.CreatePass(batch, steps);
        _inputs = Inputs.Random<TInput>(model.Schema, batch * steps);
        _inputGradients = model.Schema.ReadsTokens ? [] : new float[_inputs.Length];
        _outputs = new float[batch * model.Schema.OutputSize];
        _outputGradients = new float[_outputs.Length];
        _targets = new float[_outputs.Length];
        Array.Fill(_targets, 0.5f);
    }

    /// <summary>The loss of the last step.</summary>
    public double Loss { get; private set; }

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            _pass.Forward(_inputs, _batch, _steps, _outputs);

            // loss = mean (a − y)², da = 2·(a − y)/count
            double sum = 0;
            for (int k = 0; k < _outputs.Length; k++)
            {
                float difference = _outputs[k] - _targets[k];
                sum += (double)difference * difference;
                _outputGradients[k] = 2 * difference / _outputs.Length;
            }

            Loss = sum / _outputs.Length;
            _pass.Backward(_outputGradients, inputGradients: _inputGradients);
            _model.Parameters.MarkChanged();
        }
    }
}
