namespace GruGen.Tests.Training;

/// <summary>Trainings whose learning rate, and momentum, a schedule gives.</summary>
public class ScheduledTrainingTests
{
    private static readonly LearningRateSchedule s_schedule = new WarmUpSchedule(3).Then(new CosineSchedule(9), after: 3);

    [Fact]
    public void Each_step_has_the_rate_of_its_number()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(), other = TrainingTask.BinaryModel();
        SequenceDataset<int> data = TrainingTask.BinaryData(8);
        using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = new Adam(0.05), Schedule = s_schedule });
        using Trainer<int> set = other.BeginTraining(new TrainingOptions { Optimizer = new Adam(0.05) });
        for (int step = 0; step < 12; step++)
        {
            Assert.Equal(s_schedule.RateAt(step, 0.05), trainer.LearningRate);
            set.LearningRate = trainer.LearningRate;
            Assert.Equal(set.Step(data, [0, 1, 2]), trainer.Step(data, [0, 1, 2]));
            Assert.Equal(other.Parameters.All, model.Parameters.All);
        }
    }

    [Fact]
    public void A_rate_that_a_schedule_gives_cannot_be_set()
    {
        using Trainer<int> trainer = TrainingTask.BinaryModel().BeginTraining(new TrainingOptions { Schedule = new CosineSchedule(5) });
        string message = Assert.Throws<InvalidOperationException>(() => trainer.LearningRate = 0.1).Message;
        Assert.Contains("CosineSchedule", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_restored_trainer_goes_on_bit_for_bit_in_the_middle_of_a_schedule()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(24);
        foreach (LearningRateSchedule schedule in (LearningRateSchedule[])[s_schedule, new OneCycleSchedule(0.1, 20)])
        {
            var options = new TrainingOptions { Optimizer = new Sgd { Momentum = 0.5 }, Schedule = schedule, BatchSize = 4, Seed = 3 };
            DynamicModel<int> model = TrainingTask.BinaryModel(), other = TrainingTask.BinaryModel(seed: 8);
            using var file = new MemoryStream();
            using Trainer<int> trainer = model.BeginTraining(options), restored = other.BeginTraining(options);
            trainer.RunEpoch(data);
            trainer.Save(file);
            file.Position = 0;
            restored.Restore(file);
            Assert.Equal(schedule.RateAt(6, 0.01), restored.LearningRate);
            trainer.RunEpoch(data);
            restored.RunEpoch(data);
            Assert.Equal(model.Parameters.All, other.Parameters.All);
        }
    }

    [Fact]
    public void A_momentum_needs_an_optimiser_that_takes_it()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        var cycle = new OneCycleSchedule(0.1, 20);
        foreach (Optimizer optimizer in (Optimizer[])[new Sgd(), new Adagrad(), new NAdam(), new Extensions.Lion()])
        {
            foreach (LearningRateSchedule schedule in (LearningRateSchedule[])[cycle, new ConstantSchedule(1).Then(cycle, after: 7)])
            {
                ArgumentException exception = Assert.Throws<ArgumentException>(
                    () => model.BeginTraining(new TrainingOptions { Optimizer = optimizer, Schedule = schedule }));
                Assert.Equal("Schedule", exception.ParamName);
                Assert.Contains("CyclesMomentum", exception.Message, StringComparison.Ordinal);
            }

            model.BeginTraining(new TrainingOptions { Optimizer = optimizer, Schedule = cycle with { CyclesMomentum = false } }).Dispose();
        }
    }

    [Theory]
    [InlineData(double.NaN, 0.5)]
    [InlineData(-1, 0.5)]
    [InlineData(1e39, 0.5)]
    [InlineData(0.1, 1)]
    [InlineData(0.1, -0.5)]
    [InlineData(0.1, double.NaN)]
    public void What_a_schedule_cannot_give_is_refused_and_changes_nothing(double rate, double momentum)
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        SequenceDataset<int> data = TrainingTask.BinaryData(8);
        using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Schedule = new Jump(rate, momentum) });
        trainer.Step(data, [0, 1]);
        float[] before = model.Parameters.All.ToArray();
        string message = Assert.Throws<InvalidOperationException>(() => trainer.Step(data, [0, 1])).Message;
        Assert.Contains("Jump", message, StringComparison.Ordinal);
        Assert.Equal(before, model.Parameters.All);
        Assert.Equal(1, trainer.StepCount);
    }

    [Fact]
    public void A_factor_of_a_plateau_is_beside_a_schedule()
    {
        using var updater = new ParameterUpdater<int>(TrainingTask.BinaryModel(), new TrainingOptions { Schedule = s_schedule }, team: null);
        updater.LearningRateFactor = 0.1;
        Assert.Equal(0.1 * s_schedule.RateAt(0, 1e-3), updater.LearningRate);
    }

    /// <summary>No loss is that much better than the one before, so the rate halves with every epoch after the first.</summary>
    [Fact]
    public void A_plateau_reduces_the_rate_and_goes_on_from_a_file()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(24);
        var plateau = new ReduceOnPlateau { Monitor = "loss", Factor = 0.5, Patience = 0, Threshold = 0.99 };
        foreach (LearningRateSchedule? schedule in (LearningRateSchedule?[])[null, new ExponentialSchedule(0.9)])
        {
            var options = new TrainingOptions { Optimizer = new Adam(0.02), Schedule = schedule, ReduceOnPlateau = plateau, BatchSize = 6, Epochs = 5, Seed = 3 };
            DynamicModel<int> model = TrainingTask.BinaryModel(), other = TrainingTask.BinaryModel(seed: 8), whole = TrainingTask.BinaryModel();
            using var file = new MemoryStream();
            using Trainer<int> trainer = model.BeginTraining(options), restored = other.BeginTraining(options);
            trainer.Fit(data, epochs: 3);
            Assert.Equal(0.25 * (schedule?.RateAt(12, 0.02) ?? 0.02), trainer.LearningRate, 1e-15);
            trainer.Save(file);
            file.Position = 0;
            restored.Restore(file);
            Assert.Equal(trainer.LearningRate, restored.LearningRate);
            restored.Fit(data);
            whole.Fit(data, options);
            Assert.Equal(0.0625 * (schedule?.RateAt(20, 0.02) ?? 0.02), restored.LearningRate, 1e-15);
            Assert.Equal(whole.Parameters.All, other.Parameters.All);
        }
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(8);
        using Trainer<int> trainer = TrainingTask.BinaryModel().BeginTraining(
            new TrainingOptions { Schedule = new ConstantSchedule(1, 2).Then(new OneCycleSchedule(0.01, 1000), after: 2) });
        Passes.Allocated.Nothing("Step", () => trainer.Step(data, [0, 1, 2]));
    }

    /// <summary>A schedule of one's own: a good step, and then others.</summary>
    private sealed record Jump(double Rate, double Momentum) : LearningRateSchedule
    {
        public override bool SetsMomentum => true;

        public override double RateAt(long step, double learningRate) => step == 0 ? learningRate : Rate;

        public override double? MomentumAt(long step) => step == 0 ? null : Momentum;
    }
}
