using System.Buffers;
using System.ComponentModel;

namespace GruGen.Kernels;

/// <summary>Rows with all outputs of a model, one behind the other, from which each is taken.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly ref struct PredictedOutputs
{
    private readonly ModelSchema _schema;
    private readonly float[] _rented;
    private readonly int _rows;

    internal PredictedOutputs(ModelSchema schema, int rows) =>
        (_schema, _rows, _rented) = (schema, rows, ArrayPool<float>.Shared.Rent(checked(rows * schema.OutputSize)));

    /// <summary>outputs[rows, all outputs].</summary>
    internal Span<float> All => _rented.AsSpan(0, _rows * _schema.OutputSize);

    /// <summary>Copies one output.</summary>
    /// <param name="output">Which, from 0.</param>
    /// <param name="destination">Receives [rows, size].</param>
    public void CopyTo(int output, Span<float> destination)
    {
        (int offset, int size) = (_schema.Outputs[output].Offset, _schema.Outputs[output].Size);
        for (int row = 0; row < _rows; row++)
        {
            All.Slice((row * _schema.OutputSize) + offset, size).CopyTo(destination[(row * size)..]);
        }
    }

    /// <summary>One output, [rows, size].</summary>
    /// <param name="output">Which, from 0.</param>
    public float[] ToArray(int output)
    {
        float[] values = new float[_rows * _schema.Outputs[output].Size];
        CopyTo(output, values);
        return values;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => ArrayPool<float>.Shared.Return(_rented);
}
