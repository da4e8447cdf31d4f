using Extensions;

namespace GruGen.Tests.Training;

/// <summary>What the page about training shows of optimisers, decays, clipping, averages and schedules.</summary>
public class OptimizerPageTests
{
    private readonly SequenceDataset<int> _data = TrainingTask.BinaryData(40);

    [Fact]
    public void Optimisers()
    {
        var options = new TrainingOptions { Optimizer = new AdamW(2e-3) { WeightDecay = 0.05 } };

        Improves(options);

        Optimizer sgd = new Sgd(0.1) { Momentum = 0.9, Nesterov = true };
        Optimizer keras = new Adam(1e-3) { Epsilon = 1e-7, EpsilonConvention = Convention.Keras };

        Improves(options with { Optimizer = sgd });
        Improves(options with { Optimizer = keras });
    }

    [Fact]
    public void Groups()
    {
        var options = new TrainingOptions
        {
            Optimizer = new AdamW(2e-3),
            ParameterGroups =
            [
                new ParameterGroup("embedding") { LearningRateFactor = 0.1, WeightDecay = 0 }, // a layer
                new ParameterGroup("gru1.weight_hh_l0") { WeightDecay = 0.1 }, // a tensor
            ],
        };

        Improves(options);
    }

    [Fact]
    public void Clipping()
    {
        var all = new TrainingOptions { ClipNorm = 1 }; // the norm of all gradients together
        var each = new TrainingOptions { ClipTensorNorm = 1 }; // the norm of each tensor
        var values = new TrainingOptions { ClipValue = 0.5 }; // each gradient

        Improves(all);
        Improves(each);
        Improves(values);
    }

    [Fact]
    public void Averages()
    {
        var options = new TrainingOptions { AverageDecay = 0.99, ValidationSplit = 0.2 };

        Improves(options);
    }

    [Fact]
    public void Schedules()
    {
        SequenceDataset<int> data = _data;
        const int Epochs = 10, BatchSize = 8;
        int steps = Epochs * ((data.Count + BatchSize - 1) / BatchSize); // of the optimiser, in all epochs

        var options = new TrainingOptions
        {
            Optimizer = new Adam(2e-3),
            Schedule = new WarmUpSchedule(5).Then(new CosineSchedule(steps - 5) { Minimum = 1e-5, StaysAtEnd = true }, after: 5),
            Epochs = Epochs,
            BatchSize = BatchSize,
        };

        Improves(options);
        Improves(options with { Optimizer = new Sgd { Momentum = 0.9 }, Schedule = new OneCycleSchedule(maximum: 0.2, steps) });
        Assert.Equal(1e-5, options.Schedule.RateAt(steps, 2e-3));
        Improves(options with { Schedule = new Halving(20) });
    }

    [Fact]
    public void Plateaus()
    {
        var options = new TrainingOptions
        {
            ReduceOnPlateau = new ReduceOnPlateau { Monitor = "val_loss", Factor = 0.5, Patience = 3 },
            ValidationSplit = 0.2,
        };

        Improves(options);
    }

    /// <summary>An optimiser of one's own decays as others do.</summary>
    [Fact]
    public void Own() => Improves(new TrainingOptions { Optimizer = new Lion(1e-3) { WeightDecay = 0.1 } });

    private void Improves(TrainingOptions options)
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 1);
        double before = model.Evaluate(_data).Loss;
        model.Fit(_data, options with { Epochs = Math.Max(10, options.Epochs), BatchSize = 8 });
        Assert.True(model.Evaluate(_data).Loss < before);
    }

    /// <summary>Half of the rate after every so many steps.</summary>
    private sealed record Halving(int Steps) : LearningRateSchedule
    {
        public override double RateAt(long step, double learningRate) => learningRate * Math.Pow(0.5, step / Steps);
    }
}
