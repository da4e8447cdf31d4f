namespace GruGen.Tool;

/// <summary>A model that was read from a file.</summary>
/// <param name="Schema">Its layers.</param>
/// <param name="Parameters">Their values.</param>
/// <param name="Notes">What was assumed, and what could not be said.</param>
/// <param name="Original">Computes what the file's model gives, from the file's own tensors; null if nothing here can.</param>
internal sealed record ImportedModel(ModelSchema Schema, ParameterBuilder Parameters, IReadOnlyList<string> Notes, IOriginal? Original);

/// <summary>The model of a file, run without this library.</summary>
internal interface IOriginal
{
    /// <summary>What runs it.</summary>
    string Description { get; }

    /// <summary>The number of steps that it is made for; null if any will do.</summary>
    int? FixedSteps => null;

    /// <summary>What it gives for a sequence: all outputs, one step after another; tokens are numbers.</summary>
    double[] Run(double[][] steps);
}

/// <summary>A file of weights.</summary>
/// <param name="Format">What it is, such as <c>PyTorch</c>.</param>
/// <param name="Tensors">Its tensors.</param>
/// <param name="Metadata">What else it says.</param>
/// <param name="Import">Makes a model of it.</param>
internal sealed record WeightFile(
    string Format,
    IReadOnlyList<StoredTensor> Tensors,
    IReadOnlyList<KeyValuePair<string, string>> Metadata,
    Func<ImportOptions, ImportedModel> Import)
{
    /// <summary>What is known once the model is read, in words; null if nothing is.</summary>
    public Func<ImportOptions, IReadOnlyList<KeyValuePair<string, string>>>? Describe { get; init; }
}
