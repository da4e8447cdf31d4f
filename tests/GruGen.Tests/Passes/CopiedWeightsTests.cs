using GruGen.Tests.Emitted;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Passes;

/// <summary>
/// However values come into a model that has predicted before, the next prediction, pass and refreshed stream use them: what kernels have
/// packed for themselves is not what it was packed from.
/// </summary>
public class CopiedWeightsTests
{
    public enum Way
    {
        Set,
        Copy,
        ReadBytes,
        ReadStream,
        Restore,
        Train,
    }

    public static TheoryData<Way> Ways => [.. Enum.GetValues<Way>()];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Whatever_changed_parameters_is_seen_by_all_who_predict(Way way)
    {
        AssertSeen<int, CopiedTokens>(way, seed => new CopiedTokens(seed), (to, from) => to.Take(from));
        AssertSeen<float, CopiedStack>(way, seed => new CopiedStack(seed), (to, from) => to.Take(from));
        AssertSeen<float, CopiedHalf>(way, seed => new CopiedHalf(seed), (to, from) => to.Take(from));
        AssertSeen<float, CopiedBothWays>(way, seed => new CopiedBothWays(seed), (to, from) => to.Take(from));
    }

    /// <summary>The weights that a trainer has packed for its own pass are stale too once it has gone back to a file.</summary>
    [Fact]
    public void A_trainer_that_has_stepped_goes_on_from_what_it_restored()
    {
        SequenceDataset<int> data = Training.TrainingTask.BinaryData(16);
        var options = new TrainingOptions { Optimizer = new Adam(0.05) };
        foreach (Func<int, SequenceModel<int>> create in (Func<int, SequenceModel<int>>[])[Training.TrainingTask.BinaryModel, seed => new Training.FrozenBinary(seed)])
        {
            SequenceModel<int> model = create(1);
            using var file = new MemoryStream();
            using Trainer<int> trainer = model.BeginTraining(options);
            trainer.Step(data, [0, 1, 2, 3]);
            trainer.Save(file);
            double expected = trainer.Step(data, [4, 5, 6, 7]);
            float[] after = model.Parameters.All.ToArray();
            trainer.Step(data, [8, 9, 10]);

            file.Position = 0;
            trainer.Restore(file);
            Assert.Equal(expected, trainer.Step(data, [4, 5, 6, 7]));
            Assert.Equal(after, model.Parameters.All);
        }
    }

    [Fact]
    public void A_clone_has_the_values_of_now()
    {
        var model = new CopiedStack(seed: 1);
        var generic = new DynamicModel<float>(model.Schema, seed: 1);
        foreach (int seed in (int[])[1, 2])
        {
            Predict(model);
            Predict(generic);
            model.Take(new CopiedStack(seed));
            generic.LoadParameters(FileTests.Save(new CopiedStack(seed)));
            Assert.Equal(Predict(new CopiedStack(seed)), Predict(model.Clone()));
            Assert.Equal(Predict(new DynamicModel<float>(model.Schema, seed)), Predict(generic.Clone()));
        }
    }

    private static void AssertSeen<TInput, TModel>(Way way, Func<int, TModel> create, Action<TModel, TModel> copy)
        where TInput : unmanaged
        where TModel : SequenceModel<TInput>
    {
        TModel model = create(1), other = create(2);
        ModelSchema schema = model.Schema;
        Batch batch = Batch.Random(schema, 3, 5);
        SequencePass<TInput> pass = model.CreatePass(3, 5);
        StreamGroup<TInput>? group = schema.CanStream ? model.OpenStreams(3) : null;
        SequenceStream<TInput>? stream = schema.CanStream ? Opened.Stream((SequenceModel<TInput>)model) : null;
        Results before = Seen(pass, group, stream);
        if (way == Way.Train)
        {
            other = create(1); // learns apart
            other.Fit(Training.TrainingTask.Data<TInput>(schema));
        }

        switch (way)
        {
            case Way.Set:
                foreach (TensorSchema tensor in schema.Tensors)
                {
                    model.Parameters.Set(tensor.Name, other.Parameters[tensor.Name]);
                }

                break;
            case Way.Copy:
                copy(model, other);
                break;
            case Way.ReadBytes:
                model.LoadParameters(FileTests.Save(other));
                break;
            case Way.ReadStream:
                model.LoadParameters(new Serialization.UnknownLength(FileTests.Save(other)));
                break;
            case Way.Restore:
                using (var file = new MemoryStream())
                {
                    using (Trainer<TInput> trainer = other.BeginTraining())
                    {
                        trainer.Save(file);
                    }

                    file.Position = 0;
                    using Trainer<TInput> restored = model.BeginTraining();
                    restored.Restore(file);
                    AssertSeenNow(); // while it is being trained
                }

                break;
            case Way.Train:
                model.Fit(Training.TrainingTask.Data<TInput>(schema));
                break;
        }

        AssertSeenNow();

        void AssertSeenNow()
        {
            group?.Reset();
            stream?.Refresh();
            stream?.Reset();
            TModel fresh = create(3);
            fresh.LoadParameters(FileTests.Save(other));
            Results expected = Seen(
                fresh.CreatePass(3, 5), schema.CanStream ? fresh.OpenStreams(3) : null, schema.CanStream ? Opened.Stream((SequenceModel<TInput>)fresh) : null, fresh);
            Seen(pass, group, stream).AssertSame(expected);
            Assert.All(expected.Names, name => Assert.NotEqual(before[name], expected[name]));
        }

        Results Seen(SequencePass<TInput> pass, StreamGroup<TInput>? group, SequenceStream<TInput>? stream, TModel? from = null)
        {
            TModel asked = from ?? model;
            Results results = batch.Run(pass);
            TInput[] inputs = batch.InputsAs<TInput>();
            int row = inputs.Length / 3, stepSize = row / 5;
            float[] one = new float[batch.OutputGradients.Length / 3], many = new float[3 * one.Length], threads = new float[3 * one.Length];
            asked.Predict(inputs.AsSpan(0, row), one);
            asked.Predict([.. inputs.Chunk(row)], many);
            asked.Predict([.. inputs.Chunk(row)], threads, new PredictOptions { MaxDegreeOfParallelism = 2 });
            var values = new Dictionary<string, double[]>
            {
                ["output"] = results["output"],
                ["one"] = Batch.Doubles(one),
                ["many"] = Batch.Doubles(many),
                ["threads"] = Batch.Doubles(threads),
            };
            if (group is not null)
            {
                float[] outputs = new float[3 * schema.OutputSize], output = new float[schema.OutputSize];
                group.Step(inputs.AsSpan(0, 3 * stepSize), outputs);
                stream!.Step(inputs.AsSpan(0, stepSize), output);
                values.Add("group", Batch.Doubles(outputs));
                values.Add("stream", Batch.Doubles(output));
            }

            return new Results(values);
        }
    }

    private static float[] Predict(SequenceModel<float> model)
    {
        float[] output = new float[model.Schema.OutputSize];
        model.Predict([.. Enumerable.Range(0, 4 * model.Schema.InputSize).Select(i => i * 0.25f)], output);
        return output;
    }
}

// What a user's own part of a model may do: take the values of another.

[GruModel, Embedding(9, 4), Gru(6), Dense(2)]
internal sealed partial class CopiedTokens
{
    public void Take(CopiedTokens other) => CopyParametersFrom(other);
}

[GruModel(inputSize: 3), Gru(5), Gru(4), Dense(2)]
internal sealed partial class CopiedStack
{
    public void Take(CopiedStack other) => CopyParametersFrom(other);
}

[GruModel(inputSize: 3, WeightFormat = WeightFormat.BFloat16), Gru(5), Gru(4), Dense(2)]
internal sealed partial class CopiedHalf
{
    public void Take(CopiedHalf other) => CopyParametersFrom(other);
}

[GruModel(inputSize: 3), Gru(5, Bidirectional = true, InitialState = InitialState.Learned), LayerNorm, Gru(4), Dense(2)]
internal sealed partial class CopiedBothWays
{
    public void Take(CopiedBothWays other) => CopyParametersFrom(other);
}
