using System.Globalization;
using System.Text.Json;

namespace GruGen.Tests.Reference;

/// <summary>
/// Models that come with RTNeural, in its JSON, which has Keras' shapes; a convolution alone is PyTorch's. They stay outside the
/// repository, in <c>../shared/models/rtneural</c>.
/// </summary>
internal static class NeuralCase
{
    private static readonly string? s_folder = SharedFolder.Find("models", "rtneural");

    public static string? Missing => s_folder is null ? "The models of RTNeural are not here (../shared/models/rtneural)." : null;

    /// <summary>
    /// PyTorch's <c>Conv1d(1, 12, 5)</c> without padding: the parameters, the steps of a sequence, and y[channels][steps − 4].
    /// </summary>
    /// <param name="stride">Behind the names of its files, nothing or its stride.</param>
    public static (double[] Weight, double[] Bias, double[] X, double[][] Y) Convolution(string stride = "")
    {
        JsonElement model = Open($"conv1d_torch{stride}.json");
        return (Numbers(model.GetProperty("weight")), Numbers(model.GetProperty("bias")), Column($"conv1d_torch_x_python{stride}.csv"),
            [.. Lines($"conv1d_torch_y_python{stride}.csv").Select(Line)]);
    }

    /// <summary>
    /// A Dense layer, a convolution, a GRU and a Dense layer that were trained together, by the names of our parameters; and a sequence.
    /// </summary>
    public static (Func<string, double[]> Parameter, double[] X) FullModel()
    {
        JsonElement[] layers = [.. Open("full_model.json").GetProperty("layers").EnumerateArray()];
        string[] names = ["dense1", "conv1", "gru1", "dense2"];
        return (Parameter, Column("conv_x_python.csv"));

        double[] Parameter(string tensor)
        {
            JsonElement[] weights = [.. layers[Array.IndexOf(names, tensor.Split('.')[0])].GetProperty("weights").EnumerateArray()];
            return tensor == "conv1.weight" ? ConvolutionWeight(weights[0]) : KerasWeights.Of(tensor, (_, kerasName, _) => Tensor(weights[kerasName switch
            {
                "kernel" => 0,
                "bias" => weights.Length - 1,
                _ => 1,
            }]));
        }
    }

    /// <summary>From [taps, inputs, channels] to [channels, inputs, taps].</summary>
    private static double[] ConvolutionWeight(JsonElement weight)
    {
        double[][][] taps = [.. weight.EnumerateArray().Select(tap => tap.EnumerateArray().Select(Numbers).ToArray())];
        return
        [
            .. from channel in Enumerable.Range(0, taps[0][0].Length)
               from input in Enumerable.Range(0, taps[0].Length)
               from tap in taps
               select tap[input][channel],
        ];
    }

    private static ReferenceFile.Tensor Tensor(JsonElement values)
    {
        double[] numbers = Numbers(values);
        int rows = values.GetArrayLength();
        return new("F32", values[0].ValueKind == JsonValueKind.Array ? [rows, numbers.Length / rows] : [rows], numbers);
    }

    private static double[] Numbers(JsonElement values) =>
        values.ValueKind == JsonValueKind.Array ? [.. values.EnumerateArray().SelectMany(Numbers)] : [(float)values.GetDouble()];

    private static double[] Column(string file) => [.. Lines(file).Select(line => (double)float.Parse(line, CultureInfo.InvariantCulture))];

    private static double[] Line(string line) => [.. line.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];

    private static IEnumerable<string> Lines(string file) => File.ReadLines(Path.Combine(s_folder!, file)).Where(line => line.Length > 0);

    private static JsonElement Open(string file) => JsonDocument.Parse(File.ReadAllText(Path.Combine(s_folder!, file))).RootElement;
}
