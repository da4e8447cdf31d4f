namespace GruGen;

/// <content>What belongs to the inputs and outputs of a model, and is saved with it.</content>
public abstract partial class SequenceModel<TInput>
{
    /// <summary>
    /// The tokens of texts, with which the model reads them (<see cref="TextPredictions"/>); null, until it is set or read from a file.
    /// <see cref="Save(string)"/> writes it.
    /// </summary>
    /// <remarks>It may have fewer tokens than the model's <c>Embedding</c> declares.</remarks>
    /// <exception cref="InvalidOperationException">The model reads features.</exception>
    /// <exception cref="ArgumentException">
    /// It has more tokens than the model declares, or another padding token.
    /// </exception>
    public Vocabulary? Vocabulary
    {
        get => Attachments.Vocabulary;
        set => Attachments = Attachments with { Vocabulary = Checked(value, ModelAttachments.CheckVocabulary) };
    }

    /// <summary>
    /// What the labels 0, 1, … are called, with which <see cref="PredictLabelName"/> answers; null, until it is set or read from a file.
    /// <see cref="Save(string)"/> writes it. A model with a single sigmoid has two labels.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model ends with no softmax or single sigmoid, so it has no labels.</exception>
    /// <exception cref="ArgumentException">
    /// There are more or fewer names than labels, or one is empty, malformed, or there twice.
    /// </exception>
    public IReadOnlyList<string>? LabelNames
    {
        get => Attachments.LabelNames;
        set => Attachments = Attachments with
        {
            LabelNames = Checked(value is null ? null : Array.AsReadOnly([.. value]), ModelAttachments.CheckLabelNames),
        };
    }

    /// <summary>
    /// The scaling that turns features in their own units into those that the model reads; null, until it is set or read from a file.
    /// <see cref="Save(string)"/> writes it. <see cref="ScaledPredictions.PredictUnscaled"/> uses it; all other methods take features that
    /// are scaled, and so do streams.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model reads tokens.</exception>
    /// <exception cref="ArgumentException">It is for another number of features than a step of the model has.</exception>
    public FeatureScaler? InputScaler
    {
        get => Attachments.InputScaler;
        set => Attachments = Attachments with { InputScaler = Checked(value, ModelAttachments.CheckInputScaler) };
    }

    /// <summary>
    /// The scaling that turned targets in their own units into those that the model learned; null, until it is set or read from a file.
    /// <see cref="Save(string)"/> writes it. <see cref="ScaledPredictions.PredictUnscaled"/> uses it; all other methods give the outputs as
    /// they are, and so do streams.
    /// </summary>
    /// <remarks>
    /// Where it has fewer features than the model has outputs, it is for each group of so many, as those of several days.
    /// </remarks>
    /// <exception cref="ArgumentException">The number of outputs is no multiple of its features.</exception>
    public FeatureScaler? OutputScaler
    {
        get => Attachments.OutputScaler;
        set => Attachments = Attachments with { OutputScaler = Checked(value, ModelAttachments.CheckOutputScaler) };
    }

    internal ModelAttachments Attachments { get; set; } = ModelAttachments.None;

    /// <summary>The name of the label that the model predicts of one sequence.</summary>
    /// <param name="input">The tokens, or the features of all steps one after another; may be empty.</param>
    /// <returns>The name in <see cref="LabelNames"/> of what <see cref="PredictLabel"/> gives.</returns>
    /// <exception cref="InvalidOperationException">
    /// The model has no <see cref="LabelNames"/>, or gives an output for every step.
    /// </exception>
    /// <exception cref="ArgumentException">The input has a length that does not fit the model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary.</exception>
    public string PredictLabelName(ReadOnlySpan<TInput> input) => RequireLabelNames()[PredictLabel(input)];

    /// <summary>What the labels are called; throws if nothing says so.</summary>
    internal IReadOnlyList<string> RequireLabelNames() => LabelNames ?? throw new InvalidOperationException(
        $"Nothing says what the labels of {Schema.Name} are called: set its {nameof(LabelNames)}.");

    private T? Checked<T>(T? value, Action<ModelSchema, T> check)
        where T : class
    {
        if (value is not null)
        {
            check(Schema, value);
        }

        return value;
    }
}
