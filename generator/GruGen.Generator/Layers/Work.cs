namespace GruGen.Generator.Layers;

/// <summary>Some statements of a pass, and how threads share them.</summary>
internal sealed record Work(Sharing Sharing, string Text)
{
    public static Work Sequences(string lines) => new(Sharing.Sequences, lines);

    public static Work Part(string lines) => new(Sharing.Part, lines);

    public static Work First(string lines) => new(Sharing.First, lines);

    /// <summary>Pieces of work one after another, with a barrier wherever one reads what another thread has written.</summary>
    public static IEnumerable<string> InTurn(IEnumerable<Work> pieces)
    {
        List<Work> work = [];
        foreach (Work piece in pieces)
        {
            if (work.Count > 0 && work[work.Count - 1] is { Sharing: Sharing.First } last && piece.Sharing == Sharing.First)
            {
                work[work.Count - 1] = last with { Text = last.Text + "\n" + piece.Text };
            }
            else
            {
                work.Add(piece);
            }
        }

        for (int i = 0; i < work.Count; i++)
        {
            if (i > 0 && NeedsBarrier(work[i - 1].Sharing, work[i].Sharing))
            {
                yield return Gap(work[i - 1]) + "share.Wait();" + Gap(work[i]);
            }

            yield return work[i].Sharing == Sharing.First ? ModelText.IfFirst(work[i].Text) : work[i].Text;
        }
    }

    private static bool NeedsBarrier(Sharing before, Sharing after) =>
        before != Sharing.Met && (before, after) != (Sharing.Sequences, Sharing.Sequences);

    /// <summary>An empty line beside a block.</summary>
    private static string Gap(Work work) => work.Sharing == Sharing.First ? "\n" : "";
}

/// <summary>How threads share a piece of work.</summary>
internal enum Sharing
{
    /// <summary>Each has its sequences, and reads no others.</summary>
    Sequences,

    /// <summary>Each has a part, and may read everything.</summary>
    Part,

    /// <summary>The first one does it.</summary>
    First,

    /// <summary>Each begins with its sequences, and all meet at the end.</summary>
    Met,
}
