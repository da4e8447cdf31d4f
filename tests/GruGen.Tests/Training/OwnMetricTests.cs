using Extensions;

namespace GruGen.Tests.Training;

/// <summary>Losses by row and metrics that are not built in, and any number of metrics.</summary>
public class OwnMetricTests
{
    [Theory]
    [InlineData(0.9, Activation.Linear)]
    [InlineData(0.2, Activation.Tanh)]
    public void A_loss_of_rows_has_its_value_and_its_gradient(double quantile, Activation activation)
    {
        ModelSchema schema = ModelSchema.ForFeatures("Quantiles", 2, LayerSchema.Gru(6, SequenceOutput.EveryStep), LayerSchema.Dense(3, activation));
        SequenceDataset<float> data = TrainingTask.Data<float>(schema);
        var model = new DynamicModel<float>(schema, seed: 1);
        double expected = 0;
        int count = 0;
        for (int i = 0; i < data.Count; i++)
        {
            float[] outputs = new float[3 * data.Length(i)];
            model.Predict(data.Input(i), outputs);
            for (int k = 0; k < outputs.Length; k++, count++)
            {
                double error = (double)data.Values(i, k / 3)[k % 3] - outputs[k];
                expected += Math.Max(quantile * error, (quantile - 1) * error);
            }
        }

        var loss = new PinballLoss(quantile);
        Assert.Equal(expected / count, model.Evaluate(data, loss).Loss, 2e-6);
        Assert.Equal(expected / count, model.Fit(data, new TrainingOptions { Loss = loss, Optimizer = new Sgd(0) })["loss"][0], 2e-6);
        GradientCheck check = GradientCheck.Run(model, data, loss);
        Assert.True(check.Passed(), check.ToString());

        var byRow = new RowAverage(quantile);
        Assert.Equal(expected * 3 / count, model.Evaluate(data, byRow).Loss, 6e-6);
        Assert.True(GradientCheck.Run(model, data, byRow).Passed());
    }

    [Fact]
    public void A_loss_that_sets_nothing_is_zero_and_teaches_nothing()
    {
        DynamicModel<float> model = TrainingTask.TaggerModel();
        SequenceDataset<float> data = TrainingTask.TaggerData(20);
        model.Fit(data);
        float[] before = model.Parameters.All.ToArray();
        Assert.Equal(0, model.Fit(data, new TrainingOptions { Loss = new NoLoss() })["loss"][0]);
        Assert.Equal(before, model.Parameters.All);
    }

    [Fact]
    public void A_gradient_that_is_faint_becomes_zero()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        float[] before = model.Parameters.All.ToArray();
        model.Fit(TrainingTask.BinaryData(8), new TrainingOptions { Loss = new FaintLoss(), Optimizer = new Sgd(1e30) });
        Assert.Equal(before, model.Parameters.All);
    }

    [Fact]
    public void A_metric_of_a_whole_evaluation_is_no_mean_of_batches()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 2);
        SequenceDataset<int> data = TrainingTask.BinaryData(150);
        (int right, int said, int are) = (0, 0, 0);
        for (int i = 0; i < data.Count; i++)
        {
            float[] p = new float[1];
            model.Predict(data.Input(i), p);
            said += p[0] > 0.5f ? 1 : 0;
            are += data.Label(i, 0);
            right += p[0] > 0.5f && data.Label(i, 0) == 1 ? 1 : 0;
        }

        var f1 = new F1Score();
        double expected = 2.0 * right / (said + are);
        Assert.Equal(expected, model.Evaluate(data, metrics: [f1])[f1], 1e-12);
        History history = model.Fit(data, new TrainingOptions { Optimizer = new Sgd(0), Epochs = 3, BatchSize = 7, Metrics = [f1] });
        Assert.All(history["f1"], value => Assert.Equal(expected, value, 1e-12));
        Assert.Contains("f1 needs", Assert.Throws<ArgumentException>(() => TrainingTask.TaggerModel().Evaluate(TrainingTask.TaggerData(3), metrics: [f1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void There_may_be_any_number_of_metrics()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 2);
        SequenceDataset<int> data = TrainingTask.BinaryData(20);
        Metric[] metrics = [Metric.Accuracy, Metric.MeanAbsoluteError, .. Enumerable.Range(2, 20).Select(power => new ErrorPower(power))];

        Evaluation evaluation = model.Evaluate(data, metrics: metrics), again = model.Evaluate(data, metrics: metrics);

        Assert.Equal(23, evaluation.Count);
        Assert.Equal(["loss", .. metrics.Select(metric => metric.Name)], evaluation.Select(pair => pair.Key));
        Assert.Equal(evaluation["mae"], evaluation[Metric.MeanAbsoluteError]);
        Assert.All(metrics.Skip(3), metric => Assert.True(evaluation[metric] < evaluation[Metric.MeanAbsoluteError]));
        Assert.Equal(evaluation, again);
        Assert.NotEqual(evaluation, model.Evaluate(data, metrics: [.. metrics.Take(21)]));
        Assert.Throws<KeyNotFoundException>(() => evaluation[new ErrorPower(30)]);
        Assert.Throws<ArgumentNullException>(() => evaluation[(Metric)null!]);
        var options = new TrainingOptions { Metrics = metrics, Epochs = 2 };
        Assert.Equal(23, model.Fit(data, options).Names.Count);
    }

    [Fact]
    public void Metrics_have_names_of_their_own()
    {
        Refuses(new ErrorPower(2), new ErrorPower(2));
        Refuses(new Named("loss"));
        Refuses(new Named("mae"), Metric.MeanAbsoluteError);
        Assert.Throws<ArgumentException>(() => new Named(""));

        static void Refuses(params Metric[] metrics) =>
            Assert.Equal("Metrics", Assert.Throws<ArgumentException>(() => new TrainingOptions { Metrics = metrics }).ParamName);
    }

    [Fact]
    public void Steps_of_a_loop_of_ones_own_are_shown_to_no_metric()
    {
        var metric = new Counting();
        SequenceDataset<int> data = TrainingTask.BinaryData(8);
        using Trainer<int> trainer = TrainingTask.BinaryModel().BeginTraining(new TrainingOptions { Metrics = [metric], BatchSize = 4 });
        trainer.Step(data, [0, 1, 2, 3]);
        Assert.Equal(8, trainer.RunEpoch(data)[metric]);
        trainer.Step(data, [0, 1, 2, 3]);
        Assert.Equal(8, trainer.RunEpoch(data)[metric]);
    }

    [Fact]
    public void Rows_say_what_they_do_not_have()
    {
        var looking = new Looking();
        DynamicModel<float> tagger = TrainingTask.TaggerModel();
        tagger.Evaluate(TrainingTask.TaggerData(5), metrics: [looking]);
        Assert.Equal(["Targets", "row", "row"], looking.Found);
        DynamicModel<int> binary = TrainingTask.BinaryModel();
        looking = new Looking();
        binary.Evaluate(TrainingTask.BinaryData(5), metrics: [looking]);
        Assert.Equal(["Label", "row", "row"], looking.Found);
    }

    private sealed class RowAverage(double quantile) : RowLoss("by row")
    {
        protected internal override Averaging Averaging => Averaging.Rows;

        protected internal override void Compute(in OutputRows rows)
        {
            rows.Activate();
            foreach (int row in rows.Counted)
            {
                double loss = 0;
                for (int i = 0; i < rows.Size; i++)
                {
                    double error = (double)rows.Targets(row)[i] - rows.Outputs(row)[i];
                    loss += error > 0 ? quantile * error : (quantile - 1) * error;
                    rows.Gradients(row)[i] = (float)(rows.GradientScale(row) * (error > 0 ? -quantile : 1 - quantile));
                }

                rows.SetLoss(row, loss);
            }

            rows.BackwardThroughActivation();
        }
    }

    private sealed class NoLoss() : RowLoss("none")
    {
        protected internal override void Compute(in OutputRows rows)
        {
        }
    }

    private sealed class FaintLoss() : RowLoss("faint")
    {
        protected internal override void Compute(in OutputRows rows)
        {
            Assert.Equal(0, rows.Gradients(0)[0]);
            rows.Gradients(0)[0] = 1e-30f;
        }
    }

    private sealed class ErrorPower(int power) : MeanMetric($"error{power}")
    {
        protected override double Sum(in OutputRows rows)
        {
            double sum = 0;
            foreach (int row in rows.Counted)
            {
                sum += Math.Pow(Math.Abs(rows.Outputs(row)[0] - rows.Targets(row)[0]), power);
            }

            return sum;
        }
    }

    private sealed class Named(string name) : MeanMetric(name)
    {
        protected override double Sum(in OutputRows rows) => 0;
    }

    private sealed class Counting() : Metric("rows")
    {
        public override MetricAccumulator CreateAccumulator() => new Accumulator();

        private sealed class Accumulator : MetricAccumulator
        {
            private int _rows;

            public override double Result => _rows;

            public override void Add(in OutputRows rows) => _rows += rows.Count;

            public override void Reset() => _rows = 0;

            protected internal override double[] GetState() => [_rows];

            protected internal override void SetState(ReadOnlySpan<double> state) => _rows = (int)state[0];
        }
    }

    private sealed class Looking() : MeanMetric("looking")
    {
        public List<string> Found { get; } = [];

        protected override double Sum(in OutputRows rows)
        {
            try
            {
                if (rows.HasClasses)
                {
                    rows.Targets(0);
                }
                else
                {
                    rows.Label(0);
                }
            }
            catch (InvalidOperationException exception)
            {
                Found.Add(exception.Message.Contains("not numbers", StringComparison.Ordinal) ? "Targets" : "Label");
            }

            try
            {
                rows.Outputs(rows.Count);
            }
            catch (ArgumentOutOfRangeException exception)
            {
                Found.Add(exception.ParamName!);
            }

            try
            {
                rows.IsCounted(-1);
            }
            catch (ArgumentOutOfRangeException exception)
            {
                Found.Add(exception.ParamName!);
            }

            return 0;
        }
    }
}
