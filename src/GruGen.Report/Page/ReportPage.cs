using System.Globalization;
using System.Reflection;

namespace GruGen.Report;

/// <summary>How far a training is.</summary>
internal enum ReportStatus
{
    Training,
    Complete,
    Stopped,
    Interrupted,
}

/// <summary>The page.</summary>
/// <param name="run">The training.</param>
/// <param name="epochs">What the history has not.</param>
/// <param name="sections">The parts that need the model.</param>
/// <param name="status">How far it is.</param>
internal sealed class ReportPage(
    TrainingRun run, IReadOnlyList<EpochFigures> epochs, IReadOnlyList<ReportSection> sections, ReportStatus status)
{
    private readonly Markup _page = new();
    private readonly Measured _measured = new(run);
    private readonly BestEpoch _best = BestEpoch.Of(run, new Measured(run));

    /// <summary>The heading; null for the name of the model.</summary>
    public string? Title { get; init; }

    private string Heading => Title ?? string.Join(" and ", run.Models.Select(model => model.Name));

    /// <summary>Writes it.</summary>
    public string Write()
    {
        _page.AddRaw("<!DOCTYPE html>\n");
        _page.Add($"<html lang='en'><head><meta charset='utf-8'/><title>{Heading} – training</title>\n");
        _page.Add($"<meta name='viewport' content='width=device-width, initial-scale=1'/>");
        _page.Add($"<meta name='color-scheme' content='light dark'/><style>{Resource("page.css")}</style></head>\n<body>\n");
        AddHeader();
        _page.AddRaw("<main>\n");
        if (run.History.Epochs > 0)
        {
            AddCurves();
        }

        foreach ((int i, ReportSection section) in sections.Index().Where(pair => pair.Item.Body is not null))
        {
            _page.Add($"<section id='section{i + 1}'><h2>{section.Title} <small>{section.When}</small></h2>\n");
            _page.Add($"{section.Body!}</section>\n");
        }

        AddModel();
        _page.AddRaw("</main>\n");
        if (status == ReportStatus.Training)
        {
            _page.Add($"<script>{Resource("reload.js")}</script>\n");
        }

        _page.AddRaw("</body></html>\n");
        return _page.ToString();
    }

    private void AddHeader()
    {
        int epoch = run.EpochCount, asked = Math.Max(epoch, run.Options.Epochs);
        string next = Number.Whole(Math.Min(epoch + 1, asked)), all = Number.Whole(asked);
        string[] state = status switch
        {
            ReportStatus.Training => ["training", $"in epoch {next} of {all}"],
            ReportStatus.Complete => ["complete", $"after {Number.Whole(epoch)} {(epoch == 1 ? "epoch" : "epochs")}"],
            ReportStatus.Stopped => ["stopped", $"after epoch {Number.Whole(epoch)} of {all}"],
            _ => ["interrupted", $"in epoch {next} of {all}"],
        };
        _page.Add($"<header><h1>{Heading}</h1><p class='status {state[0]}'><b>{state[0]}</b> {state[1]}");
        string now = DateTimeOffset.Now.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        _page.Add($" · <time datetime='{now.Replace(' ', 'T')}'>{now}</time></p>\n<dl class='tiles'>");
        if (run.History.Epochs > 0)
        {
            int shown = _best.Epoch > 0 ? _best.Epoch : run.History.Epochs;
            AddTile("best epoch", _best.Epoch > 0 ? Number.Whole(_best.Epoch) : "none", $"of {Number.Whole(run.History.Epochs)}");
            foreach (string name in _measured.Names.Take(2))
            {
                AddTile(Measured.Short(name), Number.Short(_measured.Values(name)[shown - 1]), $"in epoch {Number.Whole(shown)}");
            }

            foreach (string name in _measured.Names.Take(_measured.Validates ? 2 : 0))
            {
                double value = _measured.Values(Measured.InValidation(name))[shown - 1];
                AddTile("validation " + Measured.Short(name), Number.Short(value), $"in epoch {Number.Whole(shown)}");
            }
        }

        AddTile("time", Number.Time(run.Elapsed.TotalSeconds), $"{Number.Whole(run.StepCount)} steps");
        int layers = run.Models.Sum(model => model.Layers.Length);
        double parameters = run.Models.Sum(model => (double)model.ParameterCount);
        AddTile("parameters", Number.Whole(parameters), $"in {layers} {(layers == 1 ? "layer" : "layers")}");
        _page.AddRaw("</dl>\n");
        if (run.History.DivergedInEpoch is > 0 and var diverged)
        {
            _page.Add($"<p class='warning'>The loss has run away in epoch {diverged}: ");
            _page.Add($"a lower learning rate, or a limit on the gradients’ norm, may help.</p>\n");
        }

        _page.AddRaw("</header>\n");
    }

    private void AddTile(string name, string value, string note) =>
        _page.Add($"<div><dt>{name}</dt><dd>{value}<small>{note}</small></dd></div>");

    private void AddCurves()
    {
        _page.Add($"<section id='curves'><h2>Curves <small>{_best.Reason}</small></h2>\n<div class='figures'>\n");
        foreach (string name in _measured.Names)
        {
            Line[] lines = [new("training", "c1", _measured.Values(name))];
            Add(new EpochChart
            {
                Title = Capital(Measured.Words(name)),
                HistoryName = name,
                Lines = _measured.Validates ? [.. lines, new("validation", "c2", _measured.Values(Measured.InValidation(name)))] : lines,
            });
        }

        double limit = run.Options.ClipNorm;
        Line rate = Line("of the last step", "c3", epoch => epoch.LearningRate);
        Add(new EpochChart { Title = "Learning rate", Lines = [rate], HasZero = true });
        Add(new EpochChart
        {
            Title = "Gradient norm",
            Lines = [Line("mean", "c4", epoch => epoch.MeanNorm), Line("largest", "c4", epoch => epoch.LargestNorm)],
            Limit = limit,
        });
        if (limit > 0)
        {
            Line clipped = Line($"norm above {Number.Short(limit)}", "c4", epoch => epoch.Clipped);
            Add(new EpochChart { Title = "Clipped steps", Lines = [clipped], HasZero = true, Format = Number.Percent });
        }

        string times = _measured.Validates ? "with validation" : "training";
        Line time = Line(times, "c5", epoch => epoch.Seconds), speed = Line("of training", "c5", epoch => epoch.StepsPerSecond);
        Add(new EpochChart { Title = "Time of an epoch", Lines = [time], HasZero = true, Format = Number.Time });
        Add(new EpochChart { Title = "Steps a second", Lines = [speed], HasZero = true, Format = Number.Whole });
        _page.AddRaw("</div></section>\n");

        void Add(EpochChart chart) => _page.Add($"{(chart with { Best = _best.Epoch }).Draw()}");

        Line Line(string name, string color, Func<EpochFigures, double> value) => new(name, color, [.. epochs.Select(value)]);
    }

    private void AddModel()
    {
        TrainingOptions options = run.Options;
        _page.AddRaw("<section id='model'><h2>Model</h2>\n");
        foreach (ModelSchema model in run.Models)
        {
            _page.Add($"<div class='scroll' tabindex='0' role='group' aria-label='Layers'><table class='layers'>");
            _page.Add($"<caption>{model.Name}</caption><thead><tr>");
            foreach (string column in new[] { "layer", "type", "output", "parameters" })
            {
                _page.Add($"<th scope='col'>{column}</th>");
            }

            _page.Add($"</tr></thead><tbody>");
            foreach (LayerSummary layer in ModelSummary.Layers(model))
            {
                string shape = layer.OutputShape.Replace("None, None", "batch, steps", StringComparison.Ordinal)
                    .Replace("None", "batch", StringComparison.Ordinal);
                _page.Add($"<tr><th scope='row'>{layer.Name}</th><td>{layer.Type}</td><td>{shape}</td>");
                _page.Add($"<td>{Number.Whole(layer.ParameterCount)}</td></tr>");
            }

            _page.Add($"</tbody><tfoot><tr><th scope='row'>all</th><td></td><td></td>");
            _page.Add($"<td>{Number.Whole(model.ParameterCount)}</td></tr></tfoot></table></div>\n");
        }

        (string Name, string Value)[] rows =
        [
            ("loss", run.Models[^1].Outputs.Length > 1 && options.Loss is null or OutputLosses ? "that of each output"
                : options.Loss?.Name.Replace('_', ' ') ?? UsualLoss(run.Models[^1].OutputActivation)),
            ("optimiser", $"{options.Optimizer.GetType().Name}, learning rate {Number.Short(options.Optimizer.LearningRate)}"),
            ("schedule", options.Schedule?.GetType().Name ?? (options.ReduceOnPlateau is null ? "none" : nameof(ReduceOnPlateau))),
            ("batch", Number.Whole(options.BatchSize)
                + (options.AccumulatedBatches > 1 ? $", {options.AccumulatedBatches} of them a step" : "")),
            ("clipping", options.ClipNorm > 0 ? $"norm {Number.Short(options.ClipNorm)}"
                : options.ClipTensorNorm > 0 ? $"norm of a tensor {Number.Short(options.ClipTensorNorm)}"
                : options.ClipValue > 0 ? $"value {Number.Short(options.ClipValue)}" : "none"),
            ("seed", options.Seed.ToString(CultureInfo.InvariantCulture)),
        ];
        _page.AddRaw("<dl class='options'>");
        foreach ((string name, string value) in rows)
        {
            _page.Add($"<div><dt>{name}</dt><dd>{value}</dd></div>");
        }

        _page.AddRaw("</dl></section>\n");
    }

    private static string UsualLoss(Activation activation) => activation switch
    {
        Activation.Sigmoid => "binary cross-entropy",
        Activation.Softmax => "categorical cross-entropy",
        _ => "mean squared error",
    };

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static Markup Resource(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        var text = new Markup();
        text.AddRaw(reader.ReadToEnd());
        return text;
    }
}
