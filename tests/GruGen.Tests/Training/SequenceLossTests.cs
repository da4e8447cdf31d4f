using GruGen.Tests.Emitted;
using GruGen.Tests.Passes;

namespace GruGen.Tests.Training;

/// <summary>
/// A loss of whole sequences that is a sum over their steps is what the built-in one of rows is, in whatever blocks they come.
/// </summary>
public class SequenceLossTests
{
    private static readonly int[] s_lengths = [.. Enumerable.Range(0, 80).Select(i => i * 7 % 43)];

    [Fact]
    public void It_sees_the_steps_of_emitted_models()
    {
        AssertAlike<float>(() => new SoftmaxSteps(seed: 3)); // blocks of 64 rows
        AssertAlike<float>(() => new SoftmaxLast(seed: 3));
        AssertAlike<int>(() => new TokensToClasses(seed: 3));
        AssertAlike<int>(() => new Tagger(seed: 3)); // both ways, with a padding token
    }

    [Fact]
    public void And_of_generic_ones() => AssertAlike<float>(() => TrainingTask.TaggerModel(seed: 3));

    private static void AssertAlike<TInput>(Func<SequenceModel<TInput>> create)
        where TInput : unmanaged
    {
        SequenceModel<TInput> model = create(), other = create();
        SequenceDataset<TInput> data = TrainingTask.Data<TInput>(model.Schema, s_lengths);
        var loss = new CrossEntropy();
        Evaluation expected = model.Evaluate(data), actual = model.Evaluate(data, loss);
        Assert.Equal(expected.Loss, actual.Loss, 1e-6 * expected.Loss);
        Assert.Equal(expected.Accuracy, actual.Accuracy);

        int[] all = [.. Enumerable.Range(0, data.Count)];
        var options = new TrainingOptions { Optimizer = new Sgd(1), BatchSize = data.Count };
        using Trainer<TInput> trainer = model.BeginTraining(options), whole = other.BeginTraining(options with { Loss = loss });
        for (int step = 0; step < 2; step++)
        {
            Assert.Equal(trainer.Step(data, all), whole.Step(data, all), 1e-5 * expected.Loss);
        }

        for (int i = 0; i < model.Parameters.Count; i++)
        {
            Assert.Equal(model.Parameters.All[i], other.Parameters.All[i], 1e-5f);
        }
    }

    /// <summary>The mean over all labels that count, of softmax cross-entropies.</summary>
    private sealed class CrossEntropy() : SequenceLoss("whole")
    {
        protected internal override Averaging Averaging => Averaging.Targets;

        protected internal override double Compute(in OutputRows steps)
        {
            double loss = 0;
            foreach (int step in steps.Counted)
            {
                ReadOnlySpan<float> logits = steps.Outputs(step);
                double sum = 0;
                foreach (float logit in logits)
                {
                    sum += Math.Exp(logit);
                }

                loss += Math.Log(sum) - logits[steps.Label(step)];
                for (int i = 0; i < logits.Length && steps.WantsGradients; i++)
                {
                    double slope = Math.Exp(logits[i]) / sum - (i == steps.Label(step) ? 1 : 0);
                    steps.Gradients(step)[i] += (float)(slope * steps.GradientScale(step)); // onto zero
                }
            }

            return loss;
        }
    }
}
