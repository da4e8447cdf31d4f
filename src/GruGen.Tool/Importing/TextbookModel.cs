namespace GruGen.Tool;

/// <summary>Layers of a textbook.</summary>
/// <param name="nodes">The layers, each after those that it reads.</param>
/// <param name="outputs">The places of those that are outputs, which lie one behind the other in each step.</param>
/// <param name="unread">The steps that no layer sees; null if each layer sees to it, or there are none.</param>
/// <param name="masked">Which steps of the input are masked, if layers see to it; null if none are.</param>
internal sealed class TextbookModel(
    IReadOnlyList<TextbookNode> nodes, IReadOnlyList<int> outputs, UnreadSteps? unread, Func<double[][], bool[]>? masked = null) : IOriginal
{
    public string Description => "a textbook in double precision";

    public double[] Run(double[][] steps)
    {
        double[][] read = unread is null ? steps : [.. steps.Where(step => !unread.IsUnread(step))];
        var input = new Signal(read, masked?.Invoke(read));
        var signals = new List<Signal>();
        foreach (TextbookNode node in nodes)
        {
            Signal[] sources = [.. node.Source.Layers.Select(place => place < 0 ? input : signals[place])];
            Signal joined = sources.Length == 1 ? sources[0] : Joined(sources, node.Source.IsSum);
            signals.Add(node.Layer?.Run(joined) ?? joined);
        }

        double[][] given = Joined([.. outputs.Select(place => signals[place])], isSum: false).Steps;
        return [.. (unread is { FromBefore: >= 0 } ? unread.Fill(steps, given) : given).SelectMany(step => step)];
    }

    private static Signal Joined(Signal[] signals, bool isSum) => signals[0] with
    {
        Steps =
        [
            .. signals[0].Steps.Select((_, t) => isSum
                ? [.. signals[0].Steps[t].Select((_, i) => signals.Sum(signal => signal.Steps[t][i]))]
                : (double[])[.. signals.SelectMany(signal => signal.Steps[t])]),
        ],
    };
}

/// <summary>Steps that only fill a sequence.</summary>
/// <param name="IsUnread">Whether a step is one.</param>
/// <param name="FromBefore">
/// How many of the outputs at such steps are those of the step before, while the others are from the step after; −1 if there is one output
/// for the sequence.
/// </param>
internal sealed record UnreadSteps(Func<double[], bool> IsUnread, int FromBefore)
{
    /// <summary>The outputs of the steps that are read, and what stands between them.</summary>
    public double[][] Fill(double[][] steps, double[][] outputs)
    {
        int next = 0;
        double[] zeros = new double[outputs.Length == 0 ? 0 : outputs[0].Length];
        return
        [
            .. steps.Select(step =>
            {
                if (!IsUnread(step))
                {
                    return outputs[next++];
                }

                (double[] before, double[] after) = (next > 0 ? outputs[next - 1] : zeros, next < outputs.Length ? outputs[next] : zeros);
                return (double[])[.. before[..FromBefore], .. after[FromBefore..]];
            }),
        ];
    }
}

/// <summary>A layer of a textbook, and what it reads.</summary>
/// <param name="Layer">The layer; null for one that changes nothing.</param>
/// <param name="Source">What it reads.</param>
internal sealed record TextbookNode(TextbookLayer? Layer, DraftSource Source);
