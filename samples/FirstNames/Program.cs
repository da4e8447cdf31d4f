using FirstNames;
using GruGen;
using GruGen.Terminal;
using Spectre.Console;

Options options;
try
{
    options = Options.Parse(args);
}
catch (FormatException exception)
{
    Console.Error.WriteLine($"{exception.Message} Usage: {Options.Usage}");
    return 2;
}

// Every fifth name, in ordinal order, is kept for the test.
FirstName[] names = Names.Load();
SequenceDataset<int> train = GenderModel.CreateDataset(), test = GenderModel.CreateDataset();
for (int i = 0; i < names.Length; i++)
{
    (i % 5 == 0 ? test : train).Add(Names.Letters.Encode(names[i].Text), label: names[i].IsFemale ? 1 : 0);
}

Console.WriteLine($"{names.Length:N0} first names: {train.Count:N0} to learn from, {test.Count:N0} to test on");
AnsiConsole.Write(Tables.Summary(new GenderModel().Schema));

GenderModel? model = null;
double accuracies = 0;
for (int seed = 0; seed < options.Seeds; seed++)
{
    GenderModel trained = Training.Run(train, test, seed, seed == 0 ? options.Report : null);
    Evaluation evaluation = trained.Evaluate(test, metrics: [Metric.Accuracy]);
    AnsiConsole.Write(Tables.Evaluations(($"test, seed {seed}", evaluation)));
    accuracies += evaluation.Accuracy;
    model ??= trained;
}

Demonstration.SaveAndLoad(model!, names);
Demonstration.Stream(model!);
AnsiConsole.Write(Speed.Compare(train, Training.Options(seed: 0)));
Console.WriteLine("The emitted sources, to be read: samples/FirstNames/obj/emitted");
Console.WriteLine($"test accuracy: {accuracies / options.Seeds:F3}");
return 0;
