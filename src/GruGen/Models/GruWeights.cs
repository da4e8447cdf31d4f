namespace GruGen;

/// <summary>
/// The weights and biases of one direction of a GRU, in PyTorch's layout and gate order (r, z, n), converted from those of another
/// framework. <see cref="ParameterBuilder.SetGru"/> gives them to a layer.
/// </summary>
/// <remarks>They are for layers whose update gate keeps, h' = (1 − z) ∘ n + z ∘ h, as in PyTorch, Keras and ONNX.</remarks>
public sealed class GruWeights
{
    private const int Reset = 0, Update = 1, New = 2; // the places of the gates

    private GruWeights(float[] input, float[] recurrent, float[] inputBias, float[] recurrentBias)
    {
        (Input, Recurrent, InputBias, RecurrentBias) = (input, recurrent, inputBias, recurrentBias);
        HiddenSize = SizeOf(recurrent.Length);
    }

    /// <summary>The size of the state.</summary>
    public int HiddenSize { get; }

    /// <summary>The number of features in a step of the input.</summary>
    public int InputSize => Input.Length / (3 * HiddenSize);

    /// <summary>The input weights, <c>weight_ih[3 · hidden size, input size]</c>, row-major.</summary>
    public IReadOnlyList<float> InputWeights => Input;

    /// <summary>The recurrent weights, <c>weight_hh[3 · hidden size, hidden size]</c>, row-major.</summary>
    public IReadOnlyList<float> RecurrentWeights => Recurrent;

    internal float[] Input { get; }

    internal float[] Recurrent { get; }

    /// <summary>bias_ih[3 · hidden size]; empty if there is none.</summary>
    internal float[] InputBias { get; }

    /// <summary>bias_hh[3 · hidden size]; empty if there is none.</summary>
    internal float[] RecurrentBias { get; }

    /// <summary>Converts the weights of a Keras <c>GRU</c>, whose gates are in the order z, r, h.</summary>
    /// <param name="kernel">kernel[input size, 3 · units]</param>
    /// <param name="recurrentKernel">recurrent_kernel[units, 3 · units]</param>
    /// <param name="bias">
    /// bias[2, 3 · units] of a layer with <c>reset_after=True</c>, the default since TensorFlow 2; bias[3 · units] of one with
    /// <c>reset_after=False</c>; empty of one with <c>use_bias=False</c>.
    /// </param>
    /// <exception cref="ArgumentException">A span has a length that does not fit the others.</exception>
    public static GruWeights FromKeras(
        ReadOnlySpan<float> kernel, ReadOnlySpan<float> recurrentKernel, ReadOnlySpan<float> bias = default)
    {
        int size = SizeOf(recurrentKernel.Length, nameof(recurrentKernel)), gates = 3 * size;
        CheckMultiple(kernel.Length, gates, nameof(kernel));
        CheckBias(bias.Length, nameof(bias), 0, gates, 2 * gates);
        return new GruWeights(
            Reordered(Transposed(kernel, gates)),
            Reordered(Transposed(recurrentKernel, gates)),
            Reordered(bias.IsEmpty ? bias : bias[..gates]),
            Reordered(bias.Length > gates ? bias[gates..] : []));
    }

    /// <summary>Converts the weights of one direction of the ONNX operator <c>GRU</c>, whose gates are in the order z, r, h.</summary>
    /// <param name="w">
    /// W[3 · hidden size, input size] of the direction: a slice of the tensor W, which is [directions, 3 · hidden size, input size].
    /// </param>
    /// <param name="r">R[3 · hidden size, hidden size] of the direction.</param>
    /// <param name="b">
    /// B[6 · hidden size] of the direction, the biases of W before those of R; empty if there is none. With
    /// <c>linear_before_reset = 0</c> both are added to the same sum, so <see cref="ParameterBuilder.SetGru"/> adds them up for a layer
    /// with <c>ResetAfter = false</c>.
    /// </param>
    /// <exception cref="ArgumentException">A span has a length that does not fit the others.</exception>
    public static GruWeights FromOnnx(ReadOnlySpan<float> w, ReadOnlySpan<float> r, ReadOnlySpan<float> b = default)
    {
        int size = SizeOf(r.Length, nameof(r)), gates = 3 * size;
        CheckMultiple(w.Length, gates, nameof(w));
        CheckBias(b.Length, nameof(b), 0, 2 * gates);
        return new GruWeights(
            Reordered(w),
            Reordered(r),
            Reordered(b.IsEmpty ? b : b[..gates]),
            Reordered(b.IsEmpty ? b : b[gates..]));
    }

    /// <summary>
    /// The one bias of a layer that resets before the product: both biases of all gates add up there. Null if that is not so: where there
    /// is none.
    /// </summary>
    internal float[]? TotalBias() => InputBias.Length == 0 ? null
        : RecurrentBias.Length == 0 ? InputBias
        : [.. InputBias.Zip(RecurrentBias, (input, recurrent) => (float)((double)input + recurrent))];

    /// <summary>[columns, rows] of [rows, columns].</summary>
    private static float[] Transposed(ReadOnlySpan<float> matrix, int columns)
    {
        int rows = matrix.Length / columns;
        float[] transposed = new float[matrix.Length];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                transposed[j * rows + i] = matrix[i * columns + j];
            }
        }

        return transposed;
    }

    /// <summary>Three blocks in the order r, z, n of blocks in the order z, r, n.</summary>
    private static float[] Reordered(ReadOnlySpan<float> gates)
    {
        int block = gates.Length / 3;
        float[] reordered = new float[gates.Length];
        gates[..block].CopyTo(reordered.AsSpan(Update * block));
        gates.Slice(block, block).CopyTo(reordered.AsSpan(Reset * block));
        gates[(2 * block)..].CopyTo(reordered.AsSpan(New * block));
        return reordered;
    }

    /// <summary>The hidden size of 3 · size · size weights; 0 if there is none.</summary>
    private static int SizeOf(int length)
    {
        int size = (int)Math.Round(Math.Sqrt(length / 3.0));
        return 3L * size * size == length ? size : 0;
    }

    private static int SizeOf(int length, string name) => SizeOf(length) is > 0 and int size
        ? size
        : throw new ArgumentException(
            $"'{name}' has {length} elements, but 3 · size · size are expected, such as {3 * 32 * 32} for 32 units.", name);

    private static void CheckMultiple(int length, int gates, string name)
    {
        if (length == 0 || length % gates != 0)
        {
            throw new ArgumentException(
                $"'{name}' has {length} elements, but a multiple of {gates} (three gates of {gates / 3} units) is expected.", name);
        }
    }

    private static void CheckBias(int length, string name, params ReadOnlySpan<int> allowed)
    {
        if (!allowed.Contains(length))
        {
            throw new ArgumentException(
                $"'{name}' has {length} elements, but {string.Join(" or ", allowed.ToArray())} are expected.", name);
        }
    }
}
