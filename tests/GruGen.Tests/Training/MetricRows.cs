using GruGen.Kernels;

namespace GruGen.Tests.Training;

/// <summary>Given outputs with targets, which are shown to metrics in blocks, as an evaluation shows them.</summary>
internal sealed class MetricRows(string activation, int size, float[] outputs)
{
    private readonly SequenceDataset<float> _data = new(LossTests.Schema(activation, size, SequenceOutput.EveryStep));

    public void Add(int[] labels, float[] weights) => _data.AddPerStep(new float[labels.Length], labels, weights);

    public void Add(float[] targets, float[] weights) => _data.AddPerStep(new float[targets.Length / size], targets, weights: weights);

    /// <summary>The value of a metric over all rows, seven at a time.</summary>
    public double Measure(Metric metric, int rows = 7)
    {
        metric.CheckFits(_data.Schema, _data);
        MetricAccumulator accumulator = metric.CreateAccumulator();
        Assert.Equal(0, accumulator.Result);
        ShowAll(metric, accumulator, rows);
        double result = accumulator.Result;
        accumulator.Reset();
        Assert.Equal(0, accumulator.Result);
        ShowAll(metric, accumulator, rows);
        Assert.Equal(result, accumulator.Result);

        // half of it by another accumulator that goes on from its state
        accumulator.Reset();
        Show(metric, accumulator, 0, outputs.Length / size / 2, rows);
        MetricAccumulator other = metric.CreateAccumulator();
        other.SetState(accumulator.GetState());
        Assert.Equal(accumulator.Result, other.Result);
        Assert.Equal(accumulator.GetState(), other.GetState());
        Show(metric, accumulator, outputs.Length / size / 2, outputs.Length / size, rows);
        Show(metric, other, outputs.Length / size / 2, outputs.Length / size, rows);
        Assert.Equal(accumulator.Result, other.Result);
        Assert.Equal(result, other.Result, 1e-12);
        return result;
    }

    /// <summary>How often each class was predicted where each was the target.</summary>
    public ConfusionMatrix Confusion(double threshold = 0.5)
    {
        var metric = new ConfusionMetric((float)threshold);
        ShowAll(metric, metric.CreateAccumulator(), rows: 7);
        return metric.Matrix(Math.Max(2, size));
    }

    private void ShowAll(Metric metric, MetricAccumulator accumulator, int rows) => Show(metric, accumulator, 0, outputs.Length / size, rows);

    private void Show(Metric metric, MetricAccumulator accumulator, int from, int to, int rows)
    {
        int stride = Simd.Padded(size);
        var block = new OutputBlock(_data.Schema.Outputs[0], new AlignedBuffer(rows * stride), new AlignedBuffer(rows * stride), rows, Simd.Lanes);
        for (int first = from; first < to; first += rows)
        {
            int count = Math.Min(rows, to - first);
            block.Begin(count, _data.HasClasses, _data.HasWeights);
            for (int row = 0; row < count; row++)
            {
                outputs.AsSpan((first + row) * size, size).CopyTo(block.Row(block.Outputs, row));
                block.LoadTarget(row, _data.Targets[0], 0, first + row);
            }

            accumulator.Add(new OutputRows(block, gradientScale: 0, isUnweighted: metric.Unweighted));
        }
    }
}
