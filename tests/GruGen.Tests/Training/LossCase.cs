using GruGen.Kernels;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Training;

/// <summary>Logits with targets, their loss as the runtime computes it, and the same by textbook formulas in double precision.</summary>
internal sealed class LossCase(Loss loss, SequenceDataset<float> data, float[] logits)
{
    private readonly int _size = data.Schema.OutputSize;
    private readonly bool _perStep = data.Schema.Output == SequenceOutput.EveryStep;

    public Loss Loss => loss;

    public float[] Logits => logits;

    private int Rows => logits.Length / _size;

    public static LossCase Random(string name, string activation, int size, int rows)
    {
        Loss loss = Named(name);
        var data = new SequenceDataset<float>(LossTests.Schema(activation, size));
        var random = new RandomSource((ulong)size);
        for (int i = 0; i < rows; i++)
        {
            if (loss == Loss.CategoricalCrossEntropy)
            {
                data.Add([0f], random.NextInt32(size));
            }
            else
            {
                data.Add([0f], Enumerable.Range(0, size).Select(_ => (random.NextUniform(1) + 1) / 2).ToArray());
            }
        }

        return new LossCase(loss, data, Uniform(random, size * rows));
    }

    /// <summary>One sequence with these labels.</summary>
    public static LossCase RandomSteps(string name, string activation, int size, int[] labels)
    {
        var data = new SequenceDataset<float>(LossTests.Schema(activation, size, SequenceOutput.EveryStep));
        data.AddPerStep(new float[labels.Length], labels);
        return new LossCase(Named(name), data, Uniform(new RandomSource(3), size * labels.Length));
    }

    /// <summary>The runtime's loss, and its gradient without padding.</summary>
    public (double Loss, float[] Gradients) Run(double gradientScale, int? lanes = null)
    {
        OutputBlock block = Load(lanes ?? Simd.Lanes, padding: 0);
        double sum = loss.Run(block, gradientScale);
        return (sum, [.. Enumerable.Range(0, Rows).SelectMany(row => block.Row(block.Gradients, row).ToArray())]);
    }

    public OutputBlock Load(int lanes, float padding)
    {
        int stride = Simd.Padded(_size);
        var block = new OutputBlock(data.Schema.Outputs[0], new AlignedBuffer(Rows * stride), new AlignedBuffer(Rows * stride), Rows, lanes);
        block.Outputs.Span.Fill(padding);
        block.Begin(Rows, data.HasClasses, data.HasWeights);
        for (int row = 0; row < Rows; row++)
        {
            logits.AsSpan(row * _size, _size).CopyTo(block.Row(block.Outputs, row));
            block.LoadTarget(row, data.Targets[0], _perStep ? 0 : row, _perStep ? row : 0);
        }

        return block;
    }

    /// <summary>The sum of the loss.</summary>
    public double Reference() => Reference([.. logits.Select(logit => (double)logit)]);

    /// <summary>The slope of the sum at a logit, by central differences of the formula.</summary>
    public double ReferenceSlope(int i)
    {
        const double h = 1e-5;
        double[] shifted = [.. logits.Select(logit => (double)logit)];
        shifted[i] += h;
        double above = Reference(shifted);
        shifted[i] -= 2 * h;
        return (above - Reference(shifted)) / (2 * h);
    }

    private double Reference(double[] x)
    {
        double sum = 0;
        for (int row = 0; row < Rows; row++)
        {
            double[] l = x[(row * _size)..((row + 1) * _size)];
            (int sequence, int step) = _perStep ? (0, row) : (row, 0);
            int label = data.Kind == TargetKind.Labels ? data.Label(sequence, step) : 0;
            if (label < 0)
            {
                continue;
            }

            if (loss == Loss.CategoricalCrossEntropy)
            {
                sum += Math.Log(l.Sum(value => Math.Exp(value - l.Max()))) + l.Max() - l[label];
                continue;
            }

            double[] a = Activate(l);
            for (int i = 0; i < _size; i++)
            {
                double y = data.Kind == TargetKind.Labels ? label : data.Values(sequence, step)[i];
                sum += loss == Loss.MeanSquaredError ? (a[i] - y) * (a[i] - y)
                    : loss == Loss.MeanAbsoluteError ? Math.Abs(a[i] - y)
                    : -y * Math.Log(a[i]) - (1 - y) * Math.Log(1 - a[i]);
            }
        }

        return sum;
    }

    private double[] Activate(double[] l) => data.Schema.OutputActivation switch
    {
        Activation.Sigmoid => [.. l.Select(value => 1 / (1 + Math.Exp(-value)))],
        Activation.Tanh => [.. l.Select(Math.Tanh)],
        Activation.Relu => [.. l.Select(value => Math.Max(value, 0))],
        Activation.Softsign => [.. l.Select(value => value / (1 + Math.Abs(value)))],
        Activation.Silu => [.. l.Select(value => value / (1 + Math.Exp(-value)))],
        Activation.Gelu => [.. l.Select(value => value * ReferenceCurve.Normal(value))],
        Activation.Elu => [.. l.Select(value => value > 0 ? value : Math.Exp(value) - 1)],
        Activation.LeakyRelu => [.. l.Select(value => value > 0 ? value : 0.01 * value)],
        Activation.Softmax => [.. l.Select(value => Math.Exp(value) / l.Sum(Math.Exp))],
        _ => l,
    };

    private static Loss Named(string name) =>
        new[] { Loss.MeanSquaredError, Loss.MeanAbsoluteError, Loss.BinaryCrossEntropy, Loss.CategoricalCrossEntropy }.Single(loss => loss.Name == name);

    private static float[] Uniform(RandomSource random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextUniform(4))];
}
