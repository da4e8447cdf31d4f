using System.Globalization;

namespace GruGen.Report;

public abstract partial class ReportSection
{
    /// <summary>
    /// The gates and states of every GRU over the steps of chosen sequences: what the model keeps in mind, and when it forgets.
    /// </summary>
    /// <param name="model">A model with a GRU. Steps of tokens have the symbols of its vocabulary, if it has one.</param>
    /// <param name="examples">The sequences, of which the first 400 steps are shown.</param>
    /// <param name="title">The heading.</param>
    /// <exception cref="ArgumentException">
    /// The model has no GRU; or there is no sequence, or one that is null.
    /// </exception>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static ReportSection Gates<TInput>(
        SequenceModel<TInput> model, IReadOnlyList<TInput[]> examples, string title = "Gates and states")
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentException.ThrowIfNullOrEmpty(title);
        if (!model.Schema.Layers.Any(layer => layer.Kind == LayerKind.Gru))
        {
            throw new ArgumentException($"{model.Schema.Name} has no GRU.", nameof(model));
        }

        return examples.Count > 0 && examples.All(example => example is not null)
            ? new GateSection<TInput>(model, examples, title)
            : throw new ArgumentException("There is no sequence, or one that is null.", nameof(examples));
    }

    /// <summary>The gates and states of every GRU over the symbols of texts.</summary>
    /// <param name="model">A model with a GRU and a vocabulary.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="title">The heading.</param>
    /// <exception cref="ArgumentException">
    /// The model has no GRU; there is no text, or one that is null; or a symbol has no token, and there is none for unknown ones.
    /// </exception>
    /// <exception cref="InvalidOperationException">The model has no vocabulary.</exception>
    public static ReportSection Gates(SequenceModel<int> model, IReadOnlyList<string> texts, string title = "Gates and states")
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(texts);
        Vocabulary vocabulary = model.Vocabulary
            ?? throw new InvalidOperationException($"{model.Schema.Name} has no vocabulary: set its {nameof(model.Vocabulary)}.");
        return Gates(model, [.. texts.Select(text => text is null ? null! : vocabulary.Encode(text))], title);
    }
}

/// <inheritdoc cref="ReportSection.Gates{TInput}"/>
internal sealed class GateSection<TInput>(SequenceModel<TInput> model, IReadOnlyList<TInput[]> examples, string title)
    : ReportSection(title)
    where TInput : unmanaged
{
    private const int MostSteps = 400;

    private protected override void AddTo(Markup body, TrainingRun run, string when)
    {
        body.Add($"<p class='note'>State h: <span class='positive'>orange</span> above 0, ");
        body.Add($"<span class='negative'>blue</span> below, faint near 0. Gates z and r: the stronger, the nearer to 1. ");
        body.Add($"A row is a unit; those that change early come first. “Kept” is the part of the state that a step keeps, ");
        body.Add($"the mean over the units: where it is low, the model forgets.</p><div class='figures'>\n");
        int steps = model.Schema.ReadsTokens ? 1 : model.Schema.InputSize;
        foreach ((int number, TInput[] example) in examples.Index())
        {
            ReadOnlySpan<TInput> input = example.AsSpan(0, Math.Min(example.Length, MostSteps * steps));
            ModelTrace trace = model.Trace(input);
            string[] names = [.. trace.Steps.Select(step => NameOf(example, step))];
            if (names.Length > 0)
            {
                bool isWord = model.Schema.ReadsTokens && names.All(name => name.Length == 1);
                Add(body, trace, names, isWord ? string.Concat(names).Replace('␣', ' ') : $"example {number + 1}");
            }
        }

        body.AddRaw("</div>\n");
    }

    private static void Add(Markup body, ModelTrace trace, string[] names, string example)
    {
        foreach (LayerTrace layer in trace.Layers)
        {
            foreach ((int direction, GateTrace gates) in layer.Gates.Index())
            {
                bool reversed = layer.Schema.Options!.Reverse || direction == 1;
                string title = $"{example} · {layer.Name}" + (reversed ? ", from the end" : "");
                bool replaces = layer.Schema.Options.UpdateGate == UpdateGate.Replace;
                body.Add($"{new GateFigure(title, gates, names, replaces, reversed).Draw()}");
            }
        }
    }

    private string NameOf(TInput[] input, int step) => input is not int[] tokens ? (step + 1).ToString(CultureInfo.InvariantCulture)
        : model.Vocabulary is { } vocabulary && tokens[step] < vocabulary.Count ? Visible(vocabulary[tokens[step]])
        : tokens[step].ToString(CultureInfo.InvariantCulture);

    private static string Visible(string symbol) => symbol.Replace(' ', '␣').Replace('\n', '⏎').Replace('\t', '⇥');
}
