namespace GruGen;

/// <content>
/// Targets with weights, which say how much each counts in losses and metrics (Keras' <c>sample_weight</c>). A mean is divided by the
/// number of targets, those of weight 0 among them, unless the loss says otherwise (<see cref="Loss.NormalizesWeights"/>).
/// </content>
public sealed partial class SequenceDataset<TInput>
{
    /// <summary>Adds a sequence with a label and its weight.</summary>
    /// <param name="input">The tokens, or the features of all steps one after another.</param>
    /// <param name="label">The class, 0 to outputs − 1; 0 or 1 for a model with a single output.</param>
    /// <param name="weight">How much it counts, from 0 on, which is kept as a <see cref="float"/>; 1 is as without it.</param>
    /// <exception cref="ArgumentException">The number of features is no multiple of the model's input size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A token is not in the vocabulary, a feature is not finite, there is no such label, or the weight is negative or not finite.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The model gives an output for every step; it has a single output that is no sigmoid, so its targets are numbers (write <c>1f</c>
    /// instead of <c>1</c>); or the dataset has targets of another kind.
    /// </exception>
    public void Add(ReadOnlySpan<TInput> input, int label, double weight)
    {
        CheckInput(input);
        CheckLabel(label);
        float own = CheckWeight(weight, nameof(weight));
        Append(AddInput(input), [label], [own]);
    }

    /// <summary>Adds a sequence with a number for each output, and a weight.</summary>
    /// <param name="input">The tokens, or the features of all steps one after another.</param>
    /// <param name="target">The numbers.</param>
    /// <param name="weight">How much they count, from 0 on, which is kept as a <see cref="float"/>; 1 is as without it.</param>
    /// <exception cref="ArgumentException">A span has a length that does not fit the model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A token is not in the vocabulary, a number is not finite, or the weight is negative or not finite.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The model gives an output for every step, or the dataset has targets of another kind.
    /// </exception>
    public void Add(ReadOnlySpan<TInput> input, ReadOnlySpan<float> target, double weight)
    {
        int steps = CheckInput(input);
        CheckValues(target, [], steps, perStep: false, nameof(target));
        float own = CheckWeight(weight, nameof(weight));
        Append(AddInput(input), target, [], [own]);
    }

    /// <summary>Adds a sequence with a number, for a model with a single output, and its weight.</summary>
    /// <param name="input">The tokens, or the features of all steps one after another.</param>
    /// <param name="target">The number, which is kept as a <see cref="float"/>.</param>
    /// <param name="weight">How much it counts, from 0 on, which is kept as a <see cref="float"/>; 1 is as without it.</param>
    /// <exception cref="ArgumentException">The input has a length that does not fit the model, or the model has more outputs.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A token is not in the vocabulary, a number is not finite as a <see cref="float"/>, or the weight is negative or not finite.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The model gives an output for every step, or the dataset has targets of another kind.
    /// </exception>
    public void Add(ReadOnlySpan<TInput> input, double target, double weight) => Add(input, [(float)target], weight);

    /// <summary>Adds a sequence with a label for every step, and weights.</summary>
    /// <param name="input">The tokens, or the features of all steps one after another.</param>
    /// <param name="labels">
    /// The labels, one for each step; −1 (<see cref="SequenceDataset.NotCounted"/>) for a step that does not count.
    /// </param>
    /// <param name="weights">
    /// The weight of each step, or one for all of them; from 0 on. Empty if each is 1. Unlike one that is not counted, a step of weight 0
    /// is among those that a mean is divided by (<see cref="Loss.NormalizesWeights"/>).
    /// </param>
    /// <exception cref="ArgumentException">A span has a length that does not fit the model or the number of steps.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A token is not in the vocabulary, a feature is not finite, there is no such label, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The model gives one output for a sequence; it has a single output that is no sigmoid, so its targets are numbers; or the dataset has
    /// targets of another kind.
    /// </exception>
    public void AddPerStep(ReadOnlySpan<TInput> input, ReadOnlySpan<int> labels, ReadOnlySpan<float> weights)
    {
        int steps = CheckInput(input);
        CheckLabels(labels, steps);
        CheckWeights(weights, steps);
        Append(
            AddInput(input),
            TargetsOf(input, labels, size: 1),
            weights.Length <= 1 ? weights : TargetsOf(input, weights, size: 1));
    }
}
