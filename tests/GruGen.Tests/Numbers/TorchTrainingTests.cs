using GruGen.Tests.Reference;

namespace GruGen.Tests.Numbers;

/// <summary>
/// Twenty optimiser steps end where PyTorch ends, with the same losses on the way: first with losses and optimisers in double precision on
/// the gradients of a pass, then with those of the trainer.
/// </summary>
public class TorchTrainingTests
{
    private const double Tolerance = 1e-4;

    internal static readonly string[] Names = // gradients are the same with any optimiser
    [
        "train_regression_sgd", "train_regression_sgd_momentum", "train_regression_adam", "train_regression_clip", "train_binary_embedding_adam",
        "train_lm_adam",
    ];

    public static TheoryData<string, string> Models => ModelFactory.With(Names, name => new TorchTraining(name).Schema);

    public static TheoryData<string, string> ActivatedModels => ModelFactory.With(Names, name => new TorchTraining(name, activated: true).Schema);

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

    [Theory]
    [MemberData(nameof(ActivatedModels))]
    public void A_trainer_ends_where_PyTorch_ends(string factory, string name)
    {
        var training = new TorchTraining(name, activated: true);
        if (training.Schema.ReadsTokens)
        {
            TrainWithTrainer(training, ModelFactory.ByName(factory).Create<int>(training.Schema));
        }
        else
        {
            TrainWithTrainer(training, ModelFactory.ByName(factory).Create<float>(training.Schema));
        }
    }

    private static void TrainWithTrainer<TInput>(TorchTraining training, SequenceModel<TInput> model)
        where TInput : unmanaged
    {
        foreach ((string parameter, double[] values) in training.Parameters)
        {
            model.Parameters.Set(parameter, Batch.Floats(values));
        }

        SequenceDataset<TInput> data = training.Data<TInput>();
        using Trainer<TInput> trainer = model.BeginTraining(training.Options);
        for (int k = 0; k < training.StepCount; k++)
        {
            double loss = trainer.Step(data, [.. Enumerable.Range(k % 4 * training.BatchSize, training.BatchSize)]);

            Assert.Equal(training.Losses[k], loss, Tolerance);
            Assert.Equal(training.GradientNorms[k], trainer.GradientNorm, Tolerance * Math.Max(1, training.GradientNorms[k]));
        }

        foreach (string parameter in training.Parameters.Keys)
        {
            AssertEqual(training.Final(parameter), Batch.Doubles(model.Parameters[parameter]));
        }
    }

    private static void Train<TInput>(TorchTraining training, SequenceModel<TInput> model)
        where TInput : unmanaged
    {
        int size = training.BatchSize, steps = training.TimeSteps;
        SequencePass<TInput> pass = model.CreatePass(size, steps);
        float[] outputs = new float[training.LogitsAfter.Length];
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
        AssertEqual(training.LogitsAfter, Batch.Doubles(outputs));
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
