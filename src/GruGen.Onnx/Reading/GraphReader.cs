using System.Collections.Immutable;
using GruGen.Onnx.Format;

namespace GruGen.Onnx;

/// <summary>Reads a graph as a model: tries what its input's axes can mean, and takes what leaves nothing unexplained.</summary>
internal static class GraphReader
{
    private static readonly string[] FeatureAxes = ["BTF", "TBF", "BFT"], StepAxes = ["BF", "TF"], TokenAxes = ["BT", "TB"];

    /// <summary>Reads a file.</summary>
    public static OnnxModel Read(byte[] bytes, string file, OnnxOptions options, string name)
    {
        OnnxGraph graph = OnnxGraph.Parse(bytes, file);
        foreach (SafetensorsTensor value in options.Values.Where(value => !graph.Inputs.Any(input => input.Name == value.Name)))
        {
            throw new ArgumentException($"{file} has no input '{value.Name}' without a value.", nameof(options));
        }

        ValueInfoProto[] open = [.. graph.Inputs.Where(input => !options.Values.Any(value => value.Name == input.Name))];
        Dictionary<string, GraphInput> roles =
            open.ToDictionary(input => input.Name, input => new GraphInput(input, graph), StringComparer.Ordinal);
        GraphInput[] main = [.. roles.Values.Where(input => input.Role == OnnxRole.Input)];
        if (main is not [var read])
        {
            throw new NotSupportedException(main.Length == 0
                ? $"{file} has no input that a layer reads."
                : $"{file} has {main.Length} inputs that layers read, {Names(main)}, but a model reads one. {GraphInput.Advice(main)}");
        }

        GraphInput[] weights = [.. roles.Values.Where(input => input.Role is null)];
        if (weights.Length > 0)
        {
            throw new NotSupportedException(
                $"{file} has weights as inputs, {Names(weights)}; give their values by {nameof(OnnxOptions.Values)}.");
        }

        ModelAssembly? best = null;
        Signal? meaning = null;
        foreach ((string axes, bool isTokens) in Meanings(read).Where(meaning => read.CanBe(meaning.Axes)).DefaultIfEmpty(("BTF", false)))
        {
            var interpreter = new Interpreter(graph, options, bytes.Length);
            Signal value = read.Value(axes, isTokens);
            interpreter.Run(
            [
                .. options.Values.Select(given => (given.Name, (Value)GraphInput.Given(given, graph))),
                .. roles.Values.Select(input => (input.Name, input == read ? value : input.OtherValue(graph))),
            ]);
            var assembly = new ModelAssembly(graph, interpreter);
            (best, meaning) = best is null || assembly.Misfit < best.Misfit ? (assembly, value) : (best, meaning);
            if (assembly.Problems.Count == 0)
            {
                break;
            }
        }

        best!.ThrowIfProblems();
        return new ModelReport(best, [.. roles.Values], read, meaning!).Model(options.ModelName ?? ClassName(name));

        static string Names(IEnumerable<GraphInput> inputs) => string.Join(", ", inputs.Select(input => $"'{input.Name}'"));
    }

    /// <summary>The name of a file as that of a class: <c>last_bf-2</c> is <c>LastBf2</c>.</summary>
    public static string ClassName(string name)
    {
        string text = string.Concat(
            string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : ' '))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        return text.Length == 0 ? "Model" : char.IsAsciiDigit(text[0]) ? $"Model{text}" : text;
    }

    /// <summary>What the axes of the input can mean, the usual first.</summary>
    private static IEnumerable<(string Axes, bool IsTokens)> Meanings(GraphInput input)
    {
        int rank = input.Sizes.Count;
        return input.IsWhole
            ? rank switch
            {
                1 => [("T", true)],
                2 => TokenAxes.Select(axes => (axes, true)),
                3 => [("BT1", true), ("TB1", true)],
                _ => throw input.Refused(),
            }
            : rank switch
            {
                3 => FeatureAxes.Select(axes => (axes, false)),
                2 => input.Sizes[1] is { IsNumber: true }
                    ? StepAxes.Select(axes => (axes, false)).Concat(TokenAxes.Select(axes => (axes, true)))
                    : TokenAxes.Select(axes => (axes, true)),
                _ => throw input.Refused(),
            };
    }
}
