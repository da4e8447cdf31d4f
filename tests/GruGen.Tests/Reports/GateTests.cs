using System.Buffers.Binary;
using System.IO.Compression;
using System.Xml.Linq;
using GruGen.Report;
using GruGen.Tests.Training;

namespace GruGen.Tests.Reports;

/// <summary>What a model keeps in mind, as pictures and as numbers.</summary>
public sealed class GateTests
{
    private static readonly Vocabulary s_letters = new(
        ["a", "b", "<", " "], Tokenization.Characters, new VocabularyOptions { UnknownSymbol = null });

    [Fact]
    public void Each_direction_of_each_layer_has_the_means_of_its_trace()
    {
        using var file = new ReportFile();
        TwoDirections model = Train(file);
        ModelTrace trace = model.Trace(s_letters.Encode("ab< a"));
        Check(file, "ab< a · gru1", trace["gru1"].Gates[0], z => z);
        Check(file, "ab< a · gru1, from the end", trace["gru1"].Gates[1], z => z);
        Check(file, "ab< a · gru2", trace["gru2"].Gates[0], z => 1 - z);
        Assert.Equal(["1 a", "2 b", "3 <", "4 ␣", "5 a"], Names(file.Figure("ab< a · gru1")));
        double[] last = file.Table("ab< a · gru1, from the end")[^1];
        Assert.Equal(last[2], last[3], 12); // of which the last step is the first one, from a state of 0
    }

    [Fact]
    public void Pictures_have_a_pixel_for_each_unit_of_each_step()
    {
        using var file = new ReportFile();
        TwoDirections model = Train(file);
        XElement[] pictures = [.. file.Figure("ab< a · gru2").Descendants("image")];
        Assert.Equal(3, pictures.Length);
        GateTrace gates = model.Trace(s_letters.Encode("ab< a"))["gru2"].Gates[0];
        TraceRows[] expected = [gates.States, gates.Update, gates.Reset];
        Assert.All(pictures.Zip(expected), pair =>
        {
            double[,] pixels = Read((string)pair.First.Attribute("href")!);
            Assert.Equal((6, 5), (pixels.GetLength(0), pixels.GetLength(1)));
            for (int step = 0; step < 5; step++)
            {
                double[] column = [.. Enumerable.Range(0, 6).Select(row => pixels[row, step]).Order()]; // units are in another order
                Assert.All(column.Zip(pair.Second[step].ToArray().Order()), value => Assert.Equal(value.Second, value.First, tolerance: 0.011));
            }
        });
    }

    [Fact]
    public void Steps_of_features_have_numbers_and_long_sequences_an_end()
    {
        using var file = new ReportFile();
        var model = new DynamicModel<float>(TrainingTask.Tagger);
        float[] example = [.. Enumerable.Range(0, 1000).Select(i => i % 7 / 7f)];
        model.Fit(
            TrainingTask.TaggerData(4),
            file.With(new TrainingOptions(), ReportSection.Gates(model, [example, [], [0.5f, -0.5f]], "Memory")));
        Assert.Equal(400, file.Table("example 1 · gru1").Length);
        Assert.DoesNotContain("example 2 · gru1", file.Page.Descendants("h3").Select(title => title.Value)); // which has no step
        Assert.Equal(["1 1"], Names(file.Figure("example 3 · gru1")));
        Assert.Equal("Memory after epoch 1", file.Section("Memory").Element("h2")!.Value);
    }

    /// <summary>A digit takes some six of the figure's 360 units, a line of text eleven.</summary>
    [Theory]
    [InlineData(9, 1)]
    [InlineData(30, 2)]
    [InlineData(400, 16)]
    public void Names_of_steps_do_not_touch(int steps, int stride)
    {
        using var file = new ReportFile();
        var model = new DynamicModel<float>(TrainingTask.Tagger);
        model.Fit(TrainingTask.TaggerData(4), file.With(new TrainingOptions(), ReportSection.Gates(model, [new float[2 * steps]])));
        XElement[] names = [.. file.Figure("example 1 · gru1").Descendants("text").Where(text => (string?)text.Attribute("class") == "step")];

        Assert.Equal(Enumerable.Range(0, steps).Where(step => step % stride == 0).Select(step => $"{step + 1}"), names.Select(name => name.Value));
        bool isUpright = names[0].Attribute("transform") is null;
        double[] places = [.. names.Select(Place)];
        Assert.All(places.Zip(places[1..]).Index(), pair =>
        {
            double size = isUpright ? 6.2 * (names[pair.Index].Value.Length + names[pair.Index + 1].Value.Length) / 2 : 11;
            Assert.True(pair.Item.Second - pair.Item.First > size);
        });

        static double Place(XElement name) => double.Parse(
            name.Attribute("x")?.Value ?? name.Attribute("transform")!.Value.Split('(', ' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Sections_are_checked()
    {
        var model = new TwoDirections(seed: 0);
        Assert.Throws<InvalidOperationException>(() => ReportSection.Gates(model, ["a"]));
        Assert.Throws<ArgumentException>("examples", () => ReportSection.Gates(model, Array.Empty<int[]>()));
        Assert.Throws<ArgumentException>("examples", () => ReportSection.Gates(model, [[1], null!]));
        Assert.Throws<ArgumentException>("model", () => ReportSection.Gates(new NoGru(seed: 0), [[1f]]));
    }

    private static TwoDirections Train(ReportFile file)
    {
        var model = new TwoDirections(seed: 0) { Vocabulary = s_letters };
        SequenceDataset<int> data = TwoDirections.CreateDataset();
        data.Add([0, 1, 2], label: 1);
        model.Fit(data, file.With(new TrainingOptions { Epochs = 2 }, ReportSection.Gates(model, ["ab< a"])));
        return model;
    }

    private static void Check(ReportFile file, string title, GateTrace gates, Func<double, double> kept)
    {
        double[][] shown = file.Table(title);
        Assert.Equal(5, shown.Length);
        for (int step = 0; step < 5; step++)
        {
            Assert.Equal(gates.Update[step].ToArray().Average(z => kept(z)), shown[step][0], 6);
            Assert.Equal(gates.Reset[step].ToArray().Average(r => (double)r), shown[step][1], 6);
            Assert.Equal(gates.States[step].ToArray().Average(h => Math.Abs((double)h)), shown[step][2], 6);
        }
    }

    private static IEnumerable<string> Names(XElement figure) => figure.Descendants("tbody").Descendants("th").Select(name => name.Value);

    /// <summary>The numbers of a picture, −1 to 1, in 48 levels on each side of 0.</summary>
    private static double[,] Read(string address)
    {
        byte[] file = Convert.FromBase64String(address["data:image/png;base64,".Length..]);
        int at = 8, columns = 0, rows = 0;
        byte[] pixels = [];
        for (int length; at < file.Length; at += 12 + length)
        {
            length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            ReadOnlySpan<byte> content = file.AsSpan(at + 8, length);
            switch (file[at + 4], file[at + 5])
            {
                case ((byte)'I', (byte)'H'):
                    (columns, rows) = (BinaryPrimitives.ReadInt32BigEndian(content), BinaryPrimitives.ReadInt32BigEndian(content[4..]));
                    break;
                case ((byte)'I', (byte)'D'):
                    using (var unpacked = new MemoryStream())
                    {
                        new ZLibStream(new MemoryStream(content.ToArray()), CompressionMode.Decompress).CopyTo(unpacked);
                        pixels = unpacked.ToArray();
                    }

                    break;
            }
        }

        double[,] values = new double[rows, columns];
        for (int i = 0; i < rows * columns; i++)
        {
            values[i / columns, i % columns] = (pixels[i / columns * (columns + 1) + 1 + i % columns] - 48) / 48.0;
        }

        return values;
    }
}

/// <summary>Both directions, and above them a GRU whose update gate says what is replaced.</summary>
[GruModel]
[Embedding(4, 3)]
[Gru(5, Bidirectional = true, Output = SequenceOutput.EveryStep)]
[Gru(6, UpdateGate = UpdateGate.Replace)]
[Dense(1, Activation.Sigmoid)]
internal sealed partial class TwoDirections;

/// <summary>A model with nothing that it remembers.</summary>
[GruModel(inputSize: 1)]
[Conv1D(2, 3)]
[Dense(1)]
internal sealed partial class NoGru;
