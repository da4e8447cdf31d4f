
namespace GruGen.Tests.Passes;

/// <summary>Who sees a change of the parameters, and when.</summary>
public class WeightsTests
{
    private static readonly string[] Names = ["lengths, final state", "tokens, every step"];

    public static TheoryData<string, string> Models => ModelFactory.With(Names, name => Shape.ByName(name).Schema);

    public static TheoryData<string, string> MoreModels => ModelFactory.With(
        [.. Names, "both ways, final state", "backwards, final state", "pooled to the max", "padding, every step", "convolved, dilated", "convolved, both sides"], name => Shape.ByName(name).Schema);

    [Theory]
    [MemberData(nameof(Models))]
    public void A_prediction_and_a_pass_see_a_change_at_once(string factory, string name)
    {
        if (Shape.ByName(name).Schema.ReadsTokens)
        {
            AssertSeesChange<int>(factory, name);
        }
        else
        {
            AssertSeesChange<float>(factory, name);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_stream_keeps_its_weights_until_it_is_told(string factory, string name)
    {
        if (Shape.ByName(name).Schema.ReadsTokens)
        {
            AssertStreamKeeps<int>(factory, name);
        }
        else
        {
            AssertStreamKeeps<float>(factory, name);
        }
    }

    [Theory]
    [MemberData(nameof(MoreModels))]
    public void Threads_may_predict_at_the_same_time(string factory, string name)
    {
        if (Shape.ByName(name).Schema.ReadsTokens)
        {
            AssertThreads<int>(factory, name);
        }
        else
        {
            AssertThreads<float>(factory, name);
        }
    }

    [Fact]
    public void A_clone_goes_its_own_way()
    {
        var model = new DynamicModel<float>(Shape.ByName("5 to 17").Schema, seed: 1);
        DynamicModel<float> clone = model.Clone();
        Assert.Equal(model.Parameters.All, clone.Parameters.All);

        clone.Parameters.Set("gru1.bias_ih_l0", new float[51]);
        Assert.NotEqual(model.Parameters["gru1.bias_ih_l0"].ToArray(), clone.Parameters["gru1.bias_ih_l0"].ToArray());
    }

    private static void AssertSeesChange<TInput>(string factory, string name)
        where TInput : unmanaged
    {
        (SequenceModel<TInput> model, TInput[] sequence, int outputs) = Create<TInput>(factory, name);
        SequencePass<TInput> pass = model.CreatePass(1, Shape.ByName(name).Steps);
        float[] before = Predict(model, sequence, outputs);
        pass.Forward(sequence, 1, Shape.ByName(name).Steps, new float[outputs]);

        Zero(model);

        float[] after = Predict(model, sequence, outputs), many = new float[outputs], rows = new float[outputs];
        model.Predict([sequence], many);
        pass.Forward(sequence, 1, Shape.ByName(name).Steps, rows);
        Assert.NotEqual(before, after);
        Assert.Equal(Predict(Zeroed<TInput>(factory, name), sequence, outputs), after);
        Assert.Equal(rows, many);
        Assert.All(rows.Zip(after), pair => Assert.Equal(pair.First, pair.Second, 2e-6f));
    }

    private static void AssertStreamKeeps<TInput>(string factory, string name)
        where TInput : unmanaged
    {
        (SequenceModel<TInput> model, TInput[] sequence, _) = Create<TInput>(factory, name);
        int stepSize = model.Schema.ReadsTokens ? 1 : model.Schema.InputSize;
        SequenceStream<TInput> stream = Opened.Stream(model), twin = Opened.Stream(Create<TInput>(factory, name).Model);
        Zero(model);

        // the weights it was opened with
        Assert.Equal(Step(twin, 0), Step(stream, 0));

        // the new ones, on the state so far
        float[] state = new float[stream.StateSize];
        stream.CopyStateTo(state);
        stream.Refresh();
        SequenceStream<TInput> zeroed = Opened.Stream(Zeroed<TInput>(factory, name));
        zeroed.SetState(state);
        Assert.Equal(Step(zeroed, 1), Step(stream, 1));

        // and from zero states
        stream.Reset();
        Assert.Equal(Step(Opened.Stream(Zeroed<TInput>(factory, name)), 0), Step(stream, 0));

        float[] Step(SequenceStream<TInput> each, int t)
        {
            float[] output = new float[model.Schema.OutputSize];
            each.Step(sequence.AsSpan(t * stepSize, stepSize), output);
            return output;
        }
    }

    private static void AssertThreads<TInput>(string factory, string name)
        where TInput : unmanaged
    {
        (SequenceModel<TInput> model, TInput[] sequence, int outputs) = Create<TInput>(factory, name);
        float[] expected = Predict(Create<TInput>(factory, name).Model, sequence, outputs);
        float[] expectedMany = new float[outputs];
        Create<TInput>(factory, name).Model.Predict([sequence], expectedMany);

        Parallel.For(0, 64, i =>
        {
            float[] many = new float[outputs];
            model.Predict([sequence], many);
            Assert.Equal(expectedMany, many);
            Assert.Equal(expected, Predict(model, sequence, outputs));
        });
    }

    private static (SequenceModel<TInput> Model, TInput[] Sequence, int Outputs) Create<TInput>(string factory, string name)
        where TInput : unmanaged
    {
        Shape shape = Shape.ByName(name);
        int stepSize = shape.Schema.ReadsTokens ? 1 : shape.Schema.InputSize;
        TInput[] sequence = shape.RandomBatch().InputsAs<TInput>()[..(shape.Steps * stepSize)];
        int outputs = shape.Schema.OutputSize * shape.Schema.OutputSteps(shape.Steps);
        return (ModelFactory.ByName(factory).Create<TInput>(shape.Schema, seed: 5), sequence, outputs);
    }

    private static SequenceModel<TInput> Zeroed<TInput>(string factory, string name)
        where TInput : unmanaged
    {
        SequenceModel<TInput> model = Create<TInput>(factory, name).Model;
        Zero(model);
        return model;
    }

    /// <summary>Changes the first tensor, which is the table of a model that reads tokens, and one of a GRU.</summary>
    private static void Zero<TInput>(SequenceModel<TInput> model)
        where TInput : unmanaged
    {
        foreach (string name in (string[])[model.Schema.Tensors[0].Name, "gru1.weight_hh_l0"])
        {
            model.Parameters.Set(name, new float[model.Parameters[name].Length]);
        }
    }

    private static float[] Predict<TInput>(SequenceModel<TInput> model, TInput[] sequence, int outputs)
        where TInput : unmanaged
    {
        float[] output = new float[outputs];
        model.Predict(sequence, output);
        return output;
    }
}
