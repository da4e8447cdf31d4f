using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Some rows of the last layer beside their targets: what losses and metrics work on. A model's outputs pass through it block by block, so
/// that [steps, sequences, vocabulary] is never held at once.
/// </summary>
internal sealed class OutputBlock
{
    private readonly int[] _labels;
    private readonly double[] _losses;
    private float[] _weights = []; // of each row, once a dataset has them
    private bool _hasWeights;
    private AlignedBuffer? _targets, _arguments;
    private bool _activated;

    public OutputBlock(OutputSchema schema, AlignedBuffer outputs, AlignedBuffer gradients, int maxRows, int lanes)
    {
        Size = schema.Size;
        Stride = Simd.Padded(Size);
        Activation = schema.Activation;
        Outputs = outputs;
        Gradients = gradients;
        Lanes = lanes;
        Scratch = new AlignedBuffer(2 * Stride);
        _labels = new int[maxRows];
        _losses = new double[maxRows];
    }

    /// <summary>The number of rows.</summary>
    public int Rows { get; private set; }

    /// <summary>The number of outputs.</summary>
    public int Size { get; }

    /// <summary>The floats from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>The lanes of the vectors to use.</summary>
    public int Lanes { get; }

    /// <summary>The activation of the last layer.</summary>
    public Activation Activation { get; }

    /// <summary>outputs[rows, size, padded]: logits, and after <see cref="Activate"/> outputs.</summary>
    public AlignedBuffer Outputs { get; }

    /// <summary>The gradients of the logits, laid out like them.</summary>
    public AlignedBuffer Gradients { get; }

    /// <summary>targets[rows, size, padded]; where targets are classes it has no meaning.</summary>
    public AlignedBuffer Targets => _targets ??= new AlignedBuffer(Outputs.Length);

    /// <summary>scratch[2, size, padded]</summary>
    public AlignedBuffer Scratch { get; }

    /// <summary>Whether targets are classes.</summary>
    public bool HasClasses { get; private set; }

    /// <summary>The class of each row, or, where targets are values, 0; −1 for a row that does not count.</summary>
    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, Rows);

    /// <summary>How many rows count.</summary>
    public int CountedRows { get; private set; }

    /// <summary>The loss of each row times its weight; 0 for a row that does not count.</summary>
    public Span<double> Losses => _losses.AsSpan(0, Rows);

    /// <summary>The mean of the weights of the rows that count.</summary>
    public double MeanWeight => !_hasWeights ? 1 : CountedRows == 0 ? 0 : CountedWeight / CountedRows;

    /// <summary>The weights of the rows that count, added up.</summary>
    public double CountedWeight
    {
        get
        {
            if (!_hasWeights)
            {
                return CountedRows;
            }

            double sum = 0;
            for (int row = 0; row < Rows; row++)
            {
                sum += _labels[row] < 0 ? 0 : _weights[row];
            }

            return sum;
        }
    }

    /// <summary>The rows of a pass that only goes forward; gradients have memory of their own.</summary>
    public static OutputBlock ForEvaluation<TInput>(PassMemory<TInput> memory, OutputHead head)
        where TInput : unmanaged =>
        new(head.Schema, head.Logits, new AlignedBuffer(head.Logits.Length), memory.HeadBlock, memory.Weights.Lanes);

    /// <summary>New logits are there, whose targets follow.</summary>
    public void Begin(int rows, bool hasClasses, bool hasWeights = false)
    {
        _activated = false;
        Rows = rows;
        CountedRows = 0;
        HasClasses = hasClasses;
        _hasWeights = hasWeights;
        if (hasWeights && _weights.Length == 0)
        {
            _weights = new float[_labels.Length];
        }
    }

    /// <summary>Takes a weight for a row, where rows have them.</summary>
    public void LoadWeight(int row, float weight) => _weights[row] = weight;

    /// <summary>The weight of a row that counts.</summary>
    public float Weight(int row) => _hasWeights ? _weights[row] : 1;

    /// <summary>A loss times the weight of its row; of weight 0 it is 0, whatever it is.</summary>
    public double Weighted(int row, double loss) => !_hasWeights ? loss : _weights[row] == 0 ? 0 : _weights[row] * loss;

    /// <summary>Takes values for a row, as targets, and 0, or −1 where they do not count.</summary>
    public void LoadValues(int row, ReadOnlySpan<float> values, int label)
    {
        _labels[row] = label;
        CountedRows += label < 0 ? 0 : 1;
        Faint.Copy(values, Row(Targets, row), Faint.SubnormalBits);
    }

    /// <summary>Takes a label for a row.</summary>
    public void LoadLabel(int row, int label)
    {
        _labels[row] = label;
        CountedRows += label < 0 ? 0 : 1;
        if (!HasClasses)
        {
            Row(Targets, row)[0] = label;
        }
    }

    /// <summary>From logits to outputs, once.</summary>
    public void Activate()
    {
        if (!_activated)
        {
            if (Activation.NeedsArgument())
            {
                _arguments ??= new AlignedBuffer(Outputs.Length);
                Packing.Copy(ref Outputs.Start, ref _arguments.Start, (nint)Rows * Stride);
            }

            Activations.Apply(Activation, Outputs, Rows, Size, Lanes);
            _activated = true;
        }
    }

    /// <summary>From the gradients of outputs, after <see cref="Activate"/>, to those of logits.</summary>
    public void BackwardThroughActivation() =>
        Activations.Backward(Activation, Activation.NeedsArgument() ? _arguments! : Outputs, Gradients, Rows, Size, Lanes);

    /// <summary>The values of a row, without its padding.</summary>
    public Span<float> Row(AlignedBuffer rows, int row) => rows.Span.Slice(row * Stride, Size);

    /// <summary>Zeroes the losses.</summary>
    public void ClearLosses() => Losses.Clear();

    /// <summary>Adds the losses of all rows that count to a sum, one after another.</summary>
    public double AddLosses(double sum)
    {
        ReadOnlySpan<int> labels = Labels;
        ReadOnlySpan<double> losses = Losses;
        for (int row = 0; row < labels.Length; row++)
        {
            sum += labels[row] < 0 ? 0 : losses[row];
        }

        return sum;
    }

    /// <summary>Zeroes the gradients.</summary>
    public void ClearGradients() => Gradients.Span[..(Rows * Stride)].Clear();

    /// <summary>Gradients below 2^−95 become 0.</summary>
    public void FlushGradients()
    {
        Span<float> gradients = Gradients.Span[..(Rows * Stride)];
        Faint.Copy(gradients, gradients);
    }

    /// <summary>
    /// Zeroes the gradients that no loss stands behind: rows that do not count or have the weight 0, and the padding of the others.
    /// </summary>
    public void ClearUnused()
    {
        for (int row = 0; row < Rows; row++)
        {
            ClearFrom(row, _labels[row] < 0 || (_hasWeights && _weights[row] == 0) ? 0 : Size);
        }
    }

    /// <summary>Zeroes the gradients of what is in the padding.</summary>
    public void ClearPadding()
    {
        for (int row = 0; row < Rows; row++)
        {
            ClearFrom(row, Size);
        }
    }

    private void ClearFrom(int row, int used) => Gradients.Span.Slice(row * Stride + used, Stride - used).Clear();
}
