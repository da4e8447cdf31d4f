using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// The code of a pass that is emitted for a model: what each layer does with the rows of a batch, forward and backward. The members below
/// are what it reads; who calls it, and when, is <see cref="SequencePass{TInput}"/>.
/// </summary>
/// <remarks>Every method with a share runs on all threads at once, and each thread does its share.</remarks>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract partial class PassCode<TInput>
    where TInput : unmanaged
{
    private readonly PassMemory<TInput> _memory;
    private readonly BatchLayout _layout;
    private readonly BatchInputs<TInput> _inputs;
    private (int Seed, long Step, int First) _dropout;

    /// <summary>The code of a pass in this memory.</summary>
    protected PassCode(PassMemory<TInput> memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        _memory = memory;
        _layout = memory.Layout;
        _inputs = memory.Inputs;
    }

    // What is emitted

    /// <summary>
    /// Runs the steps <paramref name="first"/> … <paramref name="end"/> − 1, which have <paramref name="rows"/> rows, through all layers
    /// that work on steps, but the last layer.
    /// </summary>
    public abstract void ForwardSteps(int first, int end, nint rows, Share share);

    /// <summary>
    /// Runs the final states through the layers above the recurrent ones, but the last layer; unless overridden there are none.
    /// </summary>
    public virtual void ForwardFinal(Share share)
    {
    }

    /// <summary>
    /// Runs the last layer, without its activation, on some rows: into <see cref="Logits"/>; those of several outputs too.
    /// </summary>
    public abstract void Head(nint first, nint rows, Share share);

    /// <summary>Zeroes the sums that the gradients of the parameters are gathered in.</summary>
    public abstract void BeginBackward();

    /// <summary>Goes back through the last layer, from <see cref="LogitGradients"/> of some rows.</summary>
    public abstract void HeadBackward(nint first, nint rows, Share share);

    /// <summary>Goes back through all layers but the last one, over all <paramref name="rows"/> rows.</summary>
    public abstract void BackwardBody(nint rows, Share share);

    /// <summary>
    /// Writes the gathered gradients in the order and the shapes of the parameters, but adds those of an embedding to its table, which is
    /// zero.
    /// </summary>
    public abstract void StoreGradients(ref float gradients);

    /// <summary>
    /// Gives what a forward pass of one sequence has left: the gates and states of GRUs, and the outputs of other layers, but not the
    /// vectors of tokens, and not the outputs of a last layer that has logits.
    /// </summary>
    public abstract void Trace(TraceWriter trace);

    // What it reads

    /// <summary>Whether what the backward pass needs is saved.</summary>
    protected bool Training => _memory.Training;

    /// <summary>The most sequences of a batch.</summary>
    protected int MaxBatch => _memory.MaxBatch;

    /// <summary>The number of sequences.</summary>
    protected int BatchSize => _layout.BatchSize;

    /// <summary>The number of steps of the longest sequence of the batch.</summary>
    protected int StepCount => _layout.StepCount;

    /// <summary>For each step, how many sequences still run.</summary>
    protected ReadOnlySpan<int> Active(int from, int to) => _layout.Active(from, to);

    /// <summary>The number of rows of the steps <paramref name="from"/> … <paramref name="to"/> − 1.</summary>
    protected nint Rows(int from, int to) => _layout.Rows(from, to);

    /// <summary>Where the rows of all steps lie.</summary>
    protected RowPlaces Places => _layout.Places;

    /// <summary>The weights as the kernels read them.</summary>
    protected PackedWeights Weights => _memory.Weights;

    /// <summary>The packed weights at <paramref name="offset"/>.</summary>
    protected ref float Packed(nint offset) => ref Weights.Forward.At(offset);

    /// <summary>What is prepared for predictions, at <paramref name="offset"/>.</summary>
    protected ref float Prepared(nint offset) => ref Weights.Prepared!.At(offset);

    /// <summary>The weights row by row at <paramref name="offset"/>.</summary>
    protected ref float PackedBackward(nint offset) => ref Weights.Backward!.At(offset);

    /// <summary>tokens[rows] of the steps at hand.</summary>
    protected ref int Tokens => ref _inputs.Tokens;

    /// <summary>The tokens of the batch, each once; there are none in a pass without a backward pass.</summary>
    protected ref int BatchTokens => ref _inputs.BatchTokens!.First;

    /// <summary>How many of them there are.</summary>
    protected nint BatchTokenCount => _inputs.BatchTokens!.Count;

    /// <summary>
    /// tokens[rows], for tables with a row for each token: of <see cref="BatchTokens"/> while training, otherwise of the vocabulary.
    /// </summary>
    protected ref int RowTokens => ref _inputs.BatchTokens is { } tokens ? ref tokens.Rows : ref _inputs.Tokens;

    /// <summary>features[rows, input size, padded] of the steps at hand.</summary>
    protected ref float Features => ref _inputs.Features.Start;

    /// <summary>The gradient of <see cref="Features"/>.</summary>
    protected ref float FeatureGradients => ref _inputs.FeatureGradients.Start;

    /// <summary>Whether the gradient of the features is wanted.</summary>
    protected internal bool InputGradients { get; internal set; }

    /// <summary>logits[rows, output size, padded]: the last layer before its activation.</summary>
    protected ref float Logits => ref _memory.Heads[0].Logits.Start;

    /// <summary>The gradient of <see cref="Logits"/>.</summary>
    protected ref float LogitGradients => ref _memory.Heads[0].Gradients.Start;

    /// <summary><see cref="Logits"/> of one of several outputs, counted from 0.</summary>
    protected ref float LogitsOf(int output) => ref _memory.Heads[output].Logits.Start;

    /// <summary>The gradient of <see cref="LogitsOf"/>.</summary>
    protected ref float LogitGradientsOf(int output) => ref _memory.Heads[output].Gradients.Start;

    /// <summary>The states of the recurrent layer <paramref name="index"/>, counted from the bottom.</summary>
    protected RecurrentState State(int index) => _memory.States[index];

    /// <summary>The float at <paramref name="offset"/> from <paramref name="start"/>.</summary>
    protected static ref float At(ref float start, nint offset) => ref Unsafe.Add(ref start, offset);

    /// <summary>The null reference, for an optional tensor that a layer does not have.</summary>
    protected static ref float NoTensor => ref Unsafe.NullRef<float>();

    // What it calls

    /// <summary>Takes each sequence's last state among these steps as its state so far.</summary>
    /// <param name="index">The recurrent layer, counted from the bottom.</param>
    /// <param name="h">h[rows, hidden size, padded] of these steps.</param>
    /// <param name="from">The first of the steps.</param>
    /// <param name="to">The step after them.</param>
    /// <param name="share">Of which sequences.</param>
    protected void KeepFinalStates(int index, ref float h, int from, int to, Share share)
    {
        RecurrentState state = State(index);
        KeepLast(_layout, ref h, ref state.Final.Start, state.Stride, from, to, share);
    }

    /// <summary>Adds the gradients of the states that the sequences of this pass started from, if these were the model's own.</summary>
    /// <param name="state">The number of the state in the model.</param>
    /// <param name="stride">Its size, padded.</param>
    /// <param name="gradient">Gains the sum over all sequences: [stride].</param>
    [CLSCompliant(false)]
    protected void AddStateGradient<TVector>(int state, int stride, ref float gradient)
        where TVector : struct, ISimd<TVector>
    {
        if (!_memory.States.AreGiven)
        {
            ref float gradients = ref State(state).Gradient.Start;
            ColumnSums.Add<TVector>(ref gradients, (nuint)stride, (nuint)BatchSize, ref gradient, (nuint)stride, Share.Whole);
        }
    }

    /// <summary>Takes each sequence's last row among these steps; of a sequence without steps it is zeros.</summary>
    /// <param name="rows">rows[rows, stride] of these steps.</param>
    /// <param name="last">last[sequences, stride].</param>
    /// <param name="stride">The floats from one row to the next.</param>
    /// <param name="from">The first of the steps.</param>
    /// <param name="to">The step after them.</param>
    /// <param name="share">Of which sequences.</param>
    protected void KeepLastRows(ref float rows, ref float last, int stride, int from, int to, Share share)
    {
        if (from == 0)
        {
            Packing.Clear(ref Unsafe.Add(ref last, (nint)share.From * stride), (nint)share.Rows(BatchSize) * stride);
        }

        KeepLast(_layout, ref rows, ref last, stride, from, to, share);
    }

    [MethodImpl(Jit.Optimized)]
    private static void KeepLast(BatchLayout layout, ref float rows, ref float last, int stride, int from, int to, Share share)
    {
        if (from == to)
        {
            return;
        }

        // those that run to the end lie side by side
        int running = share.Rows(layout.Active(to - 1, to)[0]), first = share.From;
        Packing.Copy(
            ref Unsafe.Add(ref rows, (layout.Rows(from, to - 1) + first) * stride),
            ref Unsafe.Add(ref last, (nint)first * stride),
            (nint)running * stride);
        for (int row = first + running; row < first + share.Rows(layout.Active(from, to)[0]); row++)
        {
            nint place = layout.Rows(from, layout.Lengths[row] - 1) + row;
            Packing.CopyRow(ref Unsafe.Add(ref rows, place * stride), ref Unsafe.Add(ref last, (nint)row * stride), stride);
        }
    }
}
