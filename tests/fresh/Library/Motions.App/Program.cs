using GruGen;
using GruGen.Report;
using Motions;

// A model of the library's, one that only a friend sees, and one of this program whose kernel has the name of the library's. The generator comes with the package
// GruGen.Report, which needs GruGen.
Console.WriteLine($"{Train(new Gesture(1))} {Train(new Draft(1))} {Train(new Own(1))} epochs: trained, saved, loaded, streamed");

static int Train(SequenceModel<float> model)
{
    SequenceDataset<float> data = new(model.Schema);
    for (int i = 0; i < 32; i++)
    {
        data.Add([.. Enumerable.Range(0, 24).Select(t => MathF.Sin(t + i))], [.. Enumerable.Repeat(i % 2f, model.Schema.OutputSize)]);
    }

    History history = model.Fit(data, new TrainingOptions { Epochs = 3, BatchSize = 8, Callbacks = [new HtmlReport("run.html")] });
    using var file = new MemoryStream();
    model.Save(file);
    file.Position = 0;
    model.LoadParameters(file);
    model.OpenStreams(1).Step([1, 2, 3], new float[model.Schema.OutputSize]);
    return history.Epochs;
}

[GruModel(inputSize: 3), Gru(16), Dense(2)]
internal sealed partial class Own;
