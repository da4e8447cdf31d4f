using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GruGen;

/// <summary>
/// Sequences of different lengths with their targets, for models with the same inputs and outputs. What does not fit is refused when it is
/// added.
/// </summary>
/// <remarks>
/// <para>For a model with one output for each sequence, add sequences with <c>Add</c>; for one with an output for every step, with
/// <c>AddPerStep</c>. A target is a label (a class, or 0 or 1 for a model with a single output) or a number for each output; all targets of
/// a dataset are of the same kind. A weight says how much it counts in losses and metrics.</para>
/// <para>All sequences are kept in a few contiguous arrays. They may be empty. Masked steps, which hold the model's padding token or, in
/// all features, its mask value, are left out when a sequence is added, and their targets with them.</para>
/// </remarks>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
public sealed partial class SequenceDataset<TInput> : SequenceDataset, ISequences<TInput>
    where TInput : unmanaged
{
    private readonly List<TInput> _inputs = [];
    private readonly int _stepSize;

    /// <summary>An empty dataset for models of <paramref name="schema"/>.</summary>
    /// <param name="schema">The model's layers, which say what inputs and targets it takes.</param>
    /// <exception cref="ArgumentException">
    /// The model reads tokens and <typeparamref name="TInput"/> is for features, or the other way round.
    /// </exception>
    public SequenceDataset(ModelSchema schema)
        : base(schema)
    {
        schema.RequireInputs<TInput>(nameof(schema));
        _stepSize = schema.ReadsTokens ? 1 : schema.InputSize;
    }

    ReadOnlySpan<TInput> ISequences<TInput>.this[int index] => Input(index);

    /// <summary>Adds a sequence with a label.</summary>
    /// <param name="input">The tokens, or the features of all steps one after another.</param>
    /// <param name="label">The class, 0 to outputs − 1; 0 or 1 for a model with a single output.</param>
    /// <exception cref="ArgumentException">The number of features is no multiple of the model's input size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A token is not in the vocabulary, a feature is not finite, or there is no such label.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The model gives an output for every step; it has a single output that is no sigmoid, so its targets are numbers (write <c>1f</c>
    /// instead of <c>1</c>); or the dataset has targets of another kind.
    /// </exception>
    public void Add(ReadOnlySpan<TInput> input, int label) => Add(input, label, weight: 1);

    /// <summary>Adds a sequence with a number for each output.</summary>
    /// <param name="input">The tokens, or the features of all steps one after another.</param>
    /// <param name="target">The numbers.</param>
    /// <exception cref="ArgumentException">A span has a length that does not fit the model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary, or a number is not finite.</exception>
    /// <exception cref="InvalidOperationException">
    /// The model gives an output for every step, or the dataset has targets of another kind.
    /// </exception>
    public void Add(ReadOnlySpan<TInput> input, ReadOnlySpan<float> target) => Add(input, target, weight: 1);

    /// <summary>Adds a sequence with a number, for a model with a single output.</summary>
    /// <param name="input">The tokens, or the features of all steps one after another.</param>
    /// <param name="target">The number, which is kept as a <see cref="float"/>.</param>
    /// <exception cref="ArgumentException">The input has a length that does not fit the model, or the model has more outputs.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A token is not in the vocabulary, or a number is not finite as a <see cref="float"/>.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The model gives an output for every step, or the dataset has targets of another kind.
    /// </exception>
    public void Add(ReadOnlySpan<TInput> input, double target) => Add(input, [(float)target]);

    /// <summary>Adds a sequence with a label for every step.</summary>
    /// <param name="input">The tokens, or the features of all steps one after another.</param>
    /// <param name="labels">
    /// The labels, one for each step; −1 (<see cref="SequenceDataset.NotCounted"/>) for a step that does not count.
    /// </param>
    /// <exception cref="ArgumentException">A span has a length that does not fit the model or the number of steps.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A token is not in the vocabulary, a feature is not finite, or there is no such label.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The model gives one output for a sequence; it has a single output that is no sigmoid, so its targets are numbers; or the dataset has
    /// targets of another kind.
    /// </exception>
    public void AddPerStep(ReadOnlySpan<TInput> input, ReadOnlySpan<int> labels) => AddPerStep(input, labels, weights: []);

    /// <summary>Adds a sequence with a number for each output of every step.</summary>
    /// <param name="input">The tokens, or the features of all steps one after another.</param>
    /// <param name="targets">targets[steps, output size]</param>
    /// <param name="counted">
    /// Whether each step counts in losses and metrics; the <paramref name="targets"/> of a step that does not are ignored. Empty, the
    /// default, if all steps count.
    /// </param>
    /// <param name="weights">
    /// The weight of each step, or one for all of them; from 0 on. Empty, the default, if each is 1. Unlike one that is not counted, a step
    /// of weight 0 is among those that a mean is divided by (<see cref="Loss.NormalizesWeights"/>).
    /// </param>
    /// <exception cref="ArgumentException">A span has a length that does not fit the model or the number of steps.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A token is not in the vocabulary, a number is not finite, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The model gives one output for a sequence, or the dataset has targets of another kind.
    /// </exception>
    public void AddPerStep(
        ReadOnlySpan<TInput> input,
        ReadOnlySpan<float> targets,
        ReadOnlySpan<bool> counted = default,
        ReadOnlySpan<float> weights = default)
    {
        int steps = CheckInput(input);
        CheckValues(targets, counted, steps, perStep: true, nameof(targets));
        CheckWeights(weights, steps);
        Append(
            AddInput(input),
            TargetsOf(input, targets, Schema.OutputSize),
            counted.IsEmpty ? counted : TargetsOf(input, counted, size: 1),
            weights.Length <= 1 ? weights : TargetsOf(input, weights, size: 1));
    }

    /// <summary>
    /// The tokens of a sequence, or the features of all its steps one after another, without masked steps. The span is valid until the next
    /// sequence is added.
    /// </summary>
    /// <param name="index">The sequence, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sequence.</exception>
    public ReadOnlySpan<TInput> Input(int index) =>
        CollectionsMarshal.AsSpan(_inputs).Slice(Start(index) * _stepSize, Length(index) * _stepSize);

    /// <summary>Copies the first <paramref name="count"/> sequences to a new dataset.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative, or more than there are.</exception>
    public SequenceDataset<TInput> Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        return Subset([.. Enumerable.Range(0, count)]);
    }

    /// <summary>Copies some sequences to a new dataset.</summary>
    /// <param name="indices">The indices of the sequences, in the order that the new dataset has them in.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sequence.</exception>
    public SequenceDataset<TInput> Subset(ReadOnlySpan<int> indices)
    {
        var subset = new SequenceDataset<TInput>(Schema);
        foreach (int index in indices)
        {
            subset._inputs.AddRange(Input(index));
            subset.AppendFrom(this, index);
        }

        return subset;
    }

    /// <summary>Forgets all sequences, but keeps the memory for others.</summary>
    internal void Clear()
    {
        _inputs.Clear();
        ClearTargets();
    }

    /// <summary>Says that the sequences are chunks of so many streams.</summary>
    internal SequenceDataset<TInput> AsStreams(int streams)
    {
        MakeStreams(streams);
        return this;
    }

    /// <summary>Adds the steps that do not only fill the sequence, and gives their number.</summary>
    private int AddInput(ReadOnlySpan<TInput> input)
    {
        int before = _inputs.Count;
        _inputs.AddRange(WithoutPadding(input, input, size: _stepSize));
        return (_inputs.Count - before) / _stepSize;
    }

    /// <summary>
    /// What belongs to the outputs of the steps that do not only fill the sequence: to the first outputs, where they are made of several.
    /// </summary>
    private ReadOnlySpan<T> TargetsOf<T>(ReadOnlySpan<TInput> input, ReadOnlySpan<T> values, int size) => Schema.ChangesSteps
        ? values[..(Schema.OutputSteps(Schema.StepsOf(input)) * size)]
        : WithoutPadding(input, values, size);

    /// <summary>What belongs to the steps that do not only fill the sequence.</summary>
    private ReadOnlySpan<T> WithoutPadding<T>(ReadOnlySpan<TInput> input, ReadOnlySpan<T> values, int size)
    {
        int steps = input.Length / _stepSize;
        if (Schema.StepsOf(input) == steps)
        {
            return values;
        }

        List<T> kept = [];
        for (int t = 0; t < steps; t++)
        {
            if (!Schema.IsMasked(input, t))
            {
                kept.AddRange(values.Slice(t * size, size));
            }
        }

        return CollectionsMarshal.AsSpan(kept);
    }

    /// <summary>The number of steps of a sequence, after a check of its length and of its tokens or features.</summary>
    internal static int CheckInput(ModelSchema schema, ReadOnlySpan<TInput> input, string name)
    {
        int stepSize = schema.ReadsTokens ? 1 : schema.InputSize;
        (int steps, int rest) = Math.DivRem(input.Length, stepSize);
        if (rest != 0)
        {
            throw new ArgumentException(
                $"'{name}' has {input.Length} elements, but a multiple of {stepSize} (features a step) is expected.", name);
        }

        for (int i = 0; i < input.Length; i++)
        {
            TInput element = input[i];
            if (typeof(TInput) == typeof(int))
            {
                if (Unsafe.BitCast<TInput, uint>(element) >= (uint)schema.InputSize)
                {
                    throw BatchInputs<TInput>.BadToken(Unsafe.BitCast<TInput, int>(element), i, schema.InputSize, name);
                }
            }
            else if (!float.IsFinite(Unsafe.BitCast<TInput, float>(element)))
            {
                throw new ArgumentOutOfRangeException(
                    name, element, $"Feature {i % stepSize} of step {i / stepSize} is {element}, which is no number to learn from.");
            }
        }

        return steps;
    }

    private int CheckInput(ReadOnlySpan<TInput> input) => CheckInput(Schema, input, nameof(input));
}
