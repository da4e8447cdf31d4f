using GruGen.Tests.Reference;

namespace GruGen.Generator.Tests.Sweep;

/// <summary>
/// A textbook computation in single precision, number by number and every sum in its order: what float32 costs whoever takes no care. It
/// knows the layers of models that look inaccurate and are not.
/// </summary>
internal sealed class SinglePrecision(ModelSchema schema, ParameterSet parameters)
{
    /// <summary>The outputs of a batch.</summary>
    public double[] Run(Batch batch)
    {
        int size = schema.ReadsTokens ? 1 : schema.InputSize;
        return
        [
            .. Enumerable.Range(0, batch.Size).SelectMany(b =>
            {
                float[][] x = [.. Enumerable.Range(0, batch.Steps).Select(t => Floats(batch.Inputs, ((b * batch.Steps) + t) * size, size))];
                var states = new Queue<float[]>();
                int place = 0;
                foreach (int state in schema.StateSizes)
                {
                    states.Enqueue(Floats(batch.InitialStates!, place + (b * state), state));
                    place += batch.Size * state;
                }

                return schema.Layers.Aggregate(x, (rows, layer) => Forward(layer, rows, states))[0].Select(value => (double)value);
            }),
        ];
    }

    private float[][] Forward(LayerSchema layer, float[][] x, Queue<float[]> states) => layer.Kind switch
    {
        LayerKind.Embedding => [.. x.Where(t => (int)t[0] != layer.PaddingToken).Select(t => P(layer, "weight").Slice((int)t[0] * layer.OutputSize, layer.OutputSize).ToArray())],
        LayerKind.Dense => [.. x.Select(row => Apply(layer.Activation, Product(P(layer, "weight"), row, P(layer, "bias"))))],
        LayerKind.LayerNorm => [.. x.Select(row => Normalise(layer, row))],
        LayerKind.Pool => x.Length == 0 ? [new float[layer.OutputSize]] : [[.. Enumerable.Range(0, layer.OutputSize).Select(i => x.Max(row => row[i]))]],
        _ => Gru(layer, x, states.Dequeue()),
    };

    private float[] Normalise(LayerSchema layer, float[] x)
    {
        float sum = 0, squares = 0;
        foreach (float value in x)
        {
            sum += value;
        }

        float mean = sum / x.Length;
        foreach (float value in x)
        {
            squares += (value - mean) * (value - mean);
        }

        float deviation = MathF.Sqrt((squares / x.Length) + (float)layer.Epsilon);
        float[] weight = P(layer, "weight").ToArray(), bias = P(layer, "bias").ToArray();
        return [.. x.Select((value, i) => ((value - mean) / deviation * weight[i]) + bias[i])];
    }

    private float[][] Gru(LayerSchema layer, float[][] x, float[] h)
    {
        GruOptions options = layer.Options!;
        int size = layer.HiddenSize;
        var outputs = new List<float[]>();
        foreach (float[] row in options.Reverse ? x.Reverse() : x)
        {
            float[] fromX = Product(P(layer, "weight_ih_l0"), row, options.Bias ? P(layer, "bias_ih_l0") : []);
            float[] fromH = Product(P(layer, "weight_hh_l0"), h, options is { Bias: true, ResetAfter: true } ? P(layer, "bias_hh_l0") : []);
            float[] r = Gate(0), z = Gate(size);
            float[] q = options.ResetAfter
                ? [.. r.Select((value, i) => value * fromH[(2 * size) + i])]
                : Product(P(layer, "weight_hh_l0")[(2 * size * size)..], [.. r.Zip(h, (a, b) => a * b)], []);
            float[] n = Apply(options.Activation, [.. q.Select((value, i) => fromX[(2 * size) + i] + value)]);
            h = [.. Enumerable.Range(0, size).Select(i => ((1 - z[i]) * n[i]) + (z[i] * h[i]))];
            outputs.Add(h);

            float[] Gate(int first) => [.. Enumerable.Range(first, size).Select(i => Gated(fromX[i] + fromH[i]))];
        }

        if (options.Reverse)
        {
            outputs.Reverse();
        }

        return layer.Output == SequenceOutput.EveryStep ? [.. outputs] : [h];

        float Gated(float value) => options.GateActivation == GateActivation.Sigmoid ? Sigmoid(value) : Math.Clamp((value / 6) + 0.5f, 0, 1);
    }

    private static float[] Apply(Activation activation, float[] x)
    {
        if (activation != Activation.Softmax)
        {
            return [.. x.Select(value => activation == Activation.Tanh ? MathF.Tanh(value) : Sigmoid(value))];
        }

        float largest = x.Max(), sum = 0;
        float[] powers = [.. x.Select(value => MathF.Exp(value - largest))];
        foreach (float power in powers)
        {
            sum += power;
        }

        return [.. powers.Select(power => power / sum)];
    }

    private static float Sigmoid(float value) => 1 / (1 + MathF.Exp(-value));

    private static float[] Product(ReadOnlySpan<float> weight, float[] x, ReadOnlySpan<float> bias)
    {
        float[] y = new float[weight.Length / x.Length];
        for (int i = 0; i < y.Length; i++)
        {
            for (int k = 0; k < x.Length; k++)
            {
                y[i] += weight[(i * x.Length) + k] * x[k];
            }

            y[i] += bias.IsEmpty ? 0 : bias[i];
        }

        return y;
    }

    private static float[] Floats(double[] values, int start, int count) => [.. values.AsSpan(start, count).ToArray().Select(value => (float)value)];

    private ReadOnlySpan<float> P(LayerSchema layer, string tensor) => parameters[$"{layer.Name}.{tensor}"];
}
