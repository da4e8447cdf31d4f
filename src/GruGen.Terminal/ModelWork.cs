using GruGen.Kernels;

namespace GruGen.Terminal;

/// <summary>The works that are measured, of one model and the same random inputs.</summary>
internal sealed class ModelWork<TInput> : IDisposable
    where TInput : unmanaged
{
    private readonly SequenceModel<TInput> _model;
    private readonly TInput[][] _inputs; // [batch][steps, features]
    private readonly int _stepSize;
    private readonly float[] _output, _outputs;
    private Trainer<TInput>? _trainer;

    public ModelWork(SequenceModel<TInput> model, BenchmarkOptions options)
    {
        _model = model;
        _stepSize = model.Schema.ReadsTokens ? 1 : model.Schema.InputSize;
        var random = new Random(1);
        _inputs = [.. Enumerable.Range(0, options.BatchSize).Select(_ => Inputs(model.Schema, options.Steps * _stepSize, random))];
        int rows = model.Schema.OutputSteps(options.Steps);
        _output = new float[rows * model.Schema.OutputSize];
        _outputs = new float[options.BatchSize * _output.Length];
    }

    /// <summary>What does some work so many times.</summary>
    public Action<int> Of(BenchmarkedWork work) => work switch
    {
        BenchmarkedWork.Step => Step(),
        BenchmarkedWork.Sequence => Repeated(() => _model.Predict(_inputs[0], _output)),
        BenchmarkedWork.Batch => Repeated(() => _model.Predict(_inputs, _outputs)),
        _ => Training(),
    };

    public void Dispose() => _trainer?.Dispose();

    private static TInput[] Inputs(ModelSchema schema, int count, Random random) => schema.ReadsTokens
        ? (TInput[])(object)Enumerable.Range(0, count).Select(_ => Token(schema, random)).ToArray()
        : (TInput[])(object)Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1).ToArray();

    /// <summary>Any token but that which only fills sequences.</summary>
    private static int Token(ModelSchema schema, Random random)
    {
        int token = random.Next(schema.InputSize);
        return token == schema.PaddingToken ? (token + 1) % schema.InputSize : token;
    }

    private static Action<int> Repeated(Action call) => calls =>
    {
        for (int i = 0; i < calls; i++)
        {
            call();
        }
    };

    private Action<int> Step()
    {
        SequenceStream<TInput> stream = ModelCalls.OpenStream(_model);
        float[] output = new float[_model.Schema.OutputSize];
        return calls =>
        {
            ReadOnlySpan<TInput> input = _inputs[0].AsSpan(0, _stepSize);
            for (int i = 0; i < calls; i++)
            {
                stream.TryStep(input, output);
            }
        };
    }

    private Action<int> Training()
    {
        _trainer = _model.BeginTraining(new TrainingOptions
        {
            Loss = Loss.MeanSquaredError,
            Optimizer = new Adam(1e-4),
            BatchSize = _inputs.Length,
            MaxDegreeOfParallelism = 1,
        });
        var data = new SequenceDataset<TInput>(_model.Schema);
        ModelSchema schema = _model.Schema;
        OutputTarget[] targets =
            [.. schema.Outputs.Select(output => new OutputTarget(new float[_output.Length / schema.OutputSize * output.Size]))];
        foreach (TInput[] input in _inputs)
        {
            data.AddTargets(input, targets);
        }

        int[] batch = [.. Enumerable.Range(0, _inputs.Length)];
        return Repeated(() => _trainer.Step(data, batch));
    }
}
