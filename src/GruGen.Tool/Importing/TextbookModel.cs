namespace GruGen.Tool;

/// <summary>Layers of a textbook, one upon another.</summary>
/// <param name="layers">The layers.</param>
/// <param name="unread">The steps that no layer sees; null if each layer sees to it, or there are none.</param>
internal sealed class TextbookModel(IReadOnlyList<TextbookLayer> layers, UnreadSteps? unread) : IOriginal
{
    public string Description => "a textbook in double precision";

    public double[] Run(double[][] steps)
    {
        double[][] read = unread is null ? steps : [.. steps.Where(step => !unread.IsUnread(step))];
        double[][] outputs = layers.Aggregate(new Signal(read), (signal, layer) => layer.Run(signal)).Steps;
        return [.. (unread is { FromBefore: >= 0 } ? unread.Fill(steps, outputs) : outputs).SelectMany(step => step)];
    }
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
