using System.Globalization;
using System.Text;
using GruGen.Kernels;

namespace GruGen;

/// <summary>A summary of a model, in the form of Keras' <c>model.summary()</c>.</summary>
public static class ModelSummary
{
    /// <summary>
    /// The layers with their types, output shapes and numbers of parameters, the total, and the width of the SIMD vectors in use, as text.
    /// </summary>
    /// <param name="schema">
    /// The model. <c>None</c> in a shape is the number of sequences or of steps, which is known only when it runs.
    /// </param>
    /// <returns>Lines that end in <c>\n</c>.</returns>
    public static string Write(ModelSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        string[][] rows =
        [
            ["Layer (type)", "Output Shape", "Param #"],
            .. Layers(schema).Select(layer => new[] { $"{layer.Name} ({layer.Type})", layer.OutputShape, Number(layer.ParameterCount) }),
        ];
        int[] widths = [.. Enumerable.Range(0, 3).Select(column => Math.Max(rows.Max(row => row[column].Length), 15) + 2)];

        var text = new StringBuilder();
        Line($"Model: \"{schema.Name}\"");
        Line(Rule('┏', '━', '┳', '┓'));
        Line(Cells(rows[0], '┃'));
        Line(Rule('┡', '━', '╇', '┩'));
        for (int i = 1; i < rows.Length; i++)
        {
            Line(Cells(rows[i], '│'));
            Line(i < rows.Length - 1 ? Rule('├', '─', '┼', '┤') : Rule('└', '─', '┴', '┘'));
        }

        Line($" Total params: {Number(schema.ParameterCount)} ({Size(schema.ParameterCount * sizeof(float))})");
        Line($" Vectors: {Simd.Lanes} floats ({Simd.Lanes * 32} bit)");
        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');

        string Rule(char left, char line, char cross, char right) =>
            left + string.Join(cross, widths.Select(width => new string(line, width))) + right;

        string Cells(string[] cells, char border) =>
            $"{border} {cells[0].PadRight(widths[0] - 2)} {border} {cells[1].PadRight(widths[1] - 2)} "
                + $"{border} {cells[2].PadLeft(widths[2] - 2)} {border}";
    }

    /// <summary>The rows of the table.</summary>
    /// <param name="schema">The model.</param>
    public static IReadOnlyList<LayerSummary> Layers(ModelSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return
        [
            .. schema.Layers.Select(layer => new LayerSummary
            {
                Name = layer.Name,
                Type = TypeName(layer),
                OutputShape = OutputShape(layer),
                ParameterCount = ParameterCount(schema, layer),
            }),
        ];
    }

    private static string TypeName(LayerSchema layer) => layer switch
    {
        { Kind: LayerKind.Gru, Options.Bidirectional: true } => "Bidirectional GRU",
        { Kind: LayerKind.Gru } => "GRU",
        { Kind: LayerKind.Pool } => layer.Pooling + " pooling",
        _ => layer.Kind.ToString(),
    };

    private static string OutputShape(LayerSchema layer) =>
        layer.Output == SequenceOutput.EveryStep ? $"(None, None, {layer.OutputSize})" : $"(None, {layer.OutputSize})";

    private static long ParameterCount(ModelSchema schema, LayerSchema layer) => schema.Tensors
        .Where(tensor => tensor.Name.StartsWith(layer.Name + ".", StringComparison.Ordinal))
        .Sum(tensor => tensor.Length);

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Size(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:F2} KB"),
        < 1024L * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):F2} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024 * 1024):F2} GB"),
    };
}

/// <summary>A row of the summary: one layer.</summary>
public sealed record LayerSummary
{
    /// <summary>Its name in files, such as <c>gru1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, such as <c>Embedding</c>, <c>GRU</c>, <c>Bidirectional GRU</c>, <c>Max pooling</c> or <c>Dense</c>.</summary>
    public required string Type { get; init; }

    /// <summary>
    /// The shape of its output, such as <c>(None, 64)</c>; <c>None</c> is the number of sequences or of steps, which is known only when it
    /// runs.
    /// </summary>
    public required string OutputShape { get; init; }

    /// <summary>The number of its parameters.</summary>
    public required long ParameterCount { get; init; }
}
