namespace GruGen.Onnx.Tests;

/// <summary>A declared model whose input may be tokens or features.</summary>
internal abstract class ModelRun
{
    public abstract ModelSchema Schema { get; }

    public static ModelRun Of<TInput>(SequenceModel<TInput> model)
        where TInput : unmanaged => new OfInput<TInput>(model);

    public abstract OnnxModel Load(byte[] file, OnnxOptions? options = null);

    /// <summary>Adds drawn numbers to all parameters, but for the vector of padding.</summary>
    public abstract void Draw(int seed);

    /// <summary>The model as an ONNX file.</summary>
    public abstract byte[] Save();

    /// <summary>All parameters.</summary>
    public abstract float[] Parameters();

    /// <summary>Outputs and final states of sequences.</summary>
    /// <param name="inputs">[batch, time, features]</param>
    /// <param name="lengths">The steps of each; null for all.</param>
    /// <param name="states">The first states, [batch, states]; null for those of the model.</param>
    public abstract (float[] Outputs, float[] States) Run(Numbers inputs, int[]? lengths = null, float[]? states = null);

    private sealed class OfInput<TInput>(SequenceModel<TInput> model) : ModelRun
        where TInput : unmanaged
    {
        public override ModelSchema Schema => model.Schema;

        public override OnnxModel Load(byte[] file, OnnxOptions? options) => model.LoadOnnx(new MemoryStream(file), options);

        public override void Draw(int seed)
        {
            var random = new Random(seed);
            var parameters = new ParameterBuilder(Schema);
            foreach (TensorSchema tensor in Schema.Tensors)
            {
                float[] values = [.. model.Parameters[tensor.Name].ToArray().Select(value => value + 0.2f * (random.NextSingle() - 0.5f))];
                if (tensor.Name == "embedding.weight" && Schema.PaddingToken >= 0)
                {
                    values.AsSpan(Schema.PaddingToken * tensor.Shape[1], tensor.Shape[1]).Clear();
                }

                parameters.Set(tensor.Name, values);
            }

            model.LoadParameters(parameters);
        }

        public override byte[] Save()
        {
            using var stream = new MemoryStream();
            model.SaveOnnx(stream);
            return stream.ToArray();
        }

        public override float[] Parameters() => model.Parameters.All.ToArray();

        public override (float[] Outputs, float[] States) Run(Numbers inputs, int[]? lengths, float[]? states)
        {
            TInput[][] rows = [.. inputs.Rows.Select(row => typeof(TInput) == typeof(int)
                ? (TInput[])(object)row.Select(value => (int)value).ToArray() : (TInput[])(object)row)];
            float[] finals = new float[rows.Length * Schema.StateSize];
            float[][] outputs = model.Predict(rows,
                new PredictOptions { Lengths = lengths, InitialStates = states ?? [], FinalStates = finals });
            return ([.. outputs.SelectMany(row => row)], finals);
        }
    }
}
