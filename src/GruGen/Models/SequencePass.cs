using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// A batch of sequences on its way through a model, forward and backward, with all the memory that takes. Below <c>Fit</c> and
/// <c>Predict</c> this is what a loop of one's own is written with, and what chains two models.
/// </summary>
/// <remarks>
/// <para>Sequences are sorted by length, longest first, and lie step by step without gaps: the rows of step t are a prefix of the rows of
/// step t − 1, so a sequence stops at its own length and nothing is computed past it. The order is undone at the surface.</para>
/// <para>A pass belongs to one thread at a time.</para>
/// </remarks>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
public abstract partial class SequencePass<TInput>
    where TInput : unmanaged
{
    private readonly SequenceModel<TInput> _model;
    private readonly RecurrentState[] _states;
    private readonly int[] _order;
    private readonly int[] _lengths;
    private readonly int[] _tokens = [];
    private readonly BatchTokens? _batchTokens; // while training a model that reads tokens
    private readonly AlignedBuffer? _features;
    private readonly int _featureStride;
    private int[] _active;
    private nint[] _offsets;
    private AlignedBuffer? _featureGradients;
    private PackedWeights _weights;
    private readonly int[] _ownLengths;
    private readonly int[] _stepsOfRows = []; // the step of the input that each row is, where a token only fills sequences
    private readonly int[] _cursors = []; // of each sequence, how far it is loaded
    private int _inputSteps;
    private bool _hasForward;

    /// <summary>Allocates what every pass has; emitted passes add the rows of their layers.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected SequencePass(PassSetup<TInput> setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        _model = setup.Model;
        Schema = _model.Schema;
        MaxBatch = setup.MaxBatch;
        MaxSteps = setup.BlockSteps;
        Training = setup.Training;
        if (setup.BlockRows > Array.MaxLength)
        {
            throw new InsufficientMemoryException(
                $"{MaxBatch:N0} sequences of {MaxSteps:N0} steps are {setup.BlockRows:N0} rows of {Simd.MaxLanes * sizeof(float)} bytes at least, which do not fit into memory. Use a smaller batch or shorter sequences.");
        }

        _weights = Training ? _model.CreateTrainingWeights() : setup.Weights ?? _model.CurrentWeights();

        _order = new int[MaxBatch];
        _lengths = new int[MaxBatch];
        _ownLengths = new int[MaxBatch];
        _active = new int[MaxSteps];
        _offsets = new nint[MaxSteps + 1];
        if (Schema.ReadsTokens)
        {
            _tokens = new int[(int)setup.BlockRows];
            _batchTokens = Training ? new BatchTokens(Schema.InputSize, setup.BlockRows) : null;
            if (Schema.PaddingToken >= 0)
            {
                _stepsOfRows = new int[(int)setup.BlockRows];
                _cursors = new int[MaxBatch];
            }
        }
        else
        {
            _featureStride = Simd.Padded(Schema.InputSize);
            _features = new AlignedBuffer(setup.BlockRows * _featureStride);
        }

        _states = [.. Schema.StateSizes.Select(size => new RecurrentState(size, MaxBatch, Training))];

        StateSize = _states.Sum(state => state.Size);

        OutputStride = Simd.Padded(Schema.OutputSize);
        HeadBlock = (int)Math.Min(HeadRows(OutputStride), Schema.Output == GruGen.Steps.Last ? MaxBatch : setup.BlockRows);
        LogitRows = new AlignedBuffer((long)HeadBlock * OutputStride);
        LogitGradientRows = new AlignedBuffer(Training ? (HeadBlock + (long)Simd.TileRows) * OutputStride : 0);
        Gradients = new GradientSet(Schema, setup.BlockRows, Training);
        _team = setup.Team;
        _shares = _team is null ? [] : [.. Enumerable.Range(0, _team.Count).Select(i => new Share(_team, i))];
        _act = Act;
        _headOperations = Schema.HasHead ? (nint)Schema.Layers[^1].InputSize * OutputStride : 0;
    }

    /// <summary>The most sequences of a batch.</summary>
    public int MaxBatch { get; }

    /// <summary>The most steps of a sequence.</summary>
    public int MaxSteps { get; }

    internal ModelSchema Schema { get; }

    internal SequenceModel<TInput> Model => _model;

    internal GradientSet Gradients { get; }

    internal AlignedBuffer LogitRows { get; }

    internal AlignedBuffer LogitGradientRows { get; }

    internal int OutputStride { get; }

    /// <summary>The most rows that <see cref="HeadCore"/> takes at once. Fewer give the same outputs and gradients.</summary>
    internal int HeadBlock { get; set; }

    /// <summary>The number of steps of the longest sequence of the batch.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected internal int StepCount { get; private set; }

    /// <summary>The number of rows that the last layer gives: one a sequence, or one a step of each.</summary>
    internal nint OutputRows => Schema.Output == GruGen.Steps.Last ? BatchSize : _offsets[StepCount];

    /// <summary>The sequences in the order of their rows: the longest first.</summary>
    internal ReadOnlySpan<int> Order => _order.AsSpan(0, BatchSize);

    /// <summary>The lengths in the order of the rows.</summary>
    internal ReadOnlySpan<int> Lengths => _lengths.AsSpan(0, BatchSize);

    internal int Lanes => _weights.Lanes;

    internal bool IsStale => Training && _weights.Version != _model.Parameters.Version;

    // What emitted code reads

    /// <summary>Whether what the backward pass needs is saved.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected bool Training { get; }

    /// <summary>The number of sequences.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected internal int BatchSize { get; private set; }

    /// <summary>The weights as the kernels read them.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected PackedWeights Weights => _weights;

    /// <summary>tokens[rows] of the steps at hand.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ref int Tokens => ref MemoryMarshal.GetArrayDataReference(_tokens);

    /// <summary>The tokens of the batch, each once; a pass that does not go back has none.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ref int BatchTokens => ref _batchTokens!.First;

    /// <summary>How many of them there are.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected nint BatchTokenCount => _batchTokens!.Count;

    /// <summary>
    /// tokens[rows], for tables with a row for each token: of <see cref="BatchTokens"/> while training, otherwise of the vocabulary.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ref int RowTokens => ref _batchTokens is null ? ref Tokens : ref _batchTokens.Rows;

    /// <summary>features[rows, input size, padded] of the steps at hand.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ref float Features => ref _features!.Start;

    /// <summary>The gradient of <see cref="Features"/>.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ref float FeatureGradients => ref (_featureGradients ?? _features)!.Start;

    /// <summary>The packed weights at <paramref name="offset"/>.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ref float Packed(nint offset) => ref _weights.Forward.At(offset);

    /// <summary>What is prepared for predictions, at <paramref name="offset"/>.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ref float Prepared(nint offset) => ref _weights.Prepared!.At(offset);

    /// <summary>The weights row by row at <paramref name="offset"/>.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ref float PackedBackward(nint offset) => ref _weights.Backward!.At(offset);

    /// <summary>The float at <paramref name="offset"/> from <paramref name="start"/>.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected static ref float At(ref float start, nint offset) => ref Unsafe.Add(ref start, offset);

    /// <summary>Whether the gradient of the features is wanted.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected bool InputGradients { get; private set; }

    /// <summary>logits[rows, output size, padded]: the last layer before its activation.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ref float Logits => ref LogitRows.Start;

    /// <summary>The gradient of <see cref="Logits"/>.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ref float LogitGradients => ref LogitGradientRows.Start;

    /// <summary>The states of the recurrent layer <paramref name="index"/>, counted from the bottom.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected RecurrentState State(int index) => _states[index];

    /// <summary>For each step, how many sequences still run.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected internal ReadOnlySpan<int> Active(int from, int to) => _active.AsSpan(from, to - from);

    /// <summary>The number of rows of the steps <paramref name="from"/> … <paramref name="to"/> − 1.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected internal nint Rows(int from, int to) => _offsets[to] - _offsets[from];

    /// <summary>Takes each sequence's last state among these steps as its state so far.</summary>
    /// <param name="index">The recurrent layer, counted from the bottom.</param>
    /// <param name="h">h[rows, hidden size, padded] of these steps.</param>
    /// <param name="from">The first of the steps.</param>
    /// <param name="to">The step after them.</param>
    /// <param name="share">Of which sequences.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected void KeepFinalStates(int index, ref float h, int from, int to, Share share)
    {
        RecurrentState state = _states[index];
        KeepLast(ref h, ref state.Final.Start, state.Stride, from, to, share);
    }

    // What emitted code does

    // Each of these runs on every thread of a team at once, and does its share.

    /// <summary>
    /// Runs the steps <paramref name="from"/> … <paramref name="to"/> − 1, which have <paramref name="rows"/> rows, through all layers
    /// that work on steps, but the last layer.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract void ForwardStepsCore(int from, int to, nint rows, Share share);

    /// <summary>
    /// Runs the final states through the layers above the recurrent ones, but the last layer; unless overridden there are none.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual void ForwardFinalCore(Share share)
    {
    }

    /// <summary>Runs the last layer, without its activation, on some rows: into <see cref="Logits"/>.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract void HeadCore(nint first, nint rows, Share share);

    /// <summary>Zeroes the sums that the gradients of the parameters are gathered in.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract void BeginBackwardCore();

    /// <summary>Goes back through the last layer, from <see cref="LogitGradients"/> of some rows.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract void HeadBackwardCore(nint first, nint rows, Share share);

    /// <summary>Goes back through all layers but the last one, over all <paramref name="rows"/> rows.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract void BackwardBodyCore(nint rows, Share share);

    /// <summary>
    /// Writes the gathered gradients in the order and the shapes of the parameters, but adds those of an embedding to its table, which is
    /// zero.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract void StoreGradientsCore(ref float gradients);

    // Below the surface: what the trainer and the model drive a pass with

    internal void ForwardSteps(int from, int to)
    {
        if (from == 0 && !_statesGiven)
        {
            StartFromLearnedStates();
        }

        _batchTokens?.Find(_tokens.AsSpan(0, (int)Rows(from, to)));
        Run(Work.ForwardSteps, from, to);
    }

    internal void ForwardFinal() => Run(Work.ForwardFinal);

    internal void Head(nint first, nint rows) => Run(Work.Head, first, rows);

    internal void BeginBackward() => BeginBackwardCore();

    internal void HeadBackward(nint first, nint rows) => Run(Work.HeadBackward, first, rows);

    internal void BackwardBody() => Run(Work.BackwardBody);

    /// <summary>
    /// Forward through everything but the last layer, after <see cref="Arrange"/> and <see cref="LoadRow"/> of all steps.
    /// </summary>
    internal void RunBody()
    {
        if (IsStale)
        {
            _model.Pack(_weights);
        }

        ForwardSteps(0, StepCount);
        ForwardFinal();
        _hasForward = true;
    }

    /// <summary>The state so far becomes the initial state of the next block of steps.</summary>
    internal void Continue()
    {
        foreach (RecurrentState state in _states)
        {
            int length = BatchSize * state.Stride;
            state.Final.Span[..length].CopyTo(state.Initial.Span);
        }
    }

    internal void UseWeights(PackedWeights weights) => _weights = weights;

    /// <summary>
    /// How many rows of the last layer's outputs are held at once. Each block reads the layer's weights anew, so it has many rows; but of
    /// very many outputs only as many as 4 MB have, or those of a tile: half as many, or a quarter, … so that parts of the loss end with
    /// a block.
    /// </summary>
    private static int HeadRows(int stride) =>
        Math.Min(MostHeadRows(stride), Math.Max(1 << BitOperations.Log2((1 << 20) / (uint)stride), Simd.TileRows));

    private static int MostHeadRows(int stride) => stride <= 256 ? 256 : 64;
}
