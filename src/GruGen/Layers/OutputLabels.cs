namespace GruGen;

/// <summary>What outputs say as labels: the class of a softmax, or 0 and 1 of a single sigmoid.</summary>
internal static class OutputLabels
{
    /// <summary>Throws unless the outputs of a model are probabilities of labels.</summary>
    /// <exception cref="InvalidOperationException">They are something else, or are there for other steps.</exception>
    public static void Require(ModelSchema schema, SequenceOutput output)
    {
        if (schema.Output != output)
        {
            throw new InvalidOperationException(schema.Output == SequenceOutput.EveryStep
                ? $"{schema.Name} gives an output for every step; PredictStepLabels gives their labels."
                : $"{schema.Name} gives one output for a sequence; PredictLabel gives its label.");
        }

        Require(schema);
    }

    /// <summary>Throws unless the outputs of a model are probabilities of labels.</summary>
    /// <exception cref="InvalidOperationException">They are something else.</exception>
    public static void Require(ModelSchema schema)
    {
        if (schema.Outputs.Length > 1)
        {
            throw new InvalidOperationException($"{schema.Name} has {schema.Outputs.Length} outputs, but labels are those of one.");
        }

        if (schema.OutputActivation != Activation.Softmax && schema is not { OutputActivation: Activation.Sigmoid, OutputSize: 1 })
        {
            throw new InvalidOperationException(
                "Labels are the classes of a softmax, or 0 and 1 of a single sigmoid, but "
                    + $"{schema.Name} ends with {schema.OutputSize} outputs and Activation.{schema.OutputActivation}.");
        }
    }

    /// <summary>The most probable label: of several outputs the place of the first largest, of one whether it is above 0.5.</summary>
    public static int Of(ReadOnlySpan<float> outputs)
    {
        if (outputs.Length == 1)
        {
            return outputs[0] > 0.5f ? 1 : 0;
        }

        int label = 0;
        for (int i = 1; i < outputs.Length; i++)
        {
            label = outputs[i] > outputs[label] ? i : label;
        }

        return label;
    }
}
