using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>
/// A gated recurrent unit, reset after: r = σ(W_ir·x + b_ir + W_hr·h + b_hr), z = σ(W_iz·x + b_iz + W_hz·h + b_hz), q = W_hn·h + b_hn,
/// n = tanh(W_in·x + b_in + r ∘ q), h' = (1 − z) ∘ n + z ∘ h.
/// </summary>
/// <remarks>
/// A block is one vector of units. Packed: [block][b_r | b_z | b_in | b_hn][lanes] followed by [k][r | z | n][lanes] with k over the inputs
/// and then over the state, block by block; b_r = b_ir + b_hr, b_z = b_iz + b_hz. Backward: a row of zeros, then the rows n, r, z of weight_ih
/// and the rows r, z, n of weight_hh, each as <see cref="Panels"/>: the order of the gate gradients dn, dr, dz, dq.
/// </remarks>
internal sealed partial class GenericGru(LayerSchema schema) : GenericLayer(schema)
{
    /// <summary>
    /// The floats from one row of gate gradients to the next: an odd number of cache lines, so that a column spreads over all sets of a cache.
    /// </summary>
    public nint GateStride { get; } = OddLines(checked(3 * schema.OutputSize + Simd.Padded(schema.OutputSize)));

    public override long ParameterCount => 3L * OutputSize * (InputSize + OutputSize + 2);

    public override long PackedLength => (long)Blocks * BlockLength;

    public override long PackedBackwardLength =>
        InputStride + Panels.Length(3L * OutputSize, InputSize) + Panels.Length(3L * OutputSize, OutputSize);

    private nint Blocks => (OutputSize + VectorT.Count - 1) / VectorT.Count;

    private nint BlockLength => (4 + 3 * ((nint)InputSize + OutputSize)) * VectorT.Count;

    public override void Pack(ref float parameters, ref float packed)
    {
        nint input = InputSize, hidden = OutputSize, lanes = VectorT.Count;
        ref float hiddenWeight = ref Unsafe.Add(ref parameters, 3 * hidden * input);
        ref float inputBias = ref Unsafe.Add(ref hiddenWeight, 3 * hidden * hidden);
        ref float hiddenBias = ref Unsafe.Add(ref inputBias, 3 * hidden);
        for (nint unit = 0; unit < hidden; unit++)
        {
            nint n = 2 * hidden + unit;
            ref float lane = ref Unsafe.Add(ref packed, unit / lanes * BlockLength + unit % lanes);
            lane = Unsafe.Add(ref inputBias, unit) + Unsafe.Add(ref hiddenBias, unit);
            Unsafe.Add(ref lane, lanes) = Unsafe.Add(ref inputBias, hidden + unit) + Unsafe.Add(ref hiddenBias, hidden + unit);
            Unsafe.Add(ref lane, 2 * lanes) = Unsafe.Add(ref inputBias, n);
            Unsafe.Add(ref lane, 3 * lanes) = Unsafe.Add(ref hiddenBias, n);
            for (nint gate = 0; gate < 3; gate++)
            {
                nint row = gate * hidden + unit;
                Spread(ref Unsafe.Add(ref parameters, row * input), input, ref Unsafe.Add(ref lane, (4 + gate) * lanes));
                Spread(ref Unsafe.Add(ref hiddenWeight, row * hidden), hidden, ref Unsafe.Add(ref lane, (4 + 3 * input + gate) * lanes));
            }
        }
    }

    public override void PackBackward(ref float parameters, ref float packed)
    {
        nint input = InputSize, hidden = OutputSize;
        ref float hiddenWeight = ref Unsafe.Add(ref parameters, 3 * hidden * input);
        ref float inputPanels = ref Unsafe.Add(ref packed, InputStride);
        Panels.Pack(new Matrix(ref Unsafe.Add(ref parameters, 2 * hidden * input), hidden, input, input), ref inputPanels, 0, 3 * hidden);
        Panels.Pack(new Matrix(ref parameters, 2 * hidden, input, input), ref inputPanels, hidden, 3 * hidden);
        ref float hiddenPanels = ref Unsafe.Add(ref inputPanels, (nint)Panels.Length(3 * hidden, input));
        Panels.Pack(new Matrix(ref hiddenWeight, 3 * hidden, hidden, hidden), ref hiddenPanels, 0, 3 * hidden);
    }

    /// <summary>One row of weights, a float every three vectors.</summary>
    private static void Spread(ref float row, nint count, ref float lane)
    {
        nint stride = 3 * VectorT.Count;
        for (nint k = 0; k < count; k++)
        {
            Unsafe.Add(ref lane, k * stride) = Unsafe.Add(ref row, k);
        }
    }

    private static nint OddLines(int floats)
    {
        int lines = Simd.Padded(floats) / Simd.MaxLanes;
        return (nint)(lines | 1) * Simd.MaxLanes;
    }
}
