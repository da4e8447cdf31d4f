using System.Globalization;
using System.Xml.Linq;
using GruGen.Report;
using GruGen.Tests.Training;

namespace GruGen.Tests.Reports;

/// <summary>A report in a folder of a test's own, and what stands in it.</summary>
internal sealed class ReportFile : IDisposable
{
    private readonly Folder _folder = new();

    public string FilePath => _folder.File("run.html");

    /// <summary>The page, which has to be well-formed.</summary>
    public XElement Page => XDocument.Parse(File.ReadAllText(FilePath)).Root!;

    public string Status => Page.Descendants("p").First(Is("status")).Element("b")!.Value;

    /// <summary>Trains a model that says yes or no, with a report of every epoch.</summary>
    public History Train(TrainingOptions options, params ReportSection[] sections) =>
        TrainingTask.BinaryModel().Fit(TrainingTask.BinaryData(32), With(options, sections));

    public TrainingOptions With(TrainingOptions options, params ReportSection[] sections) => options with
    {
        Callbacks = [.. options.Callbacks, new HtmlReport(FilePath) { Interval = TimeSpan.Zero, Sections = sections }],
    };

    public static Func<XElement, bool> Is(string kind) =>
        element => ((string?)element.Attribute("class"))?.Split(' ').Contains(kind) ?? false;

    /// <summary>The section with a heading, which may have more behind it.</summary>
    public XElement Section(string title) =>
        Page.Descendants("section").Single(section => section.Element("h2")!.FirstNode is XText text && text.Value.TrimEnd() == title);

    /// <summary>The figure with a title.</summary>
    public XElement Figure(string title) => Page.Descendants("figure").Single(figure => figure.Descendants("h3").First().Value == title);

    /// <summary>The numbers of a figure's table, row by row.</summary>
    public double[][] Table(string title) => Table(Figure(title).Descendants("table").Single());

    public static double[][] Table(XElement table) =>
    [
        .. table.Element("tbody")!.Elements("tr").Select(row => (double[])
        [
            .. row.Descendants("data").Select(data => double.Parse((string)data.Attribute("value")!, CultureInfo.InvariantCulture)),
        ]),
    ];

    public void Dispose() => _folder.Dispose();
}
