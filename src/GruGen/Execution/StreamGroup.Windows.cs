namespace GruGen;

/// <content>Models that make one step of several, of which each stream has an output after some of its steps.</content>
public sealed partial class StreamGroup<TInput>
{
    private Sorting? _sorting; // once such a model takes a step

    /// <summary>
    /// Takes one step of every stream of any model. One with layers that make one step of several has an output after some steps of a
    /// stream only, as <see cref="SequenceStream{TInput}.TryStep"/> says.
    /// </summary>
    /// <param name="inputs">tokens[count], or features[count, input size].</param>
    /// <param name="outputs">
    /// Receives outputs[count, output size] of the streams that have one after this step; those of the others stay as they are. Must not
    /// overlap <paramref name="inputs"/>.
    /// </param>
    /// <param name="answers">Receives for each stream whether it has one: [count].</param>
    /// <inheritdoc cref="Step(ReadOnlySpan{TInput}, Span{float})" path="/exception"/>
    public void TryStep(ReadOnlySpan<TInput> inputs, Span<float> outputs, Span<bool> answers)
    {
        CheckLength(answers.Length, Count, 1, nameof(answers));
        if (!Schema.ChangesSteps)
        {
            Step(inputs, outputs);
            answers.Fill(true);
            return;
        }

        Check(Count, inputs, outputs);
        _sorting ??= new Sorting(Schema, Count);
        TryStep(_sorting, _sorting.All, inputs, outputs, answers);
    }

    /// <summary>Takes one step of some streams of any model; the others keep their states.</summary>
    /// <param name="streams">Which, in any order, each at most once; may be empty.</param>
    /// <param name="inputs">tokens[streams], or features[streams, input size], in the order of <paramref name="streams"/>.</param>
    /// <param name="outputs">
    /// Receives outputs[streams, output size] in the same order, of the streams that have one after this step; those of the others stay as
    /// they are. Must not overlap the other spans.
    /// </param>
    /// <param name="answers">Receives for each of the streams whether it has one, in the same order.</param>
    /// <inheritdoc cref="Step(ReadOnlySpan{int}, ReadOnlySpan{TInput}, Span{float})" path="/exception"/>
    public void TryStep(ReadOnlySpan<int> streams, ReadOnlySpan<TInput> inputs, Span<float> outputs, Span<bool> answers)
    {
        CheckLength(answers.Length, streams.Length, 1, nameof(answers));
        if (!Schema.ChangesSteps)
        {
            Step(streams, inputs, outputs);
            answers.Fill(true);
            return;
        }

        Check(streams);
        Check(streams.Length, inputs, outputs);
        SeparateMemory.Check(streams, outputs);
        _sorting ??= new Sorting(Schema, Count);
        TryStep(_sorting, streams, inputs, outputs, answers);
    }

    private void TryStep(
        Sorting sorting, ReadOnlySpan<int> streams, ReadOnlySpan<TInput> inputs, Span<float> outputs, Span<bool> answers)
    {
        int size = Schema.OutputSize;
        for (int first = 0; first < streams.Length; first += BlockStreams)
        {
            int rows = Math.Min(BlockStreams, streams.Length - first);
            sorting.Sort(_states, streams.Slice(first, rows));
            for (int row = 0; row < rows; row++)
            {
                inputs.Slice((first + sorting.Places[row]) * StepSize, StepSize).CopyTo(sorting.Inputs.AsSpan(row * StepSize));
            }

            int some = sorting.Counts[^1];
            ReadOnlySpan<int> sorted = sorting.Streams.AsSpan(0, rows);
            _states.Gather(sorted);
            _steps.TryStep(
                rows, sorting.Counts, _states.Gathered, sorting.Inputs.AsSpan(0, rows * StepSize), sorting.Outputs.AsSpan(0, some * size));
            _states.PutBack(sorted);
            for (int row = 0; row < rows; row++)
            {
                int place = first + sorting.Places[row];
                answers[place] = row < some;
                if (row < some)
                {
                    sorting.Outputs.AsSpan(row * size, size).CopyTo(outputs.Slice(place * size, size));
                }
            }
        }
    }

    /// <summary>Throws where not every step has an output.</summary>
    private void RequireOutputs()
    {
        if (Schema.ChangesSteps)
        {
            throw Schema.OnlySomeSteps();
        }
    }

    /// <summary>
    /// The streams of a block in the order of how many of the model's clocks have a step now: of each clock it is the first ones, as the
    /// rows of a batch are.
    /// </summary>
    private sealed class Sorting
    {
        private readonly (int State, int Place, StepWindows Windows)[] _clocks; // the state that counts the steps of each
        private readonly int[] _depths = new int[BlockStreams];

        public Sorting(ModelSchema schema, int count)
        {
            _clocks = schema.Counters;
            Counts = new int[_clocks.Length];
            All = [.. Enumerable.Range(0, count)];
            int rows = Math.Min(BlockStreams, count);
            (Places, Streams) = (new int[rows], new int[rows]);
            Inputs = new TInput[rows * (schema.ReadsTokens ? 1 : schema.InputSize)];
            Outputs = new float[rows * schema.OutputSize];
        }

        /// <summary>Every stream.</summary>
        public int[] All { get; }

        /// <summary>The place among the streams given of each one that is sorted.</summary>
        public int[] Places { get; }

        /// <summary>The streams, sorted.</summary>
        public int[] Streams { get; }

        /// <summary>How many of them have a step of each clock beyond that of the input.</summary>
        public int[] Counts { get; }

        /// <summary>Room for their inputs.</summary>
        public TInput[] Inputs { get; }

        /// <summary>Room for their outputs.</summary>
        public float[] Outputs { get; }

        /// <summary>Sorts some streams by their states.</summary>
        public void Sort(GroupStates states, ReadOnlySpan<int> streams)
        {
            Array.Clear(Counts);
            for (int i = 0; i < streams.Length; i++)
            {
                int depth = 0;
                while (depth < _clocks.Length && states[streams[i], _clocks[depth].State][0] + 1 == _clocks[depth].Windows.Size)
                {
                    Counts[depth++]++;
                }

                _depths[i] = depth;
            }

            int row = 0;
            for (int depth = _clocks.Length; depth >= 0; depth--)
            {
                for (int i = 0; i < streams.Length; i++)
                {
                    if (_depths[i] == depth)
                    {
                        (Places[row], Streams[row]) = (i, streams[i]);
                        row++;
                    }
                }
            }
        }
    }
}
