using FirstNames;
using GruGen.Kernels;

namespace GruGen.Tests.Emitted;

/// <summary>
/// A short training run of the sample's model gives the same final bits at every width, with the scalar twin, and when repeated.
/// </summary>
public class SampleTrainingTests
{
    private static readonly SequenceDataset<int> Data = Every(20);

    private static readonly Lazy<(GenderModel Model, History History)> Trained = new(() => Train(Simd.Lanes));

    public static TheoryData<int> Widths => [.. Simd.Choices];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Training_ends_with_the_same_bits(int lanes)
    {
        (GenderModel model, History history) = Train(lanes);

        Assert.Equal(Bits(Trained.Value.Model), Bits(model));
        Assert.All(history.Names, name => Assert.Equal(Trained.Value.History[name], history[name]));
    }

    [Fact]
    public void Training_learns()
    {
        IReadOnlyList<double> losses = Trained.Value.History["loss"];
        Assert.True(losses[2] < losses[1] && losses[1] < losses[0], string.Join(' ', losses));
    }

    private static (GenderModel Model, History History) Train(int lanes)
    {
        var model = new GenderModel(seed: 1) { Lanes = lanes };
        History history = model.Fit(Data, new TrainingOptions
        {
            Optimizer = new Adam(2e-3),
            Epochs = 3,
            BatchSize = 64,
            ClipNorm = 1,
            Metrics = [Metric.Accuracy],
            ValidationSplit = 0.1,
            Seed = 1,
        });
        return (model, history);
    }

    private static uint[] Bits(GenderModel model) => [.. model.Parameters.All.ToArray().Select(BitConverter.SingleToUInt32Bits)];

    /// <summary>Some of the 8,003 names: the first, and every so-many-th after it.</summary>
    private static SequenceDataset<int> Every(int distance)
    {
        SequenceDataset<int> data = GenderModel.CreateDataset();
        foreach ((int i, FirstName name) in Names.Load().Index())
        {
            if (i % distance == 0)
            {
                data.Add(Names.Letters.Encode(name.Text), label: name.IsFemale ? 1 : 0);
            }
        }

        return data;
    }
}
