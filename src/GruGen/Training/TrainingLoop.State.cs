using System.Globalization;
using GruGen.Kernels;

namespace GruGen;

/// <content>What a checkpoint has of the loop: how far it is, what it has measured, and the states of callbacks.</content>
internal sealed partial class TrainingLoop
{
    /// <summary>The name of the tensor with <see cref="Sums"/>.</summary>
    public const string SumsName = "totals";

    private const string EpochKey = "epoch", SeedKey = "seed", PositionKey = "position";
    private const string MetricsKey = "metrics", ReportsKey = "losses", PlateauKey = "plateau";
    private const string ShardsKey = "shards";
    private const string HistoryKey = "history.", CallbackKey = "callback.";

    /// <summary>What it is at the moment, as strings.</summary>
    public IEnumerable<KeyValuePair<string, string>> State()
    {
        yield return new(EpochKey, EpochCount.ToString(CultureInfo.InvariantCulture));
        yield return new(SeedKey, Seed.ToString(CultureInfo.InvariantCulture));
        yield return new(PositionKey, Monitored.Write(_batch, _epochSize.Sequences, _epochSize.BatchSize));
        yield return new(MetricsKey, MetricNames);
        if (options.Shards > 1)
        {
            yield return new(ShardsKey, Shards);
        }

        yield return new(ReportsKey, Monitored.Write([.. Reports.State, _history.DivergedInEpoch]));
        if (_plateau is not null)
        {
            yield return new(
                PlateauKey,
                Monitored.Write(PlateauMonitor!, _plateau.Best, _plateau.BadCount, _plateau.CooldownLeft, _plateau.Factor));
        }

        foreach (string name in _history.Names)
        {
            yield return new(HistoryKey + name, Monitored.Write([.. _history[name]]));
        }

        for (int i = 0; i < _callbacks.Length; i++)
        {
            if (_callbacks[i].SaveState() is { } state)
            {
                yield return new(KeyOf(i), state);
            }
        }
    }

    /// <summary>The sums over the epoch so far; null if none is under way.</summary>
    public double[]? Sums => _batch == 0 ? null : _totals.GetState();

    /// <summary>The weights that callbacks keep, with the names of their tensors in a checkpoint.</summary>
    public IEnumerable<(string Prefix, AlignedBuffer Weights)> KeptWeights()
    {
        for (int i = 0; i < _callbacks.Length; i++)
        {
            if (_callbacks[i].KeptWeights is { } weights)
            {
                yield return (KeyOf(i) + ".", weights);
            }
        }
    }

    /// <summary>
    /// Memory for the weights that callbacks keep, as a checkpoint has them, those of callbacks that are not here any more too.
    /// </summary>
    /// <param name="tensors">The names of all tensors of the checkpoint.</param>
    /// <param name="count">The number of parameters.</param>
    public static (string Prefix, AlignedBuffer Weights)[] RoomForWeights(IEnumerable<string> tensors, int count) =>
    [
        .. tensors.Where(name => name.StartsWith(CallbackKey, StringComparison.Ordinal))
            .Select(name => string.Join('.', name.Split('.').Take(3)) + ".")
            .Distinct()
            .Select(prefix => (prefix, new AlignedBuffer(count))),
    ];

    /// <summary>Reads a state; nothing changes until the result is called.</summary>
    /// <exception cref="InvalidDataException">It is no such state.</exception>
    public Action ReadState(
        IReadOnlyDictionary<string, string> state, double[] totals, string source, (string Prefix, AlignedBuffer Weights)[] kept)
    {
        if (!int.TryParse(Text(EpochKey), NumberStyles.None, CultureInfo.InvariantCulture, out int epoch)
            || !int.TryParse(Text(SeedKey), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int seed))
        {
            throw new InvalidDataException($"{source} has no whole numbers as '{EpochKey}' and '{SeedKey}'.");
        }

        if (Numbers(PositionKey) is not
            [
                >= 0 and <= int.MaxValue and var batch,
                >= 0 and <= long.MaxValue / 2 and var sequences,
                >= 0 and <= int.MaxValue and var size,
            ])
        {
            throw new InvalidDataException($"{source} has the '{PositionKey}' {Text(PositionKey)}, which no epoch has.");
        }

        double[] losses = Numbers(ReportsKey);
        string[] names = [.. state.Keys.Where(key => key.StartsWith(HistoryKey, StringComparison.Ordinal))];
        if (losses is not [_, _, >= 0 and <= int.MaxValue and var diverged])
        {
            throw new InvalidDataException($"{source} has the '{ReportsKey}' {Text(ReportsKey)}, which no training has.");
        }

        losses = losses[..2];
        var history = new History(names.Select(key => (key[HistoryKey.Length..], Numbers(key))), epoch, (int)diverged);
        string?[] own = [.. Enumerable.Range(0, _callbacks.Length).Select(i => state.GetValueOrDefault(KeyOf(i)))];
        if (batch > 0 && state.GetValueOrDefault(ShardsKey, "1") is var shards && shards != Shards)
        {
            throw new InvalidDataException(
                $"{source} was saved in the middle of an epoch in {shards} shards, but now there are {Shards}.");
        }

        if (batch > 0 && Text(MetricsKey) != MetricNames)
        {
            throw new InvalidDataException(
                $"{source} was saved in the middle of an epoch that measures '{Text(MetricsKey)}', but now it is '{MetricNames}'.");
        }

        if (batch > 0)
        {
            new EpochTotals(loss, options, schema).SetState(totals); // so that nothing has changed where a state cannot be
        }

        new TrainingReports(options, model).SetState(losses);
        bool goesOnWatching = state.TryGetValue(PlateauKey, out string? watched) && Monitored.IsOf(PlateauMonitor, watched);
        double[] plateau = goesOnWatching ? Monitored.ReadBehind(PlateauMonitor!, watched!) : [];
        bool hasPlateau = plateau is [_, >= 0 and <= int.MaxValue, >= 0 and <= int.MaxValue, >= 0 and <= 1];
        if (plateau.Length > 0 && !hasPlateau)
        {
            throw new InvalidDataException($"{source} has the '{PlateauKey}' {Text(PlateauKey)}, which no training has.");
        }

        RestoreCallbacks(own, kept);
        return () =>
        {
            (EpochCount, Seed, _batch) = (epoch, seed, (int)batch);
            (_epochSize, _origin, _history, _goesOn) = (((long)sequences, (int)size), null, history, true);
            _epochMean = null;
            Reports.SetState(losses);
            if (_plateau is not null && hasPlateau)
            {
                (_plateau.Best, _plateau.BadCount, _plateau.CooldownLeft, _plateau.Factor) =
                    (plateau[0], (int)plateau[1], (int)plateau[2], plateau[3]);
            }

            if (batch > 0)
            {
                _totals.SetState(totals);
            }
        };

        string Text(string key) => state.TryGetValue(key, out string? text)
            ? text
            : throw new InvalidDataException($"{source} is not from a trainer: its metadata has no '{key}'.");

        double[] Numbers(string key)
        {
            try
            {
                return Monitored.Read(Text(key));
            }
            catch (InvalidDataException exception)
            {
                throw new InvalidDataException($"{source} has in '{key}' what is no number: {exception.Message}", exception);
            }
        }
    }

    private string Shards => options.Shards.ToString(CultureInfo.InvariantCulture);

    private string MetricNames => string.Join(' ', options.Metrics.Select(metric => metric.Name));

    private string? PlateauMonitor => options.ReduceOnPlateau?.Monitor;

    /// <summary>Gives all callbacks their states, or, where one refuses it, those that they had.</summary>
    private void RestoreCallbacks(string?[] states, (string Prefix, AlignedBuffer Weights)[] kept)
    {
        string?[] before = [.. _callbacks.Select(callback => callback.SaveState())];
        try
        {
            for (int i = 0; i < _callbacks.Length; i++)
            {
                _callbacks[i].RestoreState(states[i]);
            }
        }
        catch
        {
            for (int i = 0; i < _callbacks.Length; i++)
            {
                _callbacks[i].RestoreState(before[i]);
            }

            throw;
        }

        for (int i = 0; i < _callbacks.Length; i++)
        {
            string prefix = KeyOf(i) + ".";
            foreach ((_, AlignedBuffer weights) in kept.Where(own => own.Prefix == prefix))
            {
                _callbacks[i].UseKeptWeights(weights);
            }
        }
    }

    /// <summary>The callback's type, and which of that type it is: so others may come and go between two runs of a program.</summary>
    private string KeyOf(int callback)
    {
        Type type = _callbacks[callback].GetType();
        int number = _callbacks.Take(callback).Count(other => other.GetType() == type);
        return $"{CallbackKey}{type.Name}.{number.ToString(CultureInfo.InvariantCulture)}";
    }
}
