using System.Runtime.InteropServices;
using System.Security.Cryptography;
using GruGen.Tests.Emitted;
using GruGen.Tests.Training;

namespace GruGen.Tests.Threads;

/// <summary>
/// Who reads parameters while another thread trains gets those of the end of an epoch, all of them; on the trainer's thread they are the
/// same.
/// </summary>
public class PublishedParametersTests
{
    private const int Reads = 1500;

    [Fact]
    public void Files_clones_and_copies_that_are_made_during_training_are_of_one_epoch()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 1);
        SequenceDataset<int> data = TrainingTask.BinaryData(40);
        AssertOfEpochs(model, (options, token) => model.Fit(data, options, token), new Adam(1e-3), () => model.Clone().Parameters.All);
    }

    [Fact]
    public void Files_and_copies_of_a_lazily_trained_table_are_of_one_epoch()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 1);
        SequenceDataset<int> data = TrainingTask.BinaryData(40);
        AssertOfEpochs(model, (options, token) => model.Fit(data, options, token), new Sgd(1e-3), () => model.Clone().Parameters.All);
    }

    [Fact]
    public void Files_clones_and_copies_of_an_emitted_model_that_threads_train_are_of_one_epoch()
    {
        var model = new Half5To17(seed: 1);
        SequenceDataset<float> data = TrainingTask.Data<float>(model.Schema);
        AssertOfEpochs(model, (options, token) => model.Fit(data, options with { MaxDegreeOfParallelism = 2 }, token), new Adam(1e-3), () => model.Clone().Parameters.All);
    }

    [Fact]
    public void Both_models_of_a_pair_can_be_saved_while_they_learn()
    {
        EncoderDecoder<int> models = ReversalTask.Models();
        PairDataset<int> data = ReversalTask.Pairs(models, ReversalTask.Strings(40));
        AssertOfEpochs(models.Decoder, (options, token) => models.Fit(data, options, token), new Adam(1e-3), () => ((DigitWriter)models.Decoder).Clone().Parameters.All);
    }

    [Fact]
    public void On_the_trainers_own_thread_they_are_the_published_ones_too()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 1);
        SequenceDataset<int> data = TrainingTask.BinaryData(40);
        int epochs = 0;
        byte[] last = FileTests.Save(model);
        model.Fit(data, new TrainingOptions
        {
            Epochs = 3,
            BatchSize = 10,
            Progress = new Listener(report =>
            {
                if (report.IsEpochEnd)
                {
                    Assert.NotEqual(last, FileTests.Save(model));
                    last = FileTests.Save(model);
                    Assert.Equal(model.Parameters.All, Loaded(last)); // a checkpoint is what training goes on from
                    epochs++;
                }

                Assert.Equal(last, FileTests.Save(model));
                Assert.Equal(last, FileTests.Save(model.Clone()));
            }),
        });
        Assert.Equal(3, epochs);
        Assert.Equal(model.Parameters.All, Loaded(FileTests.Save(model)));

        using Trainer<int> trainer = model.BeginTraining();
        trainer.Step(data, [0, 1, 2]);
        Assert.Equal(last, FileTests.Save(model));
        trainer.Publish();
        Assert.Equal(model.Parameters.All, Loaded(FileTests.Save(model)));

        static float[] Loaded(byte[] file)
        {
            DynamicModel<int> model = TrainingTask.BinaryModel();
            model.LoadParameters(file);
            return model.Parameters.All.ToArray();
        }
    }

    [Fact]
    public void A_file_that_is_written_slowly_is_of_the_epoch_it_began_in()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 1);
        byte[] before = FileTests.Save(model);
        using Trainer<int> trainer = model.BeginTraining();
        using var stream = new SlowStream(() =>
        {
            trainer.Step(TrainingTask.BinaryData(8), [0, 1, 2]);
            trainer.Publish();
        });
        model.Save(stream);
        Assert.Equal(before, stream.ToArray());
        Assert.NotEqual(before, FileTests.Save(model));
    }

    [Fact]
    public async Task A_tensor_that_another_thread_sets_is_set_or_not()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        model.Parameters.Set("gru1.weight_hh_l0", new float[3 * 8 * 8]);
        using var done = new CancellationTokenSource();
        Task setting = Task.Run(() =>
        {
            for (int i = 0; !done.IsCancellationRequested; i++)
            {
                model.Parameters.Set("gru1.weight_hh_l0", [.. Enumerable.Repeat((float)i, 3 * 8 * 8)]);
            }
        });
        var seen = new HashSet<float>();
        float[] all = new float[model.Parameters.Count];
        int offset = (int)model.Schema.Tensors.Single(tensor => tensor.Name == "gru1.weight_hh_l0").Offset;
        for (int i = 0; i < 2 * Reads || seen.Count < 3; i++)
        {
            model.Parameters.CopyTo(all);
            seen.Add(Assert.Single(all[offset..(offset + (3 * 8 * 8))].Distinct()));
        }

        await done.CancelAsync();
        await setting;
    }

    [Fact]
    public void Copies_have_the_length_of_the_parameters()
    {
        ParameterSet parameters = TrainingTask.BinaryModel().Parameters;
        Passes.Refused.Argument<ArgumentException>("destination", [3, parameters.Count], () => parameters.CopyTo(new float[3]));
    }

    /// <summary>
    /// Whatever is read by <see cref="ParameterSet.CopyTo"/>, as a file and in another way is what training had at the end of some epoch.
    /// </summary>
    private static void AssertOfEpochs<TInput>(
        SequenceModel<TInput> model, Action<TrainingOptions, CancellationToken> fit, Optimizer optimizer, Read clone)
        where TInput : unmanaged
    {
        var epochs = new HashSet<string> { Hash(model.Parameters.All) };
        var seen = new List<string>(); // by this thread
        using var enough = new CancellationTokenSource();
        var options = new TrainingOptions
        {
            Optimizer = optimizer,
            BatchSize = 2,
            Epochs = int.MaxValue,
            Progress = new Listener(report =>
            {
                if (report.IsEpochEnd)
                {
                    epochs.Add(Hash(model.Parameters.All));
                }
            }),
        };
        Task training = Task.Run(() => Assert.Throws<TrainingCanceledException>(() => fit(options, enough.Token)));
        float[] copy = new float[model.Parameters.Count];
        for (int i = 0; i < Reads || seen.Distinct().Count() < 4; i++)
        {
            model.Parameters.CopyTo(copy);
            seen.Add(Hash(copy));
            seen.Add(Hash(clone()));
            seen.Add(HashOfFile(model));
        }

        enough.Cancel();
        training.Wait();
        Assert.Empty(seen.Distinct().Except(epochs));
    }

    private static string HashOfFile<TInput>(SequenceModel<TInput> model)
        where TInput : unmanaged
    {
        SafetensorsFile file = SafetensorsFile.Read(FileTests.Save(model));
        return Hash([.. model.Schema.Tensors.SelectMany(tensor => file[tensor.Name].ToSingles())]);
    }

    private static string Hash(ReadOnlySpan<float> values) => Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(values)));

    private delegate ReadOnlySpan<float> Read();

    private sealed class Listener(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }

    /// <summary>Something happens before each part of what is written.</summary>
    private sealed class SlowStream(Action meanwhile) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            meanwhile();
            base.Write(buffer);
        }
    }
}
