namespace GruGen.Report;

public abstract partial class ReportSection
{
    /// <summary>What a model with a vocabulary writes after a prompt, as it learns.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">What the text begins with.</param>
    /// <param name="options">How symbols are drawn and where the text ends; null for the defaults.</param>
    /// <param name="title">The heading.</param>
    public static ReportSection Texts(
        SequenceModel<int> model, string prompt, GenerationOptions? options = null, string title = "Written")
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prompt);
        return new TextSection(title, prompt, () => model.GenerateText(prompt, options));
    }

    /// <summary>Texts that a function of yours makes, as the model learns: what an encoder and a decoder translate, for example.</summary>
    /// <param name="write">Makes a text. It is called on the thread that trains, when the page is drawn.</param>
    /// <param name="title">The heading.</param>
    public static ReportSection Texts(Func<string> write, string title = "Written")
    {
        ArgumentNullException.ThrowIfNull(write);
        return new TextSection(title, "", write);
    }
}

/// <summary>A text of each page that was drawn; of many every second one is kept, again and again.</summary>
internal sealed class TextSection : ReportSection
{
    private const int Most = 12;

    private readonly string _prompt;
    private readonly Func<string> _write;
    private readonly List<(string When, string Text)> _texts = [];
    private int _stride = 1, _count;

    public TextSection(string title, string prompt, Func<string> write)
        : base(string.IsNullOrEmpty(title) ? throw new ArgumentException("The title is empty.", nameof(title)) : title) =>
        (_prompt, _write) = (prompt, write);

    /// <inheritdoc/>
    internal override void Begin(TrainingRun run)
    {
        base.Begin(run);
        _texts.Clear();
        (_stride, _count) = (1, 0);
    }

    private protected override void AddTo(Markup body, TrainingRun run, string when)
    {
        if (_texts.Count > 0 && (_count - 1) % _stride != 0)
        {
            _texts.RemoveAt(_texts.Count - 1); // it was there as the newest one
        }

        _texts.Add((when, _write()));
        _count++;
        if (_texts.Count > Most)
        {
            _stride *= 2;
            (string When, string Text) newest = _texts[^1];
            List<(string When, string Text)> kept = [.. _texts.Where((_, i) => i % 2 == 0)];
            _texts.Clear();
            _texts.AddRange(kept[^1] == newest ? kept : [.. kept, newest]);
        }

        body.AddRaw("<dl class='texts'>\n");
        foreach ((string at, string text) in Enumerable.Reverse(_texts))
        {
            body.Add($"<div><dt>{at}</dt><dd><span class='prompt'>{_prompt}</span>{text}</dd></div>\n");
        }

        body.AddRaw("</dl>\n");
    }
}
