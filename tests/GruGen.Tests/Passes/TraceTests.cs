using GruGen.Tests.Reference;

namespace GruGen.Tests.Passes;

/// <summary>A trace holds what the layers of a model compute: against the double-precision reference, layer by layer and gate by gate.</summary>
public sealed class TraceTests
{
    public static TheoryData<string, string> Models => ModelFactory.With(Shape.Names, name => Shape.ByName(name).Schema);

    [Theory]
    [MemberData(nameof(Models))]
    public void Outputs_and_gates_are_those_of_the_reference(string factory, string shape)
    {
        if (Shape.ByName(shape).Schema.ReadsTokens)
        {
            AssertTraces(Shape.ByName(shape).Model<int>(factory, seed: 4), shape);
        }
        else
        {
            AssertTraces(Shape.ByName(shape).Model<float>(factory, seed: 4), shape);
        }
    }

    [Fact]
    public void Layers_have_names_and_an_unknown_one_is_refused_with_them()
    {
        ModelTrace trace = new DynamicModel<float>(ModelSchema.ForFeatures("Small", 2, LayerSchema.Gru(3, SequenceOutput.EveryStep), LayerSchema.Dense(1))).Trace([1, 2, 3, 4]);

        Assert.Equal(["gru1", "dense1"], trace.Layers.Select(layer => layer.Name));
        Assert.Equal((2, 3), (trace["gru1"].Outputs.Count, trace["gru1"].Outputs.Size));
        Assert.Equal(trace["gru1"].Outputs.Values[3..], trace["gru1"].Outputs[1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => trace["gru1"].Outputs[2].Length);
        KeyNotFoundException exception = Assert.Throws<KeyNotFoundException>(() => trace["gru2"]);
        Assert.Equal("Small has no layer 'gru2', but gru1, dense1.", exception.Message);
        Assert.Equal("Small, 2 steps: gru1 [2, 3], dense1 [2, 1]", trace.ToString());
        Assert.Equal("[2, 3]", trace["gru1"].Gates[0].States.ToString());
    }

    [Fact]
    public void A_text_is_traced_symbol_by_symbol()
    {
        var model = new DynamicModel<int>(ModelSchema.ForTokens("Words", LayerSchema.Embedding(3, 2), LayerSchema.Gru(3, SequenceOutput.Final)));
        Assert.Contains("no vocabulary", Assert.Throws<InvalidOperationException>(() => model.Trace("ab")).Message, StringComparison.Ordinal);

        model.Vocabulary = new Vocabulary(["a", "b", "c"], Tokenization.Characters, new VocabularyOptions { UnknownSymbol = null });
        Assert.Equal(model.Trace([0, 2, 1])["gru1"].Gates[0].States.Values, model.Trace("acb")["gru1"].Gates[0].States.Values);
    }

    [Fact]
    public void Inputs_are_checked()
    {
        var features = new DynamicModel<float>(ModelSchema.ForFeatures("Small", 2, LayerSchema.Gru(3, SequenceOutput.EveryStep)));
        var tokens = new DynamicModel<int>(ModelSchema.ForTokens("Words", LayerSchema.Embedding(4, 2), LayerSchema.Gru(3, SequenceOutput.EveryStep)));

        Assert.Equal("input", Assert.Throws<ArgumentException>(() => features.Trace([1, 2, 3])).ParamName);
        Assert.Equal("input", Assert.Throws<ArgumentOutOfRangeException>(() => tokens.Trace([0, 4])).ParamName);
    }

    [Fact]
    public void While_a_model_is_trained_a_trace_has_the_weights_that_were_published()
    {
        var model = new DynamicModel<float>(ModelSchema.ForFeatures("Small", 2, LayerSchema.Gru(3, SequenceOutput.EveryStep)));
        float[] before = model.Trace([1, 2, 3, 4]).Layers[^1].Outputs.Values.ToArray();

        using (Trainer<float> trainer = model.BeginTraining(new TrainingOptions()))
        {
            model.Parameters.Set("gru1.bias_hh_l0", new float[9]);
            Assert.Equal(before, model.Trace([1, 2, 3, 4]).Layers[^1].Outputs.Values.ToArray());
        }

        Assert.NotEqual(before, model.Trace([1, 2, 3, 4]).Layers[^1].Outputs.Values.ToArray());
    }

    private static void AssertTraces<TInput>(SequenceModel<TInput> model, string name)
        where TInput : unmanaged
    {
        Shape shape = Shape.ByName(name);
        ReferenceModel reference = ReferenceModel.Of(model);
        TInput[] inputs = shape.RandomBatch().InputsAs<TInput>();
        int stepSize = shape.Schema.ReadsTokens ? 1 : shape.Schema.InputSize;
        for (int b = 0; b < shape.Batch; b++)
        {
            TInput[] sequence = inputs.AsSpan(b * shape.Steps * stepSize, (shape.Lengths?[b] ?? shape.Steps) * stepSize).ToArray();
            double[][] x = [.. sequence.Chunk(stepSize).Select(step => step.Select(value => Convert.ToDouble(value)).ToArray())];
            reference.Forward(x);

            ModelTrace trace = model.Trace(sequence);

            Assert.Equal(Enumerable.Range(0, x.Length).Where(t => !ReferenceModel.IsMasked(shape.Schema, x[t])), trace.Steps);
            Assert.Equal(reference.LayerOutputs.Count, trace.Layers.Count);
            foreach ((LayerTrace layer, double[][] outputs, IReadOnlyList<ReferenceGru> directions) in
                trace.Layers.Zip(reference.LayerOutputs, reference.LayerDirections))
            {
                AssertRows(outputs, layer.Outputs);
                Assert.Equal(directions.Count, layer.Gates.Count);
                for (int d = 0; d < directions.Count; d++)
                {
                    bool reverse = layer.Schema.Options!.Reverse || d == 1;
                    (double[] R, double[] Z, double[] N, double[] Next)[] steps =
                        [.. reverse ? directions[d].Gates.Reverse() : directions[d].Gates];
                    AssertRows([.. steps.Select(step => step.R)], layer.Gates[d].Reset);
                    AssertRows([.. steps.Select(step => step.Z)], layer.Gates[d].Update);
                    AssertRows([.. steps.Select(step => step.N)], layer.Gates[d].Candidate);
                    AssertRows([.. steps.Select(step => step.Next)], layer.Gates[d].States);
                }
            }

            AssertPredicted(model, sequence, trace);
        }
    }

    /// <summary>The last outputs have the bits that a batch of predictions gives.</summary>
    private static void AssertPredicted<TInput>(SequenceModel<TInput> model, TInput[] sequence, ModelTrace trace)
        where TInput : unmanaged
    {
        int size = model.Schema.OutputSize;
        bool every = model.Schema.Output == SequenceOutput.EveryStep;
        float[] outputs = new float[model.Schema.OutputSteps(sequence.Length / (model.Schema.ReadsTokens ? 1 : model.Schema.InputSize)) * size];
        model.Predict(new[] { sequence }, outputs);
        foreach (OutputSchema output in model.Schema.Outputs)
        {
            IEnumerable<int> rows = model.Schema.ChangesSteps ? Enumerable.Range(0, model.Schema.OutputSteps(trace.Steps.Count))
                : every ? trace.Steps
                : [0];
            Assert.Equal(
                rows.SelectMany(row => outputs.AsSpan((row * size) + output.Offset, output.Size).ToArray()),
                trace[output.Name].Outputs.Values.ToArray());
        }
    }

    private static void AssertRows(double[][] expected, TraceRows actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        double largest = expected.SelectMany(row => row).Select(Math.Abs).Append(1).Max();
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Length, actual[i].Length);
            for (int j = 0; j < expected[i].Length; j++)
            {
                Assert.Equal(expected[i][j], actual[i][j], Results.OutputTolerance * largest);
            }
        }
    }
}
