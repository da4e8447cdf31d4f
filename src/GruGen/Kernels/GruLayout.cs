using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>Moves the weights and gradients of a GRU layer between the shapes of the parameters and the memory of kernels.</summary>
/// <remarks>
/// Where the update gate is the part of the state that is replaced, as in papers, kernels have its weights and biases negated, and their
/// gradients are negated again: σ(−a) = 1 − σ(a). A layer without a bias has a null reference for it, which stands for zeros.
/// </remarks>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class GruLayout
{
    /// <summary>
    /// Packs a GRU layer: weights [block][k][r | z | n][lanes] with the inputs' k before the states', biases [block][r | z | n |
    /// q][lanes].
    /// </summary>
    /// <param name="weightIh">W_ir, W_iz, W_in: [3 · hidden, input].</param>
    /// <param name="weightHh">W_hr, W_hz, W_hn: [3 · hidden, hidden].</param>
    /// <param name="biasIh">b_ir, b_iz, b_in: [3 · hidden]; a null reference for zeros.</param>
    /// <param name="biasHh">b_hr, b_hz, b_hn: [3 · hidden]; a null reference for zeros.</param>
    /// <param name="update">What the weights and biases of z are multiplied by, 1 or −1.</param>
    /// <param name="inputSize">The number of inputs.</param>
    /// <param name="hiddenSize">The number of units.</param>
    /// <param name="weights">Receives the weights.</param>
    /// <param name="bias">Receives b_ir + b_hr, b_iz + b_hz, b_in and b_hn.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Pack<V>(
        ref float weightIh,
        ref float weightHh,
        ref float biasIh,
        ref float biasHh,
        float update,
        int inputSize,
        int hiddenSize,
        ref float weights,
        ref float bias)
        where V : struct, ISimd<V>
    {
        int padded = Simd.Padded(hiddenSize);
        nint depth = (nint)inputSize + hiddenSize, blockSize = 3 * depth * V.Count;
        for (int unit = 0; unit < padded; unit++)
        {
            (int block, int lane) = Math.DivRem(unit, V.Count);
            ref float w = ref Unsafe.Add(ref weights, (block * blockSize) + lane);
            ref float b = ref Unsafe.Add(ref bias, ((nint)block * 4 * V.Count) + lane);
            if (unit >= hiddenSize)
            {
                Packing.Clear(ref w, 3 * depth, V.Count);
                Packing.Clear(ref b, 4, V.Count);
                continue;
            }

            for (int gate = 0; gate < 3; gate++)
            {
                nint row = ((nint)gate * hiddenSize) + unit;
                float scale = gate == 1 ? update : 1;
                ref float x = ref Unsafe.Add(ref w, gate * V.Count), h = ref Unsafe.Add(ref x, 3 * (nint)inputSize * V.Count);
                Packing.Spread(ref Unsafe.Add(ref weightIh, row * inputSize), inputSize, scale, ref x, 3 * V.Count);
                Packing.Spread(ref Unsafe.Add(ref weightHh, row * hiddenSize), hiddenSize, scale, ref h, 3 * V.Count);
            }

            b = Bias(ref biasIh, unit) + Bias(ref biasHh, unit);
            Unsafe.Add(ref b, V.Count) = update * (Bias(ref biasIh, hiddenSize + unit) + Bias(ref biasHh, hiddenSize + unit));
            Unsafe.Add(ref b, 2 * V.Count) = Bias(ref biasIh, (2 * (nint)hiddenSize) + unit);
            Unsafe.Add(ref b, 3 * V.Count) = Bias(ref biasHh, (2 * (nint)hiddenSize) + unit);
        }
    }

    /// <summary>
    /// Packs a GRU layer that resets before the product: each block of weights is x[k][r | z | n][lanes], h[k][r | z][lanes],
    /// h[k][n][lanes], biases are [block][r | z | n][lanes].
    /// </summary>
    /// <param name="weightIh">W_ir, W_iz, W_in: [3 · hidden, input].</param>
    /// <param name="weightHh">W_hr, W_hz, W_hn: [3 · hidden, hidden].</param>
    /// <param name="biasIh">b_ir, b_iz, b_in: [3 · hidden]; a null reference for zeros.</param>
    /// <param name="update">What the weights and biases of z are multiplied by, 1 or −1.</param>
    /// <param name="inputSize">The number of inputs.</param>
    /// <param name="hiddenSize">The number of units.</param>
    /// <param name="weights">Receives the weights.</param>
    /// <param name="bias">Receives the biases.</param>
    [MethodImpl(Jit.Optimized)]
    public static void PackResetBefore<V>(
        ref float weightIh,
        ref float weightHh,
        ref float biasIh,
        float update,
        int inputSize,
        int hiddenSize,
        ref float weights,
        ref float bias)
        where V : struct, ISimd<V>
    {
        int padded = Simd.Padded(hiddenSize);
        nint depth = (nint)inputSize + hiddenSize, blockSize = 3 * depth * V.Count;
        nint gates = 3 * (nint)inputSize * V.Count, news = gates + (2 * (nint)hiddenSize * V.Count); // where the states' weights begin
        for (int unit = 0; unit < padded; unit++)
        {
            (int block, int lane) = Math.DivRem(unit, V.Count);
            ref float w = ref Unsafe.Add(ref weights, (block * blockSize) + lane);
            ref float b = ref Unsafe.Add(ref bias, ((nint)block * 3 * V.Count) + lane);
            if (unit >= hiddenSize)
            {
                Packing.Clear(ref w, 3 * depth, V.Count);
                Packing.Clear(ref b, 3, V.Count);
                continue;
            }

            for (int gate = 0; gate < 3; gate++)
            {
                nint row = ((nint)gate * hiddenSize) + unit;
                float scale = gate == 1 ? update : 1;
                (nint place, int step) = gate == 2 ? (news, V.Count) : (gates + (gate * V.Count), 2 * V.Count);
                ref float x = ref Unsafe.Add(ref w, gate * V.Count), h = ref Unsafe.Add(ref w, place);
                Packing.Spread(ref Unsafe.Add(ref weightIh, row * inputSize), inputSize, scale, ref x, 3 * V.Count);
                Packing.Spread(ref Unsafe.Add(ref weightHh, row * hiddenSize), hiddenSize, scale, ref h, step);
                Unsafe.Add(ref b, gate * V.Count) = scale * Bias(ref biasIh, row);
            }
        }
    }

    /// <summary>
    /// Packs weights that <see cref="Pack"/> has packed, and that bfloat16 holds exactly, two by two: [block][k/2][r | z | n][lanes], the
    /// inputs' k before the states', each an even one in the low half of its bits and the odd one after it in the high half.
    /// </summary>
    /// <param name="weights">[block][k][r | z | n][lanes]</param>
    /// <param name="inputSize">The number of inputs.</param>
    /// <param name="hiddenSize">The number of units.</param>
    /// <param name="pairs">Receives the pairs.</param>
    [MethodImpl(Jit.Optimized)]
    public static void PackPairs<V>(ref float weights, int inputSize, int hiddenSize, ref float pairs)
        where V : struct, ISimd<V>
    {
        nint row = 3 * V.Count;
        for (int block = 0; block < Simd.Padded(hiddenSize) / V.Count; block++)
        {
            foreach (int size in (ReadOnlySpan<int>)[inputSize, hiddenSize])
            {
                for (int k = 0; k < size; k += 2)
                {
                    for (nint i = 0; i < row; i++)
                    {
                        uint low = BitConverter.SingleToUInt32Bits(Unsafe.Add(ref weights, i)) >> 16;
                        uint high = k + 1 < size ? BitConverter.SingleToUInt32Bits(Unsafe.Add(ref weights, row + i)) & 0xFFFF0000u : 0;
                        Unsafe.Add(ref pairs, i) = BitConverter.UInt32BitsToSingle(high | low);
                    }

                    weights = ref Unsafe.Add(ref weights, row * Math.Min(2, size - k));
                    pairs = ref Unsafe.Add(ref pairs, row);
                }
            }
        }
    }

    /// <summary>
    /// Lays the weights out row by row for the backward kernels, in the order of the gates in dG: W_in, W_ir, W_iz in rows of inputs,
    /// then W_hr, W_hz, W_hn in rows of states, each <see cref="Simd.WeightStride"/> apart.
    /// </summary>
    /// <param name="weightIh">W_ir, W_iz, W_in: [3 · hidden, input].</param>
    /// <param name="weightHh">W_hr, W_hz, W_hn: [3 · hidden, hidden].</param>
    /// <param name="update">What the weights of z are multiplied by, 1 or −1.</param>
    /// <param name="inputSize">The number of inputs.</param>
    /// <param name="hiddenSize">The number of units.</param>
    /// <param name="rows">Receives the rows.</param>
    public static void PackBackward(ref float weightIh, ref float weightHh, float update, int inputSize, int hiddenSize, ref float rows)
    {
        nint inputs = Simd.WeightStride(inputSize), units = Simd.WeightStride(hiddenSize), gate = hiddenSize;
        Packing.CopyRows(ref Unsafe.Add(ref weightIh, 2 * gate * inputSize), inputSize, ref rows, inputs, gate, inputSize);
        Packing.CopyRows(ref weightIh, inputSize, ref Unsafe.Add(ref rows, gate * inputs), inputs, 2 * gate, inputSize);
        Scale(ref Unsafe.Add(ref rows, 2 * gate * inputs), gate * inputs, update);

        ref float states = ref Unsafe.Add(ref rows, 3 * gate * inputs);
        Packing.CopyRows(ref weightHh, hiddenSize, ref states, units, 3 * gate, hiddenSize);
        Scale(ref Unsafe.Add(ref states, gate * units), gate * units, update);
    }

    /// <summary>Writes the sums that backward kernels made as gradients in the shapes of the parameters.</summary>
    /// <param name="gradients">
    /// dWeightIh transposed, [input, n | r | z, hidden], dWeightHh transposed, [hidden, r | z | n, hidden], and dBias[n | r | z | q,
    /// hidden], all padded.
    /// </param>
    /// <param name="update">What the gradients of z are multiplied by, 1 or −1.</param>
    /// <param name="inputSize">The number of inputs.</param>
    /// <param name="hiddenSize">The number of units.</param>
    /// <param name="dWeightIh">Receives [3 · hidden, input] in the order r, z, n.</param>
    /// <param name="dWeightHh">Receives [3 · hidden, hidden].</param>
    /// <param name="dBiasIh">Receives [3 · hidden].</param>
    /// <param name="dBiasHh">
    /// Receives [3 · hidden]; a null reference where the reset gate comes before the product, and dBias has no q.
    /// </param>
    [MethodImpl(Jit.Optimized)]
    public static void StoreGradients(
        ref float gradients,
        float update,
        int inputSize,
        int hiddenSize,
        ref float dWeightIh,
        ref float dWeightHh,
        ref float dBiasIh,
        ref float dBiasHh)
    {
        nint inputs = Simd.Padded(inputSize), units = Simd.Padded(hiddenSize), gates = 3 * units;
        ref float states = ref Unsafe.Add(ref gradients, inputs * gates), bias = ref Unsafe.Add(ref states, units * gates);
        StoreGates(ref Unsafe.Add(ref gradients, units), ref gradients, inputSize, ref dWeightIh);
        StoreGates(ref states, ref Unsafe.Add(ref states, 2 * units), hiddenSize, ref dWeightHh);
        StoreGates(ref Unsafe.Add(ref bias, units), ref bias, 1, ref dBiasIh);
        StoreGates(ref Unsafe.Add(ref bias, units), ref Unsafe.Add(ref bias, 3 * units), 1, ref dBiasHh);

        // destination[r | z | n, hidden, depth] from rz[depth, r | z, hidden] and n[depth, hidden]
        void StoreGates(ref float rz, ref float n, nint depth, ref float destination)
        {
            if (Unsafe.IsNullRef(ref destination))
            {
                return;
            }

            nint gate = hiddenSize * depth;
            Packing.TransposeGradients(ref rz, gates, depth, hiddenSize, ref destination);
            Packing.TransposeGradients(ref Unsafe.Add(ref rz, units), gates, depth, hiddenSize, ref Unsafe.Add(ref destination, gate));
            Packing.TransposeGradients(ref n, gates, depth, hiddenSize, ref Unsafe.Add(ref destination, 2 * gate));
            Scale(ref Unsafe.Add(ref destination, gate), gate, update);
        }
    }

    /// <summary>Multiplies <paramref name="count"/> floats by <paramref name="factor"/>, unless that is 1.</summary>
    private static void Scale(ref float values, nint count, float factor)
    {
        for (nint i = 0; factor != 1 && i < count; i++)
        {
            Unsafe.Add(ref values, i) *= factor;
        }
    }

    private static float Bias(ref float bias, nint row) => Unsafe.IsNullRef(ref bias) ? 0 : Unsafe.Add(ref bias, row);
}
