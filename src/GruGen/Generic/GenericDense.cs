using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>y = activation(W·x + b)</summary>
internal sealed class GenericDense(LayerSchema schema, Projection projection, long maxRows, bool training) : GenericLayer
{
    private readonly MatrixBuffer? _arguments = // of the activation, where its derivative needs them
        training && schema.Activation.NeedsArgument() ? new MatrixBuffer(maxRows, schema.OutputSize) : null;

    public override MatrixBuffer Output { get; } = new(maxRows, schema.OutputSize);

    public override MatrixBuffer OutputGradient { get; } = new(training ? maxRows : 0, schema.OutputSize);

    public override void Forward(in Matrix x, ReadOnlySpan<int> active, PackedWeights weights)
    {
        Matrix y = Output.Rows(0, x.Rows);
        projection.Forward(x, y, weights);
        if (_arguments is not null)
        {
            y.CopyTo(_arguments.Rows(0, x.Rows));
        }

        Activations.Apply<VectorT>(schema.Activation, ref y[0, 0], y.Rows, schema.OutputSize);
    }

    public override void Backward(in Matrix x, ReadOnlySpan<int> active, in Matrix dx, PackedWeights weights)
    {
        Matrix y = (_arguments ?? Output).Rows(0, x.Rows), dy = OutputGradient.Rows(0, x.Rows);
        Activations.Backward<VectorT>(schema.Activation, ref y[0, 0], ref dy[0, 0], y.Rows, schema.OutputSize);
        projection.AddParameterGradients(x, dy);
        projection.AddInputGradient(dy, dx, weights);
    }
}
