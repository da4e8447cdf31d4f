using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Walks the rows that the last layer gives, step by step, and says which sequence of the batch each is, and which of its steps. One walk
/// goes through all blocks of rows from the first to the last, so that a row costs the same wherever it lies, and none is searched for.
/// </summary>
internal ref struct OutputWalk
{
    private readonly ReadOnlySpan<int> _order; // the sequences, longest first
    private readonly ReadOnlySpan<int> _active; // for each step, how many of them still run
    private readonly ReadOnlySpan<int> _inputSteps; // for each row its step of the input, where a token only fills sequences
    private int _step;
    private int _running; // of this step
    private int _place; // of the next row among them
    private int _row;

    private OutputWalk(ReadOnlySpan<int> order, ReadOnlySpan<int> active, ReadOnlySpan<int> inputSteps, int step, int running)
    {
        _order = order;
        _active = active;
        _inputSteps = inputSteps;
        _step = step;
        _running = running;
    }

    /// <summary>The rows of models with one output for each sequence: its step is 0.</summary>
    public static OutputWalk OfSequences(ReadOnlySpan<int> order) => new(order, [], [], step: 0, running: order.Length);

    /// <summary>The rows of models with an output for every step.</summary>
    /// <param name="order">The sequences in the order of their rows.</param>
    /// <param name="active">For each step, how many sequences still run.</param>
    /// <param name="inputSteps">
    /// The step of its input that each row is, counted from the first row of the walk; empty where it is the step itself.
    /// </param>
    /// <param name="from">The step of the first row.</param>
    public static OutputWalk OfSteps(ReadOnlySpan<int> order, ReadOnlySpan<int> active, ReadOnlySpan<int> inputSteps, int from) =>
        new(order, active, inputSteps, from, from < active.Length ? active[from] : 0);

    /// <summary>The sequence and the step of the next row.</summary>
    [MethodImpl(Jit.Inline)]
    public (int Sequence, int Step) Next()
    {
        if (_place == _running)
        {
            _running = _active[++_step];
            _place = 0;
        }

        int sequence = _order[_place++];
        return (sequence, _inputSteps.IsEmpty ? _step : _inputSteps[_row++]);
    }
}
