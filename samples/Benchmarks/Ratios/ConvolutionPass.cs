using GruGen.Benchmarks.Workloads;

namespace GruGen.Benchmarks.Ratios;

/// <summary>A batch through a convolution, whose inputs lie in the pass already; backward with the gradients of the inputs.</summary>
internal sealed class ConvolutionPass : Workload
{
    private const int Sequences = 32, Length = 100, Size = 64, Taps = 5;

    private readonly SequencePass<float> _pass;
    private readonly bool _withBackward;

    public ConvolutionPass(bool withBackward)
    {
        _withBackward = withBackward;
        _pass = withBackward ? new Conv64x64().CreatePass(Sequences, Length) : new Conv64x64().CreateInferencePass(Sequences, Length);
        float[] inputs = Inputs.Features(Sequences * Length * Size);
        _pass.Forward(inputs, Sequences, Length, []);
        if (withBackward)
        {
            _pass.Backward([], inputGradients: new float[inputs.Length]);
            Inputs.Features(_pass.Memory.Heads[0].Gradients.Span.Length).CopyTo(_pass.Memory.Heads[0].Gradients.Span);
        }
    }

    /// <summary>The multiply-adds of a call; backward they are twice as many as forward.</summary>
    public static double MultiplyAdds(bool withBackward) => (withBackward ? 3.0 : 1.0) * Sequences * Length * Size * Size * Taps;

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            _pass.RunBody();
            if (_withBackward)
            {
                Backward();
            }
        }
    }

    private void Backward()
    {
        _pass.BeginGradients();
        _pass.Code.InputGradients = true;
        for (nint first = 0; first < _pass.Memory.OutputRows; first += _pass.Memory.HeadBlock)
        {
            _pass.HeadBackward(first, nint.Min(_pass.Memory.HeadBlock, _pass.Memory.OutputRows - first));
        }

        _pass.FinishGradients();
    }
}
