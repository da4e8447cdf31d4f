using System.Globalization;

namespace GruGen;

/// <summary>A measured value that decides something: what it is called, and which of two values is the better one.</summary>
internal static class Monitored
{
    private static readonly string[] s_lower =
    [
        "loss", "mae", "mse", "rmse", "perplexity", "bits_per_character", "log_loss",
    ];

    private static readonly string[] s_higher =
    [
        "accuracy", "precision", "recall", "f1", "auc", "roc_auc", "r2",
    ];

    /// <summary>Whether larger values are better; where it is not said, by the name, as Keras' <c>mode="auto"</c>.</summary>
    /// <exception cref="InvalidOperationException">The name does not tell.</exception>
    public static bool IsLargerBetter(string name, bool? said)
    {
        string metric = name.StartsWith("val_", StringComparison.Ordinal) ? name[4..] : name;
        return said ?? (s_lower.Contains(metric) ? false
            : s_higher.Contains(metric) || metric.StartsWith("top_", StringComparison.Ordinal) ? true
            : throw new InvalidOperationException(
                $"Whether '{name}' is better when it is larger is not known: set {nameof(EarlyStopping.LargerIsBetter)}."));
    }

    /// <summary>Throws unless the value is measured in each epoch.</summary>
    /// <exception cref="InvalidOperationException">It is not.</exception>
    public static void Check(string name, TrainingRun run)
    {
        if (!run.MeasuredNames.Contains(name))
        {
            throw new InvalidOperationException(
                $"'{name}' is not measured; measured are {string.Join(", ", run.MeasuredNames)}. "
                    + "Names with 'val_' need ValidationSplit or ValidationData, the others Metrics.");
        }
    }

    /// <summary>Whether a value is better than another one by more than a least difference; NaN never is.</summary>
    public static bool IsBetter(double value, double best, double minDelta, bool largerIsBetter) =>
        largerIsBetter ? value - minDelta > best : value + minDelta < best;

    /// <summary>The worst value there is.</summary>
    public static double Worst(bool largerIsBetter) => largerIsBetter ? double.NegativeInfinity : double.PositiveInfinity;

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
