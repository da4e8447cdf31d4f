namespace GruGen;

/// <summary>Predictions in the units of the data, with models that have scalers.</summary>
public static class ScaledPredictions
{
    /// <summary>
    /// Scales features with the model's <see cref="SequenceModel{TInput}.InputScaler"/>, runs the sequence, and gives the outputs in the
    /// units of the targets, with <see cref="SequenceModel{TInput}.OutputScaler"/>. Where a model has only one of the two, the other side
    /// stays as it is.
    /// </summary>
    /// <param name="model">A model with a scaler.</param>
    /// <param name="input">The features of all steps one after another, in their own units.</param>
    /// <returns>
    /// [output size], or [steps, output size] of a model that gives an output for every step, in the units of the targets.
    /// </returns>
    /// <exception cref="InvalidOperationException">
    /// The model has no scaler; or it has a mask value, which scaling would turn into data, and data into it.
    /// </exception>
    /// <exception cref="ArgumentException">The number of features is no multiple of the model's input size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A feature is not finite.</exception>
    public static float[] PredictUnscaled(this SequenceModel<float> model, ReadOnlySpan<float> input)
    {
        ArgumentNullException.ThrowIfNull(model);
        ModelSchema schema = model.Schema;
        if (model is { InputScaler: null, OutputScaler: null })
        {
            throw new InvalidOperationException(
                $"{schema.Name} has no scaler: set its {nameof(model.InputScaler)} or {nameof(model.OutputScaler)}, "
                    + "or load a file that has one.");
        }

        if (schema.MaskValue is { } mask)
        {
            throw new InvalidOperationException(
                $"Steps of {schema.Name} whose features are all {mask} are masked, which is not to be seen before they are scaled: "
                    + "scale the steps that are none of those, and use Predict.");
        }

        int steps = model.CheckInput(input, nameof(input));
        float[] output = new float[checked(schema.OutputSteps(steps) * schema.OutputSize)];
        model.Predict(model.InputScaler is null ? input : model.InputScaler.Transform(input), output);
        model.OutputScaler?.InverseTransform(output, output);
        return output;
    }
}
