namespace GruGen;

/// <summary>
/// Rows of outputs with their targets, which losses and metrics work on. A row is the output of a sequence, or of one of its steps.
/// </summary>
/// <remarks>
/// The target of a row is a <see cref="Label"/> if <see cref="HasClasses"/> is true; otherwise it is <see cref="Targets"/>, a number for
/// each output. Spans are valid only until the method that was given the rows returns.
/// </remarks>
public readonly ref struct OutputRows
{
    private readonly OutputBlock _block;
    private readonly double _gradientScale;
    private readonly bool _isSequence;
    private readonly bool _isUnweighted;

    internal OutputRows(OutputBlock block, double gradientScale, bool isSequence = false, bool isUnweighted = false) =>
        (_block, _gradientScale, _isSequence, _isUnweighted) = (block, gradientScale, isSequence, isUnweighted);

    /// <summary>The number of rows, including those that do not count.</summary>
    public int Count => _block.Rows;

    /// <summary>The number of outputs in a row.</summary>
    public int Size => _block.Size;

    /// <summary>Whether targets are labels of classes.</summary>
    public bool HasClasses => _block.HasClasses;

    /// <summary>The rows whose targets count: <c>foreach (int row in rows.Counted)</c>.</summary>
    public CountedRows Counted => new(_block.Labels, _block.CountedRows);

    /// <summary>Whether gradients are wanted; if not, what is written to <see cref="Gradients"/> is ignored.</summary>
    public bool WantsGradients => _gradientScale != 0;

    /// <summary>
    /// The weights of all targets that count, added up: of one target for each row with a class label, otherwise of one for each output of
    /// a row. Without weights, the number of these targets.
    /// </summary>
    public double WeightOfTargets => WeightOfRows * (HasClasses ? 1 : Size);

    /// <summary>The weights of all rows that count, added up.</summary>
    internal double WeightOfRows => _isUnweighted ? _block.CountedRows : _block.CountedWeight;

    /// <summary>Whether outputs exclude each other: targets are labels of classes, or probabilities of them.</summary>
    internal bool AreClasses => HasClasses || _block.Activation == Activation.Softmax;

    internal OutputBlock Block => _block;

    /// <summary>What the gradient of the sum over all rows is multiplied by.</summary>
    internal double Scale => _gradientScale;

    /// <summary>Whether the target of a row counts (<see cref="SequenceDataset.NotCounted"/>).</summary>
    /// <param name="row">The row, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public bool IsCounted(int row) => _block.Labels[Checked(row)] >= 0;

    /// <summary>
    /// The weight of a row that counts, which the dataset was given with its target; 1 if it was given none, and for a metric that
    /// leaves weights out. Losses need not look at it.
    /// </summary>
    /// <param name="row">The row, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public double Weight(int row) => _isUnweighted ? 1 : _block.Weight(Checked(row));

    /// <summary>
    /// outputs[size] of a row. For a loss these are logits until it calls <see cref="Activate"/>; for a metric they are outputs.
    /// </summary>
    /// <param name="row">The row, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<float> Outputs(int row) => _block.Row(_block.Outputs, Checked(row));

    /// <summary>The class of a row, 0 to <see cref="Size"/> − 1; −1 for one that does not count.</summary>
    /// <param name="row">The row, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="InvalidOperationException">Targets are numbers.</exception>
    public int Label(int row) => HasClasses
        ? _block.Labels[Checked(row)]
        : throw new InvalidOperationException($"The targets are numbers, not labels of classes; {nameof(Targets)} has them.");

    /// <summary>targets[size] of a row: a number for each output; undefined for a row that does not count.</summary>
    /// <param name="row">The row, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="InvalidOperationException">Targets are labels of classes.</exception>
    public ReadOnlySpan<float> Targets(int row) => !HasClasses
        ? _block.Row(_block.Targets, Checked(row))
        : throw new InvalidOperationException($"The targets are labels of classes, not numbers; {nameof(Label)} has them.");

    /// <summary>
    /// Where a loss writes the gradients of its value with respect to the logits of a row, [size], times <see cref="GradientScale"/>. They
    /// are 0 until they are set. A <see cref="RowLoss"/> has none for rows that do not count: what it writes there is ignored.
    /// </summary>
    /// <param name="row">The row, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Span<float> Gradients(int row) => _block.Row(_block.Gradients, Checked(row));

    /// <summary>
    /// The factor by which a loss multiplies the gradients of a row, so that they are those of the weighted mean: the weight of the row, or
    /// that of the sequence for a <see cref="SequenceLoss"/>, is in it.
    /// </summary>
    /// <param name="row">The row, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public double GradientScale(int row)
    {
        float weight = _block.Weight(Checked(row));
        return _isSequence ? _gradientScale : _gradientScale * weight;
    }

    /// <summary>
    /// Sets the loss of a row, added up over its outputs, without its weight, by which it is then multiplied; only for a
    /// <see cref="RowLoss"/>.
    /// </summary>
    /// <param name="row">The row, counted from 0.</param>
    /// <param name="loss">Its loss.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public void SetLoss(int row, double loss) => _block.Losses[Checked(row)] = _block.Weighted(row, loss);

    /// <summary>
    /// Applies the last layer's activation, so that <see cref="Outputs"/> are the model's outputs. A second call changes nothing.
    /// </summary>
    public void Activate() => _block.Activate();

    /// <summary>
    /// For a loss that has called <see cref="Activate"/> and written gradients with respect to the outputs to <see cref="Gradients"/>:
    /// turns them into gradients with respect to the logits.
    /// </summary>
    public void BackwardThroughActivation() => _block.BackwardThroughActivation();

    /// <summary>The label of a row, where outputs exclude each other: that of the first largest target, if they are numbers.</summary>
    internal int Class(int row) => HasClasses ? _block.Labels[row] : OutputLabels.Of(_block.Row(_block.Targets, row));

    private int Checked(int row) => (uint)row < (uint)Count
        ? row
        : throw new ArgumentOutOfRangeException(nameof(row), row, $"There is no row {row}; there are {Count}.");

    /// <summary>Enumerates the rows whose targets count.</summary>
    public ref struct CountedRows
    {
        private readonly ReadOnlySpan<int> _labels;

        internal CountedRows(ReadOnlySpan<int> labels, int count)
        {
            _labels = labels;
            (Count, Current) = (count, -1);
        }

        /// <summary>The number of these rows.</summary>
        public int Count { get; }

        /// <summary>The current row, counted from 0 over all rows.</summary>
        public int Current { get; private set; }

        /// <summary>Advances to the next row.</summary>
        /// <returns>Whether there is one.</returns>
        public bool MoveNext()
        {
            do
            {
                Current++;
            }
            while (Current < _labels.Length && _labels[Current] < 0);
            return Current < _labels.Length;
        }

        /// <summary>The enumerator, for <c>foreach</c>.</summary>
        public readonly CountedRows GetEnumerator() => this;
    }
}
