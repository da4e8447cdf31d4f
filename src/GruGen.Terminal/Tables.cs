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

    /// <summary>
    /// What works of a model take: the least and the median time and that of generic code in µs, and how much of the machine's limit it
    /// reaches.
    /// </summary>
    /// <param name="result">What <see cref="ModelBenchmark"/> measured.</param>
    public static Table Benchmark(BenchmarkResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        MachineLimits limits = result.Limits;
        string caption = string.Create(
            CultureInfo.InvariantCulture,
            $"at most {limits.Peak:F0} GFLOP/s; loads from L1 {limits.L1:F0}, L2 {limits.L2:F0}, L3 {limits.L3:F0} GB/s");
        Table table = new Table()
            .Border(TableBorder.Rounded)
            .Title(Markup.Escape($"{result.Schema.Name}, one thread, {Simd.Lanes * 32}-bit vectors"), Style.Plain)
            .Caption(
                result.UnoptimizedAssembly is { } assembly
                    ? Markup.Escape($"{assembly} is compiled without optimisation: build it with -c Release")
                    : caption,
                Style.Plain)
            .AddColumn(new TableColumn("").NoWrap());
        foreach (string column in (string[])["µs", "median", "generic", "faster", "GFLOP/s", "of limit"])
        {
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        }

        foreach (BenchmarkRow row in result.Rows)
        {
            table.AddRow(
                Title(row),
                Microseconds(row.Nanoseconds),
                Microseconds(row.MedianNanoseconds),
                row.GenericNanoseconds is { } generic ? Microseconds(generic) : "–",
                row.Speedup is { } speedup ? speedup.ToString("F2", CultureInfo.InvariantCulture) + "×" : "–",
                row.Gigaflops.ToString("F1", CultureInfo.InvariantCulture),
                row.ShareOfLimit.ToString("P0", CultureInfo.InvariantCulture));
        }

        return table;

        static string Title(BenchmarkRow row) => row.Work switch
        {
            BenchmarkedWork.Step => "step",
            BenchmarkedWork.Sequence => $"{Number(row.Steps)} steps",
            BenchmarkedWork.Batch => $"batch of {Number(row.BatchSize)}",
            _ => $"training on {Number(row.BatchSize)}",
        };

        static string Microseconds(double nanoseconds) =>
            (nanoseconds / 1000).ToString(nanoseconds < 1e5 ? "0.000" : "#,0.0", CultureInfo.InvariantCulture);
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
