using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>What the emitted members of a model call that its users do not.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ModelCalls
{
    /// <summary>The parameters of a model as its streams use them.</summary>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static ModelWeights<TInput> WeightsOf<TInput>(SequenceModel<TInput> model)
        where TInput : unmanaged => model.Weights;

    /// <summary>Gives a model the parameters of another one of the same layers.</summary>
    /// <param name="from">The other model; while a trainer is at work, its parameters are those that predictions use.</param>
    /// <param name="to">The model that receives them.</param>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    /// <returns><paramref name="to"/>.</returns>
    public static SequenceModel<TInput> CopyParameters<TInput>(SequenceModel<TInput> from, SequenceModel<TInput> to)
        where TInput : unmanaged
    {
        to.CopyParametersFrom(from);
        return to;
    }

    /// <summary>Checks the length of what receives one of several outputs.</summary>
    /// <exception cref="ArgumentException">It does not fit the input.</exception>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static void CheckOutput<TInput>(
        SequenceModel<TInput> model, ReadOnlySpan<TInput> input, int output, int length, string name)
        where TInput : unmanaged
    {
        int steps = model.Schema.ReadsTokens ? input.Length : input.Length / model.Schema.InputSize; // which a prediction checks
        long expected = (long)model.Schema.OutputSteps(steps) * model.Schema.Outputs[output].Size;
        if (length != expected)
        {
            throw new ArgumentException($"'{name}' has {length} elements, but {expected} are expected.", name);
        }
    }

    /// <summary>Predicts the outputs of a model that has several.</summary>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static PredictedOutputs PredictOutputs<TInput>(SequenceModel<TInput> model, ReadOnlySpan<TInput> input)
        where TInput : unmanaged
    {
        var outputs = new PredictedOutputs(model.Schema, model.Schema.OutputSteps(model.CheckInput(input, nameof(input))));
        model.Predict(input, outputs.All);
        return outputs;
    }

    /// <summary>A stream of a model of any type.</summary>
    /// <exception cref="NotSupportedException">The model takes whole sequences (<see cref="ModelSchema.CanStream"/>).</exception>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static SequenceStream<TInput> OpenStream<TInput>(SequenceModel<TInput> model)
        where TInput : unmanaged => model.Schema.CanStream
        ? model.Weights.Code.CreateStream(model.Weights)
        : throw new NotSupportedException($"{model.Schema.Name} takes whole sequences.");

    /// <summary>A model of other parameters with the code of <paramref name="model"/>, whatever its type is.</summary>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static SequenceModel<TInput> Copy<TInput>(SequenceModel<TInput> model)
        where TInput : unmanaged => CopyParameters(model, new CopiedModel<TInput>(model.Weights.Definition));

    /// <summary>The name of the assembly of a model's code, if that was compiled without optimisation; otherwise null.</summary>
    /// <remarks>
    /// The compiler leaves a word for the JIT in what it does not optimise. Code that was compiled ahead of time has no JIT to read it.
    /// </remarks>
    /// <param name="model">The type of the model.</param>
    public static string? UnoptimizedAssembly(Type model) =>
        RuntimeFeature.IsDynamicCodeCompiled && model.Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true }
            ? model.Assembly.GetName().Name
            : null;

    /// <summary>
    /// Whether the first layer above an embedding has no product with the vectors of tokens at each step, but one for each token.
    /// </summary>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static bool ProjectsTokensOnce<TInput>(SequenceModel<TInput> model)
        where TInput : unmanaged =>
        model.Schema is { ReadsTokens: true, WeightFormat: WeightFormat.Float32 } && model.Weights.Code.PreparedLength > 0;

    /// <summary>Reads the parameters of a model from a file.</summary>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    /// <returns><paramref name="model"/>.</returns>
    public static SequenceModel<TInput> Read<TInput>(SequenceModel<TInput> model, string path)
        where TInput : unmanaged
    {
        model.LoadParameters(path);
        return model;
    }

    /// <summary>Reads the parameters of a model from a stream that holds a file.</summary>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    /// <returns><paramref name="model"/>.</returns>
    public static SequenceModel<TInput> Read<TInput>(SequenceModel<TInput> model, Stream stream)
        where TInput : unmanaged
    {
        model.LoadParameters(stream);
        return model;
    }

    /// <summary>Reads the parameters of a model from the bytes of a file.</summary>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    /// <returns><paramref name="model"/>.</returns>
    public static SequenceModel<TInput> Read<TInput>(SequenceModel<TInput> model, ReadOnlySpan<byte> file)
        where TInput : unmanaged
    {
        model.LoadParameters(file);
        return model;
    }

    private sealed class CopiedModel<TInput>(ModelDefinition<TInput> definition) : SequenceModel<TInput>(definition)
        where TInput : unmanaged;
}
