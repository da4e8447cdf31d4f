namespace GruGen;

/// <content>What options have to be.</content>
public sealed partial record TrainingOptions
{
    /// <summary>Whether each process of a cluster has a shard.</summary>
    /// <exception cref="ArgumentException">There are more processes than shards.</exception>
    internal void CheckCluster()
    {
        if (Cluster is { } cluster && cluster.Size > Shards)
        {
            throw new ArgumentException(
                $"'{nameof(Shards)}' is {Shards}, but {cluster.Size} processes need at least one shard each.", "options");
        }
    }

    /// <summary>Whether gradients are clipped in one way at most.</summary>
    /// <exception cref="ArgumentException">Two are asked for.</exception>
    internal void CheckClipping()
    {
        var ways = new (string Name, double Limit)[]
        {
            (nameof(ClipNorm), ClipNorm), (nameof(ClipTensorNorm), ClipTensorNorm), (nameof(ClipValue), ClipValue),
        };
        string[] used = [.. ways.Where(way => way.Limit > 0).Select(way => $"'{way.Name}' = {way.Limit}")];
        if (used.Length > 1)
        {
            throw new ArgumentException($"Gradients are clipped in one way, but the options have {string.Join(" and ", used)}.", "options");
        }
    }

    internal static IReadOnlyList<Metric> CheckMetrics(IReadOnlyList<Metric> metrics, string name)
    {
        ArgumentNullException.ThrowIfNull(metrics, name);
        string[] names = [.. metrics.Select(metric => metric?.Name ?? "null")];
        if (names.Contains("loss") || metrics.Contains(null) || names.Distinct().Count() < names.Length)
        {
            throw new ArgumentException(
                $"'{name}' has the metrics {string.Join(", ", names)}, but each needs a name of its own, other than 'loss'.", name);
        }

        return metrics;
    }

    private static IReadOnlyList<TrainingCallback> CheckCallbacks(IReadOnlyList<TrainingCallback> callbacks, string name)
    {
        ArgumentNullException.ThrowIfNull(callbacks, name);
        return !callbacks.Contains(null) && callbacks.Distinct().Count() == callbacks.Count
            ? callbacks
            : throw new ArgumentException($"'{name}' has a callback that is null, or one twice.", name);
    }

    private static IReadOnlyList<double>? CheckWeights(IReadOnlyList<double>? weights, string name)
    {
        double sum = 0;
        for (int i = 0; i < weights?.Count; i++)
        {
            sum += Check.NotNegative(weights[i], $"{name}[{i}]");
        }

        return weights is null || (sum > 0 && double.IsFinite(sum))
            ? weights
            : throw new ArgumentException($"The sum of '{name}' is {sum}, but must be a positive number.", name);
    }
}
