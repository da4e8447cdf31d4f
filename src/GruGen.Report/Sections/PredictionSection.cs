namespace GruGen.Report;

public abstract partial class ReportSection
{
    /// <summary>
    /// What the model predicts of data that it has not learned from, such as <see cref="TrainingOptions.ValidationData"/>: of classes the
    /// confusion matrix and the ROC curves, of numbers forecasts beside truths and their differences, in the units of
    /// <see cref="SequenceModel{TInput}.OutputScaler"/> if the model has one. Classes have the names of
    /// <see cref="SequenceModel{TInput}.LabelNames"/>.
    /// </summary>
    /// <remarks>All outputs are kept while it is drawn: 8 bytes for each output of each row.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="data">The data.</param>
    /// <param name="title">The heading.</param>
    /// <exception cref="ArgumentException">
    /// There are more than 64 classes, the model has several outputs, or the data is empty.
    /// </exception>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static ReportSection Predictions<TInput>(
        SequenceModel<TInput> model, SequenceDataset<TInput> data, string title = "Predictions")
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(title);
        if (model.Schema.Outputs.Length > 1)
        {
            throw new ArgumentException(
                $"The section is of one output, but {model.Schema.Name} has {model.Schema.Outputs.Length}.", nameof(model));
        }

        const int most = 64;
        if (model.Schema.OutputActivation == Activation.Softmax && model.Schema.OutputSize > most)
        {
            throw new ArgumentException(
                $"{model.Schema.Name} has {model.Schema.OutputSize} classes, but a page has room for {most}.", nameof(model));
        }

        return data.Count > 0
            ? new PredictionSection<TInput>(model, data, title)
            : throw new ArgumentException("The dataset is empty.", nameof(data));
    }
}

/// <inheritdoc cref="ReportSection.Predictions"/>
internal sealed class PredictionSection<TInput>(SequenceModel<TInput> model, SequenceDataset<TInput> data, string title)
    : ReportSection(title)
    where TInput : unmanaged
{
    private protected override void AddTo(Markup body, TrainingRun run, string when)
    {
        ModelSchema schema = model.Schema;
        bool areClasses = schema is { OutputActivation: Activation.Softmax, OutputSize: > 1 };
        var rows = new CollectedRows(areClasses);
        model.Evaluate(data, run.Models.Contains(schema) ? run.Options.Loss : null, [rows]);
        if (rows.Count == 0)
        {
            body.Add($"<p class='note'>No target of the data counts.</p>");
        }
        else if (areClasses || schema.OutputActivation == Activation.Sigmoid)
        {
            new ClassFigures(rows, areClasses || schema.OutputSize == 1, model.LabelNames).AddTo(body);
        }
        else
        {
            new ValueFigures(rows, model.OutputScaler).AddTo(body);
        }
    }
}
