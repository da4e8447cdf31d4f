using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <content>The phases of a pass one by one, which predictions, losses and trainers drive; arguments are checked by the caller.</content>
public sealed partial class SequencePass<TInput>
{
    internal ModelSchema Schema => Memory.Schema;

    internal PassMemory<TInput> Memory { get; }

    internal BatchLayout Layout => Memory.Layout;

    internal PassThreads<TInput> Threads { get; }

    /// <summary>The code of the layers.</summary>
    internal PassCode<TInput> Code => _code;

    /// <summary>Whether the parameters have changed since they were packed for this pass.</summary>
    internal bool IsStale => Memory.Training && Memory.Weights.Version != _weights.Parameters.Version;

    /// <summary>Whether it is a pass of the model that these are the weights of.</summary>
    internal bool IsOf(ModelWeights<TInput> weights) => _weights == weights;

    internal void UseWeights(PackedWeights packed) => Memory.Weights = packed;

    // Forward: arrange, load, run

    /// <summary>Takes the lengths of a batch; every initial state is zero.</summary>
    internal void Arrange(ReadOnlySpan<int> lengths)
    {
        Layout.Arrange(lengths);
        Memory.Clocks.Arrange();
        Threads.Divide();
        Memory.States.Clear(lengths.Length);
        _hasForward = false;
    }

    /// <summary>Runs some sequences forward, all but the last layer.</summary>
    /// <param name="sequences">The sequences, whose inputs are checked.</param>
    /// <param name="indices">Which, up to <see cref="MaxBatch"/>.</param>
    /// <param name="initialStates">[batch, hidden size] for each recurrent layer one after another; empty for those of the model.</param>
    internal void RunForward(ISequences<TInput> sequences, ReadOnlySpan<int> indices, ReadOnlySpan<float> initialStates = default)
    {
        Span<int> lengths = _lengths.AsSpan(0, indices.Length);
        for (int i = 0; i < indices.Length; i++)
        {
            lengths[i] = Memory.Inputs.StepsOf(sequences[indices[i]]);
        }

        Arrange(lengths);
        for (int row = 0; row < indices.Length; row++)
        {
            Memory.Inputs.LoadRow(row, sequences[indices[Layout.Order[row]]], 0, Layout.StepCount);
        }

        if (!initialStates.IsEmpty)
        {
            Memory.States.SetInitial(initialStates, Layout.Order);
        }

        RunBody();
    }

    /// <summary>Forward through everything but the last layer, after all steps of all sequences are loaded.</summary>
    internal void RunBody()
    {
        if (IsStale)
        {
            _weights.Pack(Memory.Weights);
        }

        ForwardSteps(0, Layout.StepCount);
        Threads.ForwardFinal();
        _hasForward = true;
    }

    /// <summary>Runs some steps, which are loaded, through all layers that work on steps.</summary>
    internal void ForwardSteps(int from, int to)
    {
        if (from == 0 && !Memory.States.AreGiven)
        {
            Memory.States.StartFromLearned(_weights.Code, Memory.Weights, Layout.BatchSize);
        }

        Memory.Inputs.FindTokens(Layout.Rows(from, to));
        Threads.ForwardSteps(from, to);
    }

    internal void ForwardFinal() => Threads.ForwardFinal();

    /// <summary>The last layer, without its activation, on some rows.</summary>
    internal void Head(nint first, nint rows) => Threads.Head(first, rows);

    /// <summary>Which sequence, and which of its steps, each output row is, from the first one on.</summary>
    /// <param name="from">The first step that the pass holds.</param>
    internal OutputWalk WalkOutputs(int from = 0) => Schema.Output == SequenceOutput.Final
        ? OutputWalk.OfSequences(Layout.Order)
        : OutputWalk.OfSteps(
            Layout.Order,
            Memory.OutputLayout.Active(0, Memory.OutputLayout.StepCount),
            Memory.Clocks.OutputClock == 0 ? Memory.Inputs.StepsOfRows : [],
            from);

    // Backward: begin, the last layer block by block, finish

    /// <summary>The number of outputs of the last <see cref="Forward"/>, with those past the sequences' lengths.</summary>
    internal long OutputCount => (long)Layout.BatchSize * Schema.OutputSteps(_inputSteps);

    internal void RequireForward()
    {
        if (!_hasForward)
        {
            throw new InvalidOperationException("Backward follows a Forward of the same batch.");
        }
    }

    /// <summary>What comes before the backward pass through the last layer.</summary>
    internal void PrepareBackward(
        ReadOnlySpan<float> finalStateGradients, ReadOnlySpan<float> inputGradients, ReadOnlySpan<float> initialStateGradients)
    {
        CheckOrEmpty(finalStateGradients.Length, (long)Layout.BatchSize * StateSize, nameof(finalStateGradients));
        CheckOrEmpty(initialStateGradients.Length, (long)Layout.BatchSize * StateSize, nameof(initialStateGradients));
        long inputCount = Schema.ReadsTokens ? 0 : (long)Layout.BatchSize * _inputSteps * Schema.InputSize;
        CheckOrEmpty(inputGradients.Length, inputCount, nameof(inputGradients));
        SeparateMemory.Check(finalStateGradients, inputGradients);
        if (finalStateGradients != initialStateGradients) // the same floats may be both: those are read before these are written
        {
            SeparateMemory.Check(finalStateGradients, initialStateGradients);
        }

        SeparateMemory.Check(inputGradients, initialStateGradients);

        _code.InputGradients = !inputGradients.IsEmpty;
        if (_code.InputGradients)
        {
            Memory.Inputs.WantGradients();
        }

        BeginGradients();
        if (!finalStateGradients.IsEmpty)
        {
            Memory.States.SetGradients(finalStateGradients, Layout.Order);
        }
    }

    /// <summary>What comes after the backward pass through the last layer.</summary>
    internal void CompleteBackward(Span<float> inputGradients, Span<float> initialStateGradients)
    {
        FinishGradients();
        _code.InputGradients = false;
        if (!inputGradients.IsEmpty)
        {
            Memory.Inputs.WriteGradients(inputGradients, _inputSteps);
        }

        if (!initialStateGradients.IsEmpty)
        {
            CopyInitialStateGradientsTo(initialStateGradients);
        }
    }

    internal void BeginGradients()
    {
        _code.BeginBackward();
        Memory.States.ClearGradients(Layout.BatchSize);
    }

    /// <summary>Goes back through the last layer, from the gradients of its rows.</summary>
    internal void HeadBackward(nint first, nint rows) => Threads.HeadBackward(first, rows);

    internal void FinishGradients()
    {
        Threads.BackwardBody();
        Memory.Gradients.Begin(Memory.Inputs.BatchTokens is { } tokens ? tokens.All : []);
        _code.StoreGradients(ref Memory.Gradients.Buffer.Start);
    }

    /// <summary>Copies the gradients of the initial states that the last backward pass left, laid out like the states.</summary>
    internal void CopyInitialStateGradientsTo(Span<float> gradients) => Memory.States.CopyGradientsTo(gradients, Layout.Order);

    /// <summary>Whether a part of the loss ends before the row <paramref name="next"/>.</summary>
    internal bool EndsPart(nint next) => next % Memory.LossPart == 0;

    /// <summary>The last layer with its activation, block by block, each row to its place.</summary>
    [MethodImpl(Jit.Optimized)]
    private void WriteOutputs(Span<float> outputs)
    {
        if (Schema.Output == SequenceOutput.EveryStep)
        {
            outputs.Clear();
        }

        int size = Schema.OutputSize;
        OutputWalk walk = WalkOutputs();
        for (nint first = 0; first < Memory.OutputRows; first += Memory.HeadBlock)
        {
            int rows = (int)Math.Min(Memory.HeadBlock, Memory.OutputRows - first);
            Head(first, rows);
            Memory.Activate(rows);
            for (int row = 0; row < rows; row++)
            {
                Memory.CopyOutput(row, outputs, LabelPlace(walk.Next()) * size);
            }
        }
    }

    [MethodImpl(Jit.Optimized)]
    private void ReadGradients(ReadOnlySpan<float> outputGradients, ref OutputWalk walk, int rows)
    {
        foreach (OutputHead head in Memory.Heads)
        {
            head.Gradients.Span[..(rows * head.Stride)].Clear();
        }

        for (int row = 0; !outputGradients.IsEmpty && row < rows; row++)
        {
            int place = LabelPlace(walk.Next()) * Schema.OutputSize;
            foreach (OutputHead head in Memory.Heads)
            {
                Faint.Copy(outputGradients.Slice(place + head.Schema.Offset, head.Schema.Size), head.Gradients.Span[(row * head.Stride)..]);
            }
        }
    }

    /// <summary>Where the label, or the outputs, of a row are among those of the batch.</summary>
    internal int LabelPlace((int Sequence, int Step) row) => row.Sequence * _outputSteps + row.Step;
}
