using System.Globalization;
using System.Reflection;

namespace GruGen.Tests.Reference;

/// <summary>What PyTorch computed, out of a file of <c>cases/</c>.</summary>
internal static class TorchCase
{
    public static ReferenceFile Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new FileNotFoundException($"There is no case '{name}'.");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return ReferenceFile.Read(memory.ToArray());
    }

    public static int Number(this ReferenceFile file, string name) => int.Parse(file.Metadata[name], CultureInfo.InvariantCulture);

    /// <summary>The stack of GRUs that a <c>gru_*</c> case is about.</summary>
    public static ModelSchema GruSchema(this ReferenceFile file)
    {
        LayerSchema[] layers = [.. Enumerable.Repeat(LayerSchema.Gru(file.Number("hidden_size"), Steps.Every), file.Number("layers"))];
        return ModelSchema.ForFeatures("Stack", file.Number("input_size"), layers);
    }

    /// <summary>The case's values of one of our parameters: gru2.weight_ih_l0 is weight_ih_l1 there. Where it has no bias, zeros.</summary>
    public static double[] GruParameter(this ReferenceFile file, ModelSchema schema, string name) => file.GruTensor("param.", name)
        ?? new double[schema.Tensors.First(tensor => tensor.Name == name).Length];

    public static Batch GruBatch(this ReferenceFile file, ModelSchema schema) => new(
        schema, file.Number("batch"), file.Number("steps"), file["input"].Values, file["grad_output"].Values)
    {
        InitialStates = file["h0"].Values,
        FinalStateGradients = file["grad_h_n"].Values,
        Lengths = file.Tensors.TryGetValue("lengths", out ReferenceFile.Tensor? lengths) ? lengths.Integers : null,
    };

    /// <summary>What PyTorch got; without a bias there are no gradients of it.</summary>
    public static Results GruResults(this ReferenceFile file, ModelSchema schema)
    {
        var values = new Dictionary<string, double[]>
        {
            ["output"] = file["output"].Values,
            ["h_n"] = file["h_n"].Values,
            ["grad.h0"] = file["grad_h0"].Values,
            ["grad.input"] = file["grad_input"].Values,
        };
        foreach (TensorSchema tensor in schema.Tensors)
        {
            if (file.GruTensor("grad.", tensor.Name) is { } gradient)
            {
                values.Add("grad." + tensor.Name, gradient);
            }
        }

        return new Results(values);
    }

    private static double[]? GruTensor(this ReferenceFile file, string prefix, string name)
    {
        int layer = name["gru".Length] - '1';
        string tensor = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..].Replace("_l0", $"_l{layer}", StringComparison.Ordinal);
        return file.Tensors.GetValueOrDefault(prefix + tensor)?.Values;
    }
}
