using System.Globalization;

namespace GruGen;

/// <summary>A measured value that decides something: what it is called, and which of two values is the better one.</summary>
internal static class Monitored
{
    /// <summary>Whether larger values are better: as the caller says, or else by the metric; of the loss they are not.</summary>
    /// <exception cref="InvalidOperationException">Nothing tells.</exception>
    public static bool IsLargerBetter(string name, bool? said, TrainingOptions options)
    {
        string own = name.StartsWith("val_", StringComparison.Ordinal) ? name[4..] : name;
        Metric? measured = options.Metrics.FirstOrDefault(metric => metric.Name == own);
        if (own != "loss" && measured is null)
        {
            throw NotMeasured(name, ["loss", .. options.Metrics.Select(metric => metric.Name)]);
        }

        return said ?? (own == "loss" ? false : measured!.LargerIsBetter) ?? throw new InvalidOperationException(
            $"Whether '{name}' is better when it is larger is not known: set {nameof(EarlyStopping.LargerIsBetter)}.");
    }

    /// <summary>Throws unless the value is measured in each epoch.</summary>
    /// <exception cref="InvalidOperationException">It is not.</exception>
    public static void Check(string name, TrainingRun run)
    {
        if (!run.MeasuredNames.Contains(name))
        {
            throw NotMeasured(name, run.MeasuredNames);
        }
    }

    private static InvalidOperationException NotMeasured(string name, IReadOnlyList<string> measured) => new(
        $"'{name}' is not measured; measured are {string.Join(", ", measured)}. "
            + "Names with 'val_' need ValidationSplit or ValidationData, the others Metrics.");

    /// <summary>Whether a value is better than another one by more than a least difference; NaN never is.</summary>
    public static bool IsBetter(double value, double best, double minDelta, bool largerIsBetter) =>
        largerIsBetter ? value - minDelta > best : value + minDelta < best;

    /// <summary>The worst value there is.</summary>
    public static double Worst(bool largerIsBetter) => largerIsBetter ? double.NegativeInfinity : double.PositiveInfinity;

    /// <summary>A state of numbers that belong to a watched value.</summary>
    public static string Write(string name, params ReadOnlySpan<double> numbers) => $"{name} {Write(numbers)}";

    /// <summary>Whether a state belongs to this value, and not to another one that was watched before.</summary>
    public static bool IsOf(string? name, string state) => state.StartsWith($"{name} ", StringComparison.Ordinal);

    /// <summary>The numbers of such a state.</summary>
    /// <exception cref="InvalidDataException">They are none.</exception>
    public static double[] ReadBehind(string name, string state) => Read(state[(name.Length + 1)..]);

    /// <summary>Numbers as a text from which they come back to the bit.</summary>
    public static string Write(params ReadOnlySpan<double> numbers)
    {
        string[] words = new string[numbers.Length];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = numbers[i].ToString("R", CultureInfo.InvariantCulture);
        }

        return string.Join(' ', words);
    }

    /// <summary>The numbers of such a text.</summary>
    /// <exception cref="InvalidDataException">It is no such text.</exception>
    public static double[] Read(string text)
    {
        string[] words = text.Length == 0 ? [] : text.Split(' ');
        double[] numbers = new double[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            if (!double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
            {
                throw new InvalidDataException($"'{words[i]}' is no number.");
            }
        }

        return numbers;
    }
}
