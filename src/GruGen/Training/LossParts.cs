namespace GruGen;

/// <summary>
/// The losses of a model's outputs and their weights, <c>L = Σ w·(sum of the losses of an output)/(what it is divided by)</c>, with what a
/// batch has of them.
/// </summary>
internal sealed class LossParts
{
    private readonly double[] _sums; // of a batch, or of a shard of it
    private readonly double[] _parts; // of rows that go on in the next block

    public LossParts(Loss loss, ModelSchema schema)
    {
        Losses = [.. schema.Outputs.Select(output => loss.Of(output).Loss)];
        Weights = [.. schema.Outputs.Select(output => loss.Of(output).Weight)];
        (Divisors, _sums, _parts) = (new double[Losses.Length], new double[Losses.Length], new double[Losses.Length]);
    }

    /// <summary>The number of outputs.</summary>
    public int Count => Losses.Length;

    /// <summary>The loss of each output.</summary>
    public Loss[] Losses { get; }

    /// <summary>How much each of them counts.</summary>
    public double[] Weights { get; }

    /// <summary>What the sums of a batch are divided by; 0 where nothing counts.</summary>
    public double[] Divisors { get; }

    /// <summary>Whether anything of the batch counts.</summary>
    public bool Counts => Divisors.AsSpan().ContainsAnyExcept(0);

    /// <summary>Takes a batch, of which there are no losses so far.</summary>
    public void Begin(SequenceDataset data, ReadOnlySpan<int> indices)
    {
        Array.Clear(Divisors);
        ClearSums();
        for (int i = 0; i < Count; i++)
        {
            foreach (int index in indices)
            {
                Divisors[i] += Losses[i].Divisor(data.Targets[i], index);
            }
        }
    }

    /// <summary>Takes a batch of which this process has a part, so that others have to say what its losses are divided by.</summary>
    public void Begin(ReadOnlySpan<double> divisors)
    {
        divisors.CopyTo(Divisors);
        ClearSums();
    }

    /// <summary>The sum of the losses of each output since they were forgotten last.</summary>
    public ReadOnlySpan<double> Sums => _sums;

    /// <summary>Forgets the losses of the batch.</summary>
    public void ClearSums()
    {
        Array.Clear(_sums);
        Array.Clear(_parts);
    }

    /// <summary>What the gradient of the sum of an output's losses is multiplied by; 0 where nothing counts.</summary>
    public double GradientScale(int output) => Divisors[output] == 0 ? 0 : Weights[output] / Divisors[output];

    /// <summary>The sum of the losses of rows that go on in the next block.</summary>
    public ref double Part(int output) => ref _parts[output];

    /// <summary>Rows that are added up together end here.</summary>
    public void EndPart(Totals? totals)
    {
        for (int i = 0; i < Count; i++)
        {
            totals?.AddLoss(i, _parts[i]);
            (_sums[i], _parts[i]) = (_sums[i] + _parts[i], 0);
        }
    }

    /// <summary>The mean loss of the batch: of several outputs, the sum of their means times their weights.</summary>
    public double Mean() => Mean(_sums);

    /// <summary>The same of other sums.</summary>
    public double Mean(ReadOnlySpan<double> sums)
    {
        double mean = 0;
        for (int i = 0; i < Count; i++)
        {
            mean += Divisors[i] == 0 ? 0 : Weights[i] * (sums[i] / Divisors[i]);
        }

        return mean;
    }
}
