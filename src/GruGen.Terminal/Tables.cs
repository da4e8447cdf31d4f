using System.Globalization;
using GruGen.Kernels;
using Spectre.Console;

namespace GruGen.Terminal;

/// <summary>
/// What one wants to see of a model, as tables for <see cref="AnsiConsole.Write(Spectre.Console.Rendering.IRenderable)"/>.
/// </summary>
public static class Tables
{
    /// <summary>The layers with their output shapes and numbers of parameters, and their total.</summary>
    /// <param name="schema">
    /// The model. <c>None</c> in a shape is the number of sequences or of steps, which is known only when it runs.
    /// </param>
    public static Table Summary(ModelSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        Table table = new Table()
            .Border(TableBorder.Rounded)
            .Title(Markup.Escape(schema.Name), Style.Plain)
            .AddColumn("Layer (type)")
            .AddColumn("Output shape")
            .AddColumn(new TableColumn("Parameters").RightAligned());
        foreach (LayerSummary layer in ModelSummary.Layers(schema))
        {
            table.AddRow($"{layer.Name} ({layer.Type})", layer.OutputShape, Number(layer.ParameterCount));
        }

        return table
            .AddEmptyRow()
            .AddRow("all", $"{Simd.Lanes * 32}-bit vectors", Number(schema.ParameterCount));
    }

    /// <summary>The loss and the metrics of one or more evaluations, a row each.</summary>
    /// <param name="evaluations">What each was over, such as <c>test</c>, and what it gave; all have the same metrics.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    /// <exception cref="KeyNotFoundException">An evaluation has not the metrics of the first one.</exception>
    public static Table Evaluations(params IReadOnlyList<(string Data, Evaluation Evaluation)> evaluations)
    {
        ArgumentNullException.ThrowIfNull(evaluations);
        if (evaluations.Count == 0)
        {
            throw new ArgumentException($"'{nameof(evaluations)}' has 0 elements, but 1 at least is expected.", nameof(evaluations));
        }

        string[] names = [.. evaluations[0].Evaluation.Select(pair => pair.Key)];
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("");
        foreach (string name in names)
        {
            table.AddColumn(new TableColumn(Markup.Escape(name)).RightAligned());
        }

        foreach ((string data, Evaluation evaluation) in evaluations)
        {
            table.AddRow([Markup.Escape(data), .. names.Select(name => evaluation[name].ToString("F4", CultureInfo.InvariantCulture))]);
        }

        return table;
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
