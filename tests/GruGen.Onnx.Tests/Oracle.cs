using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GruGen.Onnx.Tests;

/// <summary>ONNX Runtime, which says what a file computes.</summary>
internal static class Oracle
{
    /// <summary>Why it cannot be asked on this machine; null if it can.</summary>
    public static string? Missing { get; } = Find();

    /// <summary>The sizes of the inputs of a file, those that a run chooses as −1.</summary>
    public static IReadOnlyDictionary<string, int[]> Inputs(byte[] file)
    {
        using var session = new InferenceSession(file);
        return session.InputMetadata.ToDictionary(input => input.Key, input => input.Value.Dimensions);
    }

    /// <summary>Runs a file.</summary>
    public static Dictionary<string, Numbers> Run(byte[] file, IReadOnlyDictionary<string, Numbers> inputs)
    {
        using var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL };
        options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
        using var session = new InferenceSession(file, options);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(
        [
            .. inputs.Select(input => Value(input.Key, input.Value, session.InputMetadata[input.Key].ElementType)),
        ]);
        return results.ToDictionary(result => result.Name, result =>
        {
            Tensor<float> tensor = result.AsTensor<float>();
            return new Numbers([.. tensor.Dimensions], [.. tensor]);
        });
    }

    private static NamedOnnxValue Value(string name, Numbers numbers, Type type)
    {
        if (type == typeof(float))
        {
            return NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(numbers.Values, numbers.Shape));
        }

        return type == typeof(long)
            ? NamedOnnxValue.CreateFromTensor(name,
                new DenseTensor<long>(numbers.Values.Select(value => (long)value).ToArray(), numbers.Shape))
            : NamedOnnxValue.CreateFromTensor(name,
                new DenseTensor<int>(numbers.Values.Select(value => (int)value).ToArray(), numbers.Shape));
    }

    private static string? Find()
    {
        try
        {
            using var options = new SessionOptions();
            return null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException)
        {
            return $"ONNX Runtime does not load here: {exception.Message}";
        }
    }
}

/// <summary>A theory that asks ONNX Runtime; it is reported as skipped where that does not load.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OracleTheoryAttribute : TheoryAttribute
{
    public OracleTheoryAttribute() => Skip = Oracle.Missing;
}

/// <summary>A test that asks ONNX Runtime; it is reported as skipped where that does not load.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OracleFactAttribute : FactAttribute
{
    public OracleFactAttribute() => Skip = Oracle.Missing;
}
