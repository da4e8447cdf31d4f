using GruGen.Tests.Passes;
using GruGen.Tests.Reference;
using GruGen.Tests.Training;

namespace GruGen.Tests.Emitted;

/// <summary>What only emitted models have, and a training step of one, allocate nothing once warm.</summary>
public class AllocationTests
{
    [Fact]
    public void Steps_and_predictions_of_tokens()
    {
        var model = new Tokens();
        Tokens.StepStream stream = model.OpenStream();
        int[][] sequences = [[1, 2, 3], [], [4, 5, 6, 7, 8, 9, 10]];
        float[] output = new float[1], outputs = new float[3];

        Allocated.Nothing("Step of a token", () => stream.Step(3));
        Allocated.Nothing("Step into a span", () => stream.Step([3], output));
        Allocated.Nothing("Reset", stream.Reset);
        Allocated.Nothing("Refresh", stream.Refresh);
        Allocated.Nothing("Predict", () => model.Predict(sequences[2]));
        Allocated.Nothing("Predict into a span", () => model.Predict(sequences[2], output));
        Allocated.Nothing("Predict of many", () => model.Predict(sequences, outputs));
    }

    [Fact]
    public void Steps_and_predictions_of_classes()
    {
        var everyStep = new TokensEveryStep();
        var classes = new TokensToClasses();
        TokensEveryStep.StepStream stream = everyStep.OpenStream();
        float[] output = new float[7], outputs = new float[3 * 7];

        Allocated.Nothing("Step of a token into a span", () => stream.Step(3, output));
        Allocated.Nothing("Predict of every step", () => everyStep.Predict([1, 2, 3], outputs));
        Allocated.Nothing("PredictLabel", () => classes.PredictLabel([1, 2, 3]));
    }

    [Fact]
    public void Steps_and_predictions_of_features()
    {
        var model = new StackToFinalState();
        StackToFinalState.StepStream stream = model.OpenStream();
        float[] features = new float[9 * 5], output = new float[1], outputs = new float[2], state = new float[stream.StateSize];

        Allocated.Nothing("Step", () => stream.Step(features.AsSpan(5, 5)));
        Allocated.Nothing("Step into a span", () => stream.Step(features.AsSpan(5, 5), output));
        Allocated.Nothing("CopyStateTo", () => stream.CopyStateTo(state));
        Allocated.Nothing("SetState", () => stream.SetState(state));
        Allocated.Nothing("Predict", () => model.Predict(features));
        Allocated.Nothing("Predict into a span", () => model.Predict(features, output));
        float[][] sequences = [features, features[..10]];
        Allocated.Nothing("Predict of many", () => model.Predict(sequences, outputs));
    }

    [Fact]
    public void Steps_and_predictions_of_several_outputs()
    {
        var model = new SmallNoise();
        SmallNoise.StepStream stream = model.OpenStream();
        float[] frames = new float[5 * 7], voice = new float[5], gains = new float[5 * 4], activity = new float[1], bands = new float[4];

        Allocated.Nothing("Step", () => stream.Step(frames.AsSpan(7, 7), activity, bands));
        Allocated.Nothing("Predict", () => model.Predict(frames, voice, gains));
    }

    [Fact]
    public void A_prediction_of_a_dataset()
    {
        var model = new Tokens();
        SequenceDataset<int> data = LabelledTokens(100);
        float[] outputs = new float[data.Count];

        Allocated.Nothing("Predict of a dataset", () => model.Predict(data, outputs));
    }

    [Fact]
    public void A_training_step()
    {
        SequenceDataset<int> data = LabelledTokens(64);
        int[] order = [.. Enumerable.Range(0, data.Count)];
        foreach (Optimizer optimizer in EveryOptimizer.All)
        {
            using Trainer<int> trainer = new Tokens().BeginTraining(
                new TrainingOptions { Optimizer = optimizer, BatchSize = 16, ClipNorm = 1, Metrics = [Metric.Accuracy] });
            int batch = 0;
            Allocated.Nothing($"Step with {optimizer}", () => trainer.Step(data, order.AsSpan(batch++ % 4 * 16, 16)));
        }
    }

    [Fact]
    public void A_training_step_of_the_family()
    {
        Measure(new BothWaysTokens());
        Measure(new BothWaysProduct());
        Measure(new ResetBeforeToFinalState());
        Measure(new DropoutOfEveryKind());
        Measure(new PaddingBothWays());
        Measure(new PaddingPooledToTheMax());
        Measure(new AllAtOnce());

        static void Measure<TInput>(SequenceModel<TInput> model)
            where TInput : unmanaged
        {
            SequenceDataset<TInput> data = TrainingTask.Data<TInput>(model.Schema);
            using Trainer<TInput> trainer = model.BeginTraining(new TrainingOptions { BatchSize = 4, ClipNorm = 1, FrozenLayers = ["gru1"] });
            int batch = 0;
            Allocated.Nothing($"Step of {model.Schema.Name}", () => trainer.Step(data, batch++ % 2 == 0 ? [4, 0, 1, 2] : [3, 5]));
        }
    }

    [Fact]
    public void A_pass_over_a_batch()
    {
        var model = new StackToFinalState();
        Batch batch = Batch.Random(model.Schema, 32, 20, [.. Enumerable.Range(0, 32).Select(b => b % 21)]);
        SequencePass<float> pass = model.CreatePass(batch.Size, batch.Steps);
        float[] inputs = batch.InputsAs<float>(), inputGradients = new float[inputs.Length];
        float[] outputs = new float[batch.Size], outputGradients = Batch.Floats(batch.OutputGradients);
        float[] states = Batch.Floats(batch.InitialStates), stateGradients = new float[states.Length];

        Allocated.Nothing("Forward", () => pass.Forward(inputs, batch.Size, batch.Steps, outputs, batch.Lengths, states));
        Allocated.Nothing("Backward", () => pass.Backward(outputGradients, states, inputGradients, stateGradients));
    }

    private static SequenceDataset<int> LabelledTokens(int count)
    {
        var random = new RandomSource(1);
        SequenceDataset<int> data = Tokens.CreateDataset();
        for (int i = 0; i < count; i++)
        {
            data.Add([.. Enumerable.Range(0, i % 9).Select(_ => random.NextInt32(Tokens.InputSize))], label: i % 2);
        }

        return data;
    }
}
