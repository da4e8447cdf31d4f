using GruGen.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GruGen.Tool;

/// <summary>An ONNX file in ONNX Runtime.</summary>
internal sealed class OnnxOriginal : IOriginal
{
    private const int MostSteps = 4096, MostNumbers = 1 << 24; // of an input that is run

    private static readonly Type[] s_inputTypes = [typeof(float), typeof(long), typeof(int)];

    private readonly byte[] _file;
    private readonly OnnxModel _model;

    private OnnxOriginal(byte[] file, OnnxModel model, int? steps) => (_file, _model, FixedSteps) = (file, model, steps);

    public string Description => "ONNX Runtime";

    public int? FixedSteps { get; }

    /// <summary>Opens a file; null if ONNX Runtime refuses it or is not there, or if nothing here makes what the file takes.</summary>
    public static OnnxOriginal? Open(byte[] file, OnnxModel model, out string why)
    {
        try
        {
            using InferenceSession session = Session(file);
            OnnxValue input = model.Inputs.First(each => each.Role == OnnxRole.Input);
            int axis = input.Axes.ToList().FindIndex(name => name.Split('·').Contains("time"));
            int size = axis < 0 ? 1 : session.InputMetadata[input.Name].Dimensions[axis];
            why = size > 0 && axis >= 0 && input.Axes[axis] != "time" ? $"its input {input} has fixed sizes"
                : size > MostSteps ? $"its input {input} has {size} steps, and up to {MostSteps} are compared"
                : model.Inputs.Any(each => Numbers(session.InputMetadata[each.Name]) > MostNumbers)
                    ? $"its inputs have more than {MostNumbers} numbers"
                : HasOtherTypes(session, model) ? "it has numbers of another type"
                : "";
            return why.Length > 0 ? null : new OnnxOriginal(file, model, size > 0 ? size : null);
        }
        catch (Exception exception)
            when (exception is OnnxRuntimeException or DllNotFoundException or TypeInitializationException or EntryPointNotFoundException)
        {
            why = exception.Message;
            return null;
        }
    }

    public double[] Run(double[][] steps)
    {
        try
        {
            return Outputs(steps);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidDataException($"ONNX Runtime cannot run the file with {steps.Length} steps: {exception.Message}", exception);
        }
    }

    private double[] Outputs(double[][] steps)
    {
        using InferenceSession session = Session(_file);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(
        [
            .. _model.Inputs.Select(input => Value(input, session.InputMetadata[input.Name], steps)),
        ]);
        double[][][] outputs =
        [
            .. _model.Outputs.Where(output => output.Role == OnnxRole.Output)
                .Select(output => Steps(output, results.First(result => result.Name == output.Name).AsTensor<float>(), steps.Length)),
        ];
        return [.. outputs[0].Select((_, t) => outputs.SelectMany(output => output[t])).SelectMany(row => row)];
    }

    /// <summary>Whether an input takes other numbers than are drawn here, or an output gives others than are compared.</summary>
    private static bool HasOtherTypes(InferenceSession session, OnnxModel model) =>
        model.Inputs.Any(input => !s_inputTypes.Contains(session.InputMetadata[input.Name].ElementType))
        || model.Outputs.Any(output => output.Role == OnnxRole.Output
            && session.OutputMetadata[output.Name].ElementType != typeof(float));

    /// <summary>How many numbers an input has at least.</summary>
    private static Int128 Numbers(NodeMetadata metadata) =>
        metadata.Dimensions.Aggregate((Int128)1, (product, size) => size > 0 ? Int128.Min(product * size, long.MaxValue) : product);

    private static InferenceSession Session(byte[] file)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        return new InferenceSession(file, options);
    }

    private static NamedOnnxValue Value(OnnxValue input, NodeMetadata metadata, double[][] steps)
    {
        int[] shape = [.. metadata.Dimensions.Select((size, axis) => Size(axis < input.Axes.Length ? input.Axes[axis] : "1", size, steps))];
        double[] values = new double[shape.Aggregate(1, (product, size) => product * size)];
        for (int t = 0; t < steps.Length && input.Role == OnnxRole.Input; t++)
        {
            for (int i = 0; i < steps[t].Length; i++)
            {
                values[Place(input.Axes, shape, t, i)] = steps[t][i];
            }
        }

        if (input.Role == OnnxRole.Lengths)
        {
            Array.Fill(values, steps.Length);
        }

        return metadata.ElementType == typeof(float)
                ? NamedOnnxValue.CreateFromTensor(
                    input.Name, new DenseTensor<float>(Array.ConvertAll(values, value => (float)value), shape))
            : metadata.ElementType == typeof(long)
                ? NamedOnnxValue.CreateFromTensor(input.Name, new DenseTensor<long>(Array.ConvertAll(values, value => (long)value), shape))
            : NamedOnnxValue.CreateFromTensor(input.Name, new DenseTensor<int>(Array.ConvertAll(values, value => (int)value), shape));
    }

    /// <summary>The size of an axis of one sequence.</summary>
    private static int Size(string axis, int fixedSize, double[][] steps) => fixedSize > 0 ? fixedSize
        : axis.Split('·').Aggregate(
            1, (product, part) => product * (part == "time" ? steps.Length : part == "features" ? steps[0].Length : 1));

    /// <summary>The rows of an output, one for each step or one for the sequence.</summary>
    private static double[][] Steps(OnnxValue output, Tensor<float> tensor, int steps)
    {
        int[] shape = tensor.Dimensions.ToArray();
        int rows = output.Axes.Any(axis => axis.Split('·').Contains("time")) ? steps : 1;
        int size = shape.Where(
            (_, axis) => axis < output.Axes.Length && output.Axes[axis].Split('·').Any(part => part is "features" or "directions"))
            .Aggregate(1, (product, each) => product * each);
        double[][] values = [.. Enumerable.Range(0, rows).Select(_ => new double[size])];
        for (int t = 0; t < rows; t++)
        {
            for (int i = 0; i < size; i++)
            {
                values[t][i] = tensor.GetValue(Place(output.Axes, shape, t, i));
            }
        }

        return values;
    }

    /// <summary>Where a number of a step lies: directions lie one behind the other, each with its features.</summary>
    private static int Place(IReadOnlyList<string> axes, int[] shape, int t, int feature)
    {
        int features = 1, place = 0;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            features = axis < axes.Count && axes[axis] == "features" ? shape[axis] : features;
        }

        for (int axis = 0; axis < shape.Length; axis++)
        {
            string[] parts = axis < axes.Count ? axes[axis].Split('·') : ["1"];
            int at = parts.Contains("time") ? t : parts.Contains("directions") && !parts.Contains("features") ? feature / features
                : parts.Contains("features") ? (parts.Contains("directions") ? feature : feature % features) : 0;
            place = (place * shape[axis]) + at;
        }

        return place;
    }
}
