using System.Globalization;
using System.Text.Json;

namespace GruGen.Onnx.Tests;

/// <summary>A tensor of a test, row-major.</summary>
internal sealed record Numbers(int[] Shape, float[] Values)
{
    /// <summary>Standard normal numbers.</summary>
    public static Numbers Normal(int[] shape, int seed)
    {
        var random = new Random(seed);
        return Drawn(shape, () => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble()));
    }

    /// <summary>Whole numbers below a limit.</summary>
    public static Numbers Whole(int[] shape, int limit, int seed)
    {
        var random = new Random(seed);
        return Drawn(shape, () => random.Next(limit));
    }

    private static Numbers Drawn(int[] shape, Func<double> next) =>
        new(shape, [.. Enumerable.Range(0, shape.Aggregate(1, (product, size) => product * size)).Select(_ => (float)next())]);

    /// <summary>The elements with batch, time, directions and features in this order, whatever their order here.</summary>
    /// <param name="axes">What each axis is.</param>
    public Numbers InOrder(IReadOnlyList<string> axes)
    {
        string[] order = ["batch", "time", "directions", "features"];
        int[] places = [.. Enumerable.Range(0, axes.Count).OrderBy(axis => Array.IndexOf(order, axes[axis]) is >= 0 and int place ? place
            : order.Length)];
        int[] shape = [.. places.Select(axis => Shape[axis])];
        int[] strides = new int[axes.Count];
        for (int axis = axes.Count - 1, step = 1; axis >= 0; step *= Shape[axis--])
        {
            strides[axis] = step;
        }

        int[] steps = [.. places.Select(axis => strides[axis])];
        float[] values = new float[Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int rest = i, from = 0;
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                (rest, int index) = Math.DivRem(rest, shape[axis]);
                from += index * steps[axis];
            }

            values[i] = Values[from];
        }

        return new Numbers(shape, values);
    }

    /// <summary>Each part of the first axis.</summary>
    public float[][] Rows =>
        [.. Enumerable.Range(0, Shape[0]).Select(row =>
            Values.AsSpan(row * (Values.Length / Shape[0]), Values.Length / Shape[0]).ToArray())];
}

/// <summary>The files of the tests.</summary>
internal static class Cases
{
    public static byte[] Bytes(string name)
    {
        using Stream stream = typeof(Cases).Assembly.GetManifestResourceStream(name) ?? throw new FileNotFoundException(name);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    public static IEnumerable<string> Names(string folder) => typeof(Cases).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <summary>The tensors beside a file that begin with a word and a dot, such as <c>input.</c>, by the rest of their names.</summary>
    public static Dictionary<string, Numbers> Tensors(string name, string prefix)
    {
        string file = Path.ChangeExtension(name, ".safetensors").Replace('\\', '/');
        if (!typeof(Cases).Assembly.GetManifestResourceNames().Contains(file))
        {
            return [];
        }

        SafetensorsFile read = SafetensorsFile.Read(Bytes(file));
        return read.Tensors.Where(tensor => tensor.Name == prefix
            || tensor.Name.StartsWith(prefix + ".", StringComparison.Ordinal)).ToDictionary(
            tensor => tensor.Name == prefix ? "" : tensor.Name[(prefix.Length + 1)..],
            tensor => new Numbers([.. tensor.Shape.Select(size => (int)size)], Values(tensor)),
            StringComparer.Ordinal);
    }

    private static float[] Values(SafetensorsTensor tensor) => tensor.Type switch
    {
        "I64" => [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(tensor.Bytes).ToArray().Select(value => (float)value)],
        "I32" => [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(tensor.Bytes).ToArray().Select(value => (float)value)],
        _ => tensor.ToSingles(),
    };

    /// <summary>The cases of another project's tests.</summary>
    public static JsonElement[] OfProject(string name)
    {
        using JsonDocument document = JsonDocument.Parse(Bytes(name + ".json"));
        return [.. document.RootElement.Clone().GetProperty("cases").EnumerateArray()];
    }

    /// <summary>Outputs agree to 2e-6 · max(1, |y|).</summary>
    public static void AssertClose(IReadOnlyList<float> expected, IReadOnlyList<float> actual, string what)
    {
        Assert.True(expected.Count == actual.Count, $"{what}: {actual.Count} numbers, but {expected.Count} are expected.");
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.True(
                Math.Abs((double)expected[i] - actual[i]) <= 2e-6 * Math.Max(1, Math.Abs(expected[i])),
                string.Create(CultureInfo.InvariantCulture, $"{what}: number {i} is {actual[i]}, but {expected[i]} is expected."));
        }
    }
}
