namespace GruGen;

/// <content>
/// Many sequences in one call: from anything that can be gone through, or from arrays as NumPy users have them. Targets are those of
/// sequences, or of steps where the model has an output for every step.
/// </content>
public sealed partial class SequenceDataset<TInput>
{
    /// <summary>Adds sequences with a label each: <c>data.AddRange(inputs.Zip(labels))</c>.</summary>
    /// <param name="sequences">
    /// The tokens of each sequence, or the features of all its steps one after another, and its class, 0 to outputs − 1; 0 or 1 for a model
    /// with a single output.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A sequence is refused, as by <see cref="Add(ReadOnlySpan{TInput}, int)"/>. The message says which and why; those before it stay.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The model gives an output for every step, its targets are numbers, or the dataset has targets of another kind.
    /// </exception>
    public void AddRange(IEnumerable<(TInput[] Input, int Label)> sequences) =>
        AddEach(sequences, sequence => Add(NotNull(sequence.Input, nameof(sequence.Input)), sequence.Label));

    /// <summary>Adds sequences with a number each, for a model with a single output.</summary>
    /// <param name="sequences">
    /// The tokens of each sequence, or the features of all its steps one after another, and the number, which is kept as a
    /// <see cref="float"/>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A sequence is refused, as by <see cref="Add(ReadOnlySpan{TInput}, double)"/>. The message says which and why; those before it stay.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The model gives an output for every step, or the dataset has targets of another kind.
    /// </exception>
    public void AddRange(IEnumerable<(TInput[] Input, double Target)> sequences) =>
        AddEach(sequences, sequence => Add(NotNull(sequence.Input, nameof(sequence.Input)), sequence.Target));

    /// <inheritdoc cref="AddRange(IEnumerable{ValueTuple{TInput[], double}})"/>
    public void AddRange(IEnumerable<(TInput[] Input, float Target)> sequences) =>
        AddEach(sequences, sequence => Add(NotNull(sequence.Input, nameof(sequence.Input)), sequence.Target));

    /// <summary>Adds sequences with a label for every step.</summary>
    /// <param name="sequences">
    /// The tokens of each sequence, or the features of all its steps one after another, and its labels; −1
    /// (<see cref="SequenceDataset.NotCounted"/>) for a step that does not count.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A sequence is refused, as by <see cref="AddPerStep(ReadOnlySpan{TInput}, ReadOnlySpan{int})"/>. The message says which and why;
    /// those before it stay.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The model gives one output for a sequence, its targets are numbers, or the dataset has targets of another kind.
    /// </exception>
    public void AddRange(IEnumerable<(TInput[] Input, int[] Labels)> sequences) =>
        AddEach(sequences, sequence =>
            AddPerStep(NotNull(sequence.Input, nameof(sequence.Input)), NotNull(sequence.Labels, nameof(sequence.Labels))));

    /// <summary>Adds sequences with a number for each output.</summary>
    /// <param name="sequences">
    /// The tokens of each sequence, or the features of all its steps one after another, and its numbers: [output size], or
    /// [steps, output size] where the model gives an output for every step.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A sequence is refused, as by <see cref="Add(ReadOnlySpan{TInput}, ReadOnlySpan{float})"/>. The message says which and why; those
    /// before it stay.
    /// </exception>
    /// <exception cref="InvalidOperationException">The dataset has targets of another kind.</exception>
    public void AddRange(IEnumerable<(TInput[] Input, float[] Targets)> sequences) =>
        AddEach(sequences, sequence =>
            AddValues(NotNull(sequence.Input, nameof(sequence.Input)), NotNull(sequence.Targets, nameof(sequence.Targets))));

    /// <summary>Adds equally long sequences with labels.</summary>
    /// <param name="inputs">tokens[count, steps], or inputs[count, steps, features], row-major as NumPy has them.</param>
    /// <param name="steps">The number of steps of each sequence.</param>
    /// <param name="labels">labels[count], or labels[count, steps] where the model gives an output for every step.</param>
    /// <exception cref="ArgumentException">
    /// A span has a length that does not fit the other, or a sequence is refused, as by <see cref="Add(ReadOnlySpan{TInput}, int)"/> or
    /// <see cref="AddPerStep(ReadOnlySpan{TInput}, ReadOnlySpan{int})"/>. The message says which and why; those before it stay.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    /// <exception cref="InvalidOperationException">The model's targets are numbers, or the dataset has targets of another kind.</exception>
    public void AddRange(ReadOnlySpan<TInput> inputs, int steps, ReadOnlySpan<int> labels)
    {
        (int count, int size, int rows) = Shape(inputs.Length, steps, labels.Length, 1, nameof(labels));
        for (int i = 0; i < count; i++)
        {
            try
            {
                ReadOnlySpan<TInput> input = inputs.Slice(i * size, size);
                if (PerStep)
                {
                    AddPerStep(input, labels.Slice(i * rows, rows));
                }
                else
                {
                    Add(input, labels[i]);
                }
            }
            catch (ArgumentException exception)
            {
                throw Refused(i, exception, exception.ParamName == "input" ? nameof(inputs) : nameof(labels));
            }
        }
    }

    /// <summary>Adds equally long sequences with a number for each output.</summary>
    /// <param name="inputs">tokens[count, steps], or inputs[count, steps, features], row-major as NumPy has them.</param>
    /// <param name="steps">The number of steps of each sequence.</param>
    /// <param name="targets">
    /// targets[count, output size], or targets[count, steps, output size] where the model gives an output for every step.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A span has a length that does not fit the other, or a sequence is refused, as by
    /// <see cref="Add(ReadOnlySpan{TInput}, ReadOnlySpan{float})"/>. The message says which and why; those before it stay.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    /// <exception cref="InvalidOperationException">The dataset has targets of another kind.</exception>
    public void AddRange(ReadOnlySpan<TInput> inputs, int steps, ReadOnlySpan<float> targets)
    {
        (int count, int size, int rows) = Shape(inputs.Length, steps, targets.Length, Schema.OutputSize, nameof(targets));
        for (int i = 0; i < count; i++)
        {
            try
            {
                AddValues(inputs.Slice(i * size, size), targets.Slice(i * rows, rows));
            }
            catch (ArgumentException exception)
            {
                throw Refused(i, exception, exception.ParamName == "input" ? nameof(inputs) : nameof(targets));
            }
        }
    }

    private static void AddEach<T>(IEnumerable<T> sequences, Action<T> add)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        int i = 0;
        foreach (T sequence in sequences)
        {
            try
            {
                add(sequence);
            }
            catch (ArgumentException exception)
            {
                throw Refused(i, exception, nameof(sequences));
            }

            i++;
        }
    }

    private static T[] NotNull<T>(T[]? values, string name) => values ?? throw new ArgumentNullException(name);

    private static ArgumentException Refused(int sequence, ArgumentException exception, string name) =>
        new($"Sequence {sequence} of '{name}': {exception.Message}", name, exception);

    internal void AddValues(ReadOnlySpan<TInput> input, ReadOnlySpan<float> targets)
    {
        if (PerStep)
        {
            AddPerStep(input, targets);
        }
        else
        {
            Add(input, targets);
        }
    }

    /// <summary>The number of sequences of an array, and the elements and targets of each.</summary>
    private (int Count, int Size, int Rows) Shape(int inputs, int steps, int targets, int outputs, string name)
    {
        int size = checked(Check.Positive(steps, nameof(steps)) * _stepSize), rows = checked(Schema.OutputSteps(steps) * outputs);
        (int count, int rest) = Math.DivRem(inputs, size);
        if (rest != 0)
        {
            throw new ArgumentException(
                $"'{nameof(inputs)}' has {inputs} elements, but a multiple of {size} is expected: {steps} steps of {_stepSize}.",
                nameof(inputs));
        }

        CheckLength(targets, (long)count * rows, name, $"{rows} for each of {count} sequences");
        return (count, size, rows);
    }
}
