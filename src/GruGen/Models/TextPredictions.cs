namespace GruGen;

/// <summary>Predictions for texts, with models that have a <see cref="SequenceModel{TInput}.Vocabulary"/>.</summary>
public static class TextPredictions
{
    /// <summary>Turns a text into the tokens that a model reads.</summary>
    /// <param name="model">A model with a vocabulary.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="InvalidOperationException">The model has no vocabulary.</exception>
    /// <exception cref="ArgumentException">A symbol has no token, and the vocabulary has none for unknown ones.</exception>
    public static int[] Encode(this SequenceModel<int> model, string text)
    {
        ArgumentNullException.ThrowIfNull(model);
        Vocabulary vocabulary = model.Vocabulary ?? throw new InvalidOperationException(
            $"{model.Schema.Name} has no vocabulary to read texts with: set its {nameof(model.Vocabulary)}, or load a file that has one.");
        return vocabulary.Encode(text);
    }

    /// <summary>Predicts the output of a text.</summary>
    /// <param name="model">A model with a vocabulary.</param>
    /// <param name="text">The text.</param>
    /// <returns>[output size], or [symbols, output size] of a model that gives an output for every step.</returns>
    /// <inheritdoc cref="Encode"/>
    public static float[] Predict(this SequenceModel<int> model, string text)
    {
        int[] tokens = model.Encode(text);
        int rows = model.Schema.OutputSteps(tokens.Length);
        float[] output = new float[checked(rows * model.Schema.OutputSize)];
        model.Predict(tokens, output);
        return output;
    }

    /// <summary>Runs a text and gives what every layer made of it, symbol by symbol.</summary>
    /// <param name="model">A model with a vocabulary.</param>
    /// <param name="text">The text.</param>
    /// <returns>As of <see cref="SequenceModel{TInput}.Trace"/>.</returns>
    /// <inheritdoc cref="Encode"/>
    public static ModelTrace Trace(this SequenceModel<int> model, string text) => model.Trace(model.Encode(text));

    /// <summary>Predicts the label of a text, with a model that ends with a softmax or a single sigmoid.</summary>
    /// <param name="model">A model with a vocabulary.</param>
    /// <param name="text">The text.</param>
    /// <returns>The label, as <see cref="SequenceModel{TInput}.PredictLabel"/> gives it.</returns>
    /// <exception cref="InvalidOperationException">
    /// The model has no vocabulary, ends with something else, or gives an output for every step.
    /// </exception>
    /// <exception cref="ArgumentException">A symbol has no token, and the vocabulary has none for unknown ones.</exception>
    public static int PredictLabel(this SequenceModel<int> model, string text) => model.PredictLabel(model.Encode(text));

    /// <summary>The name of the label that a model predicts of a text.</summary>
    /// <param name="model">A model with a vocabulary and with names of its labels.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="InvalidOperationException">
    /// The model has no vocabulary, no <see cref="SequenceModel{TInput}.LabelNames"/>, or gives an output for every step.
    /// </exception>
    /// <exception cref="ArgumentException">A symbol has no token, and the vocabulary has none for unknown ones.</exception>
    public static string PredictLabelName(this SequenceModel<int> model, string text) => model.PredictLabelName(model.Encode(text));

    /// <summary>The names of the labels that a model predicts of many texts, in batches.</summary>
    /// <param name="model">A model with a vocabulary and with names of its labels.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="options">Parallelism and states; null for one thread and the model's states.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <exception cref="InvalidOperationException">
    /// The model has no vocabulary, no <see cref="SequenceModel{TInput}.LabelNames"/>, or gives an output for every step.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// A text is null; a symbol has no token, and the vocabulary has none for unknown ones; or the options do not fit the texts.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static string[] PredictLabelNames(
        this SequenceModel<int> model,
        IReadOnlyList<string> texts,
        PredictOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        IReadOnlyList<string> names = model.RequireLabelNames();
        return [.. model.PredictLabels(texts, options, cancellationToken).Select(label => names[label])];
    }

    /// <summary>Predicts the labels of many texts, in batches, with a model that gives one output for each.</summary>
    /// <param name="model">A model with a vocabulary.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="options">Parallelism and states; null for one thread and the model's states.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <returns>The label of each text.</returns>
    /// <exception cref="InvalidOperationException">
    /// The model has no vocabulary, ends with no softmax or single sigmoid, or gives an output for every step.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// A text is null; a symbol has no token, and the vocabulary has none for unknown ones; or the options do not fit the texts.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static int[] PredictLabels(
        this SequenceModel<int> model,
        IReadOnlyList<string> texts,
        PredictOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(texts);
        int[][] tokens = [.. texts.Select(text => model.Encode(text ?? throw new ArgumentException("A text is null.", nameof(texts))))];
        return model.PredictLabels(tokens, options, cancellationToken);
    }
}
