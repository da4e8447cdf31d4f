using GruGen.Tests.Reference;

namespace GruGen.Tests.Numbers;

/// <summary>Twenty optimiser steps on the gradients of a pass end where PyTorch ends, with the same losses on the way.</summary>
public class TorchTrainingTests
{
    private const double Tolerance = 1e-4;

    private static readonly string[] Names =
    [
        "train_regression_sgd", "train_regression_sgd_momentum", "train_regression_adam", "train_regression_clip", "train_binary_embedding_adam",
        "train_lm_adam",
    ];

    public static TheoryData<string, string> Models => ModelFactory.With(Names, name => new TorchTraining(name).Schema);

    [Theory]
    [MemberData(nameof(Models))]
    public void Steps_on_the_gradients_of_a_pass_end_where_PyTorch_ends(string factory, string name)
    {
        var training = new TorchTraining(name);
        if (training.Schema.ReadsTokens)
        {
            Train(training, ModelFactory.ByName(factory).Create<int>(training.Schema));
        }
        else
        {
            Train(training, ModelFactory.ByName(factory).Create<float>(training.Schema));
        }
    }

    private static void Train<TInput>(TorchTraining training, SequenceModel<TInput> model)
        where TInput : unmanaged
    {
        int size = training.BatchSize, steps = training.TimeSteps;
        SequencePass<TInput> pass = model.CreatePass(size, steps);
        float[] outputs = new float[training.OutputsAfter.Length];
        for (int k = 0; k < training.StepCount; k++)
        {
            Forward(k);
            (double loss, double[] gradient) = training.Loss(k, Batch.Doubles(outputs));
            pass.Backward(Batch.Floats(gradient));
            double norm = training.Update(parameter => Batch.Doubles(pass.Gradient(parameter)));

            Assert.Equal(training.Losses[k], loss, Tolerance);
            Assert.Equal(training.GradientNorms[k], norm, Tolerance * Math.Max(1, training.GradientNorms[k]));
        }

        Forward(0);
        AssertEqual(training.OutputsAfter, Batch.Doubles(outputs));
        foreach ((string parameter, double[] values) in training.Parameters)
        {
            AssertEqual(training.Final(parameter), values);
        }

        void Forward(int k)
        {
            foreach ((string parameter, double[] values) in training.Parameters)
            {
                model.Parameters.Set(parameter, Batch.Floats(values));
            }

            var batch = new Batch(training.Schema, size, steps, training.Inputs(k), []);
            pass.Forward(batch.InputsAs<TInput>(), size, steps, outputs);
        }
    }

    private static void AssertEqual(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], Tolerance);
        }
    }
}
