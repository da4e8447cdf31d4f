namespace GruGen.Report;

/// <summary>A part of a <see cref="HtmlReport"/> that needs the model: what it predicts, writes or keeps in mind.</summary>
/// <remarks>
/// It is drawn anew with each page, with the weights of the end of the last epoch. That costs a prediction of the data it shows, during
/// which training waits; weights and random numbers of the training are not touched.
/// </remarks>
public abstract partial class ReportSection
{
    private protected ReportSection(string title) => Title = title;

    /// <summary>The heading.</summary>
    public string Title { get; }

    /// <summary>What it looked like when it was drawn last.</summary>
    internal Markup? Body { get; private set; }

    /// <summary>When it was drawn last.</summary>
    internal string When { get; private set; } = "";

    /// <summary>A training begins.</summary>
    internal virtual void Begin(TrainingRun run) => Body = null;

    /// <summary>Draws it anew.</summary>
    /// <param name="run">The training.</param>
    /// <param name="when">With which weights.</param>
    internal void Draw(TrainingRun run, string when)
    {
        var body = new Markup();
        AddTo(body, run, when);
        (Body, When) = (body, when);
    }

    /// <summary>Adds what it shows.</summary>
    private protected abstract void AddTo(Markup body, TrainingRun run, string when);
}
