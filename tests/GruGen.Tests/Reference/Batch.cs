namespace GruGen.Tests.Reference;

/// <summary>
/// One batch with the gradients that come back to it, in doubles that floats hold exactly, so that every implementation can be given the
/// same.
/// </summary>
internal sealed record Batch(ModelSchema Schema, int Size, int Steps, double[] Inputs, double[] OutputGradients)
{
    /// <summary>The lengths, or null if every sequence has all steps.</summary>
    public int[]? Lengths { get; init; }

    /// <summary>
    /// [batch, hidden size] for each direction of each recurrent layer, or null for those of the model, learned or zeros.
    /// </summary>
    public double[]? InitialStates { get; init; }

    /// <summary>Shaped like <see cref="InitialStates"/>, or null for zeros.</summary>
    public double[]? FinalStateGradients { get; init; }

    /// <summary>A batch of random numbers. Of a model with a padding token, every sequence has its padding elsewhere.</summary>
    public static Batch Random(ModelSchema schema, int size, int steps, int[]? lengths = null, ulong seed = 1, bool givesStates = true)
    {
        var random = new RandomSource(seed);
        int states = size * schema.StateSizes.Sum();
        int outputs = size * schema.OutputSize * schema.OutputSteps(steps);
        double[] inputs = schema.ReadsTokens
            ? [.. Enumerable.Range(0, size * steps).Select(_ => (double)random.NextInt32(schema.InputSize))]
            : Uniform(size * steps * schema.InputSize);
        if (schema.PaddingToken >= 0)
        {
            Pad(inputs, size, steps, schema.PaddingToken, stepSize: 1);
        }

        if (schema.MaskValue is { } value)
        {
            Pad(inputs, size, steps, value, schema.InputSize);
            for (int i = 0; i < inputs.Length && schema.InputSize > 1; i += 3 * schema.InputSize)
            {
                inputs[i] = value; // one feature alone says nothing
            }
        }

        return new Batch(schema, size, steps, inputs, Uniform(outputs))
        {
            Lengths = lengths,
            InitialStates = givesStates ? WithoutSteps(schema, size, Uniform(states)) : null,
            FinalStateGradients = Uniform(states),
        };

        double[] Uniform(int count) => [.. Enumerable.Range(0, count).Select(_ => (double)random.NextUniform(1))];
    }

    /// <summary>The same states, but with no step of a window that has others to come: a batch starts at the beginning of one.</summary>
    private static double[] WithoutSteps(ModelSchema schema, int size, double[] states)
    {
        int place = 0;
        foreach (LayerState state in schema.Layers.SelectMany(layer => layer.States))
        {
            if (state.CountsSteps)
            {
                Array.Clear(states, place, size);
            }

            place += size * state.Size;
        }

        return states;
    }

    /// <summary>The results of <paramref name="model"/>, forward and backward.</summary>
    public Results Run(ReferenceModel model)
    {
        int stepSize = Schema.ReadsTokens ? 1 : Schema.InputSize;
        double[] outputs = new double[OutputGradients.Length], inputGradients = new double[Inputs.Length];
        double[] finalStates = new double[Size * model.StateSize], initialStateGradients = new double[Size * model.StateSize];
        foreach (double[] gradient in model.Gradients.Values)
        {
            Array.Clear(gradient);
        }

        for (int b = 0; b < Size; b++)
        {
            int given = Forward(model, b, outputs, finalStates);
            double[][] dx = model.Backward(
                Rows(OutputGradients, b * Schema.OutputSteps(Steps), given, Schema.OutputSize), FinalStateGradients is null ? null : StateOf(FinalStateGradients, b));
            Store(dx, inputGradients, b * Steps, stepSize);
            StoreState(model.InitialStateGradient, initialStateGradients, b);
        }

        return Collect(outputs, finalStates, inputGradients, initialStateGradients, name => [.. model.Gradients[name]]);
    }

    /// <summary>Outputs and final states of <paramref name="model"/> alone.</summary>
    public (double[] Outputs, double[] FinalStates) RunForward(ReferenceModel model)
    {
        double[] outputs = new double[OutputGradients.Length], finalStates = new double[Size * model.StateSize];
        for (int b = 0; b < Size; b++)
        {
            Forward(model, b, outputs, finalStates);
        }

        return (outputs, finalStates);
    }

    /// <summary>The results of a pass of <paramref name="model"/>, forward and backward.</summary>
    public Results Run<TInput>(SequenceModel<TInput> model)
        where TInput : unmanaged =>
        Run(model.CreatePass(Size, Math.Max(Steps, 1)));

    /// <summary>The results of <paramref name="pass"/>, forward and backward.</summary>
    public Results Run<TInput>(SequencePass<TInput> pass)
        where TInput : unmanaged
    {
        float[] outputs = new float[OutputGradients.Length], finalStates = new float[Size * pass.StateSize];
        float[] inputGradients = new float[Schema.ReadsTokens ? 0 : Inputs.Length], initialStateGradients = new float[Size * pass.StateSize];
        pass.Forward(InputsAs<TInput>(), Size, Steps, outputs, Lengths, Floats(BySequence(InitialStates)));
        pass.CopyFinalStatesTo(finalStates);
        pass.Backward(Floats(OutputGradients), Floats(BySequence(FinalStateGradients)), inputGradients, initialStateGradients);
        return Collect(
            Doubles(outputs), ByLayer(finalStates), Doubles(inputGradients), ByLayer(initialStateGradients), name => Doubles(pass.Gradient(name)));
    }

    /// <summary>States as a pass takes them, [batch, state size].</summary>
    public double[]? BySequence(double[]? states) => states is null ? null : [.. Enumerable.Range(0, Size).SelectMany(b => StateOf(states, b))];

    /// <summary>States that a pass has given, laid out as those of a batch.</summary>
    public double[] ByLayer(ReadOnlySpan<float> states)
    {
        double[] byLayer = new double[states.Length];
        for (int b = 0; b < Size; b++)
        {
            StoreState(Doubles(states.Slice(b * states.Length / Size, states.Length / Size)), byLayer, b);
        }

        return byLayer;
    }

    /// <summary>Some of the sequences as a batch of their own.</summary>
    public Batch Rows(int first, int count)
    {
        return this with
        {
            Size = count,
            Inputs = Some(Inputs, [Inputs.Length / Size]),
            OutputGradients = Some(OutputGradients, [OutputGradients.Length / Size]),
            Lengths = Lengths?[first..(first + count)],
            InitialStates = InitialStates is null ? null : Some(InitialStates, Schema.StateSizes),
            FinalStateGradients = FinalStateGradients is null ? null : Some(FinalStateGradients, Schema.StateSizes),
        };

        double[] Some(double[] values, IEnumerable<int> sizes) =>
            [.. Places(sizes, first).SelectMany(part => values.AsSpan(part.Place, count * part.Size).ToArray())];
    }

    /// <summary>
    /// What <paramref name="results"/> of this batch hold of one sequence: all but the gradients of the parameters, which are sums.
    /// </summary>
    public Results Row(Results results, int b)
    {
        IEnumerable<string> rows = results.Names.Intersect(["output", "h_n", "grad.input", "grad.h0"]);
        return new Results(rows.ToDictionary(
            name => name, name => Row(results[name], name is "h_n" or "grad.h0" ? Schema.StateSizes : [results[name].Length / Size], b)));
    }

    /// <summary>
    /// The batch with nothing but <paramref name="value"/> in one sequence: first in its inputs, then in its states, then in its gradients.
    /// </summary>
    public IEnumerable<Batch> Filled(int b, double value)
    {
        yield return this with { Inputs = Fill(Inputs, [Inputs.Length / Size]) };
        yield return this with { InitialStates = Fill(InitialStates!, Schema.StateSizes) };
        yield return this with { OutputGradients = Fill(OutputGradients, [OutputGradients.Length / Size]) };
        yield return this with { FinalStateGradients = Fill(FinalStateGradients!, Schema.StateSizes) };

        double[] Fill(double[] values, IEnumerable<int> sizes)
        {
            double[] filled = [.. values];
            foreach ((int place, int size) in Places(sizes, b))
            {
                filled.AsSpan(place, size).Fill(value);
            }

            return filled;
        }
    }

    /// <summary>The inputs as a model wants them.</summary>
    public TInput[] InputsAs<TInput>()
        where TInput : unmanaged =>
        [.. Inputs.Select(value => typeof(TInput) == typeof(int) ? (TInput)(object)(int)value : (TInput)(object)(float)value)];

    public static float[] Floats(double[]? values) => values is null ? [] : [.. values.Select(value => (float)value)];

    public static double[] Doubles(ReadOnlySpan<float> values)
    {
        double[] doubles = new double[values.Length];
        for (int i = 0; i < doubles.Length; i++)
        {
            doubles[i] = values[i];
        }

        return doubles;
    }

    /// <summary>Row after row: padding before the text, after it, in its middle, nothing but padding, and as it comes.</summary>
    private static void Pad(double[] inputs, int size, int steps, double padding, int stepSize)
    {
        for (int b = 0; b < size; b++)
        {
            Range place = (b % 5) switch
            {
                0 => ..((steps + 1) / 2),
                1 => (steps / 2)..,
                2 => (steps / 3)..(steps - steps / 3),
                3 => ..,
                _ => ..0,
            };
            (int start, int length) = place.GetOffsetAndLength(steps);
            inputs.AsSpan((b * steps + start) * stepSize, length * stepSize).Fill(padding);
        }
    }

    private Results Collect(double[] outputs, double[] finalStates, double[] inputGradients, double[] initialStateGradients, Func<string, double[]> gradient)
    {
        var values = new Dictionary<string, double[]> { ["output"] = outputs, ["h_n"] = finalStates, ["grad.h0"] = initialStateGradients };
        if (!Schema.ReadsTokens)
        {
            values.Add("grad.input", inputGradients);
        }

        foreach (TensorSchema tensor in Schema.Tensors)
        {
            values.Add("grad." + tensor.Name, gradient(tensor.Name));
        }

        return new Results(values);
    }

    /// <summary>Runs one sequence; gives the number of its outputs.</summary>
    private int Forward(ReferenceModel model, int b, double[] outputs, double[] finalStates)
    {
        int stepSize = Schema.ReadsTokens ? 1 : Schema.InputSize;
        double[][] x = Rows(Inputs, b * Steps, Lengths?[b] ?? Steps, stepSize);
        model.Dropping.Sequence = b;
        double[][] y = model.Forward(x, InitialStates is null ? null : StateOf(InitialStates, b));
        Store(y, outputs, b * Schema.OutputSteps(Steps), Schema.OutputSize);
        StoreState(model.FinalState, finalStates, b);
        return y.Length;
    }

    private static double[][] Rows(double[] values, int first, int count, int size) =>
        [.. Enumerable.Range(first, count).Select(row => values.AsSpan(row * size, size).ToArray())];

    private static void Store(double[][] rows, double[] values, int first, int size)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i].CopyTo(values, (first + i) * size);
        }
    }

    /// <summary>The states of one sequence out of [batch, hidden size] for each direction of each recurrent layer.</summary>
    private double[] StateOf(double[] states, int b) => Row(states, Schema.StateSizes, b);

    private void StoreState(double[] state, double[] states, int b)
    {
        int source = 0;
        foreach ((int place, int size) in Places(Schema.StateSizes, b))
        {
            state.AsSpan(source, size).CopyTo(states.AsSpan(place));
            source += size;
        }
    }

    private double[] Row(double[] values, IEnumerable<int> sizes, int b) =>
        [.. Places(sizes, b).SelectMany(part => values.AsSpan(part.Place, part.Size).ToArray())];

    /// <summary>Where one sequence lies in blocks of [batch, size], one block after another.</summary>
    private IEnumerable<(int Place, int Size)> Places(IEnumerable<int> sizes, int b)
    {
        int block = 0;
        foreach (int size in sizes)
        {
            yield return (block + b * size, size);
            block += Size * size;
        }
    }
}
