using GruGen.Generator.Layers;
using GruGen.Generator.Planning;
using GruGen.Generator.Values;
using static GruGen.Generator.Emission.Text;
using static GruGen.Generator.Layers.ModelText;

namespace GruGen.Generator.Models;

/// <content>What a user calls, and how the runtime makes passes and streams.</content>
internal sealed partial class ModelFile
{
    private const string PredictText = """
        /// <summary>Runs one text to its end, in tokens of the model's Vocabulary.</summary>
        /// <param name="text">The text. May be empty.</param>
        /// <exception cref="global::System.InvalidOperationException">The model has no Vocabulary.</exception>
        /// <exception cref="global::System.ArgumentException">A symbol has no token, and there is none for unknown ones.</exception>
        /// <returns>The output.</returns>
        public float Predict(string text) => Predict(global::GruGen.TextPredictions.Encode(this, text));
        """;

    private bool HasOneOutput => !_plan.EveryStep && _plan.OutputSize == 1; // which is a float

    private IEnumerable<string> Surface()
    {
        string steps = _plan.EveryStep ? $"{_plan.OutputSize} floats for every {(_plan.Outputs[0].Rows.Clock > 0 ? "output " : "")}step"
            : _plan.OutputSize == 1 ? "one float"
            : $"{_plan.OutputSize} floats";
        string inputs = _plan.ReadsTokens ? "tokens" : $"{_plan.InputSize} features a step";
        string parameters = string.Join(", ", _plan.Layers
            .Where(layer => layer.Length.Parameters > 0)
            .Select(layer => $"{KernelPlan.Number(layer.Length.Parameters)} in {layer.Name}"));
        string damaged = "/// <exception cref=\"global::System.IO.InvalidDataException\">"
            + "The file is damaged, or its tensors or layers are not this model's.</exception>";
        string fresh = $"new {_model.TypeName}(default({Kernels}Undrawn), default)";
        string Read(string from) => $"({_model.TypeName}){Kernels}ModelCalls.Read({fresh}, {from})";
        string what = _plan.ReadsTokens
            ? $"The tokens, each 0 to {Literal(_plan.InputSize - 1).Replace('_', ',')}."
            : $"The features of all steps, {_plan.InputSize} a step.";
        IEnumerable<string> sizes = _plan.Outputs.Select(output => $"{output.Layer.Name} {output.Layer.OutputSize}");
        string together = _plan.Outputs.Count == 1 ? "" : $", of all outputs together: {string.Join(", ", sizes)}";
        yield return $$"""
            /// <summary>{{(_plan.ReadsTokens ? "The size of the vocabulary." : "The number of features a step.")}}</summary>
            public const int InputSize = {{Literal(_plan.InputSize)}};

            /// <summary>The size of {{(_plan.EveryStep ? "the output of a step" : "the output")}}{{together}}.</summary>
            public const int OutputSize = {{Literal(_plan.OutputSize)}};

            /// <summary>The number of parameters: {{parameters}}.</summary>
            public const long ParameterCount = {{Literal(_plan.Length.Parameters)}};

            /// <summary>A model with initial values drawn from <paramref name="seed"/>.</summary>
            /// <param name="seed">The same seed gives the same values, on any machine.</param>
            public {{_model.ConstructorName}}(int seed = 0)
                : base(Emitted.Definition, seed) { }

            /// <summary>A model without initial values, to read or copy others into.</summary>
            private {{_model.ConstructorName}}({{Kernels}}Undrawn first, {{Kernels}}Undrawn second)
                : base(Emitted.Definition) { }

            /// <summary>The layers, their shapes and parameters as a table, and the width of the vectors in use.</summary>
            public static string Summary => global::GruGen.ModelSummary.Write(Emitted.Definition.Schema);
            """;
        yield return $$"""
            /// <summary>An empty dataset for this model: sequences of {{inputs}}, targets for {{steps}}.</summary>
            public static global::GruGen.SequenceDataset<{{_input}}> CreateDataset() => new(Emitted.Definition.Schema);

            /// <summary>Reads a model from a safetensors file in PyTorch's names and shapes.</summary>
            /// <param name="path">The file.</param>
            {{damaged}}
            /// <exception cref="global::System.IO.IOException">The file cannot be read; it is not there, or is a folder.</exception>
            public static {{_model.TypeName}} Load(string path) => {{Read("path")}};

            /// <summary>Reads a model from a stream that holds a safetensors file.</summary>
            /// <param name="stream">The stream, read to its end.</param>
            {{damaged}}
            public static {{_model.TypeName}} Load(global::System.IO.Stream stream) => {{Read("stream")}};

            /// <summary>Reads a model from the bytes of a safetensors file.</summary>
            /// <param name="file">The file.</param>
            {{damaged}}
            public static {{_model.TypeName}} Load(global::System.ReadOnlySpan<byte> file) => {{Read("file")}};

            /// <summary>An independent model with the same values; while a trainer is at work, those that predictions use.</summary>
            public {{_model.TypeName}} Clone() => ({{_model.TypeName}}){{Kernels}}ModelCalls.CopyParameters(this, {{fresh}});
            """;
        yield return Predict(what);
        if (_plan.ReadsTokens && HasOneOutput)
        {
            yield return PredictText; // other outputs are arrays, as TextPredictions gives them
        }

        yield return _plan.NeedsWholeSequence is { } need
            ? $$"""
            /// <summary>Not there: {{need.Layer.Name}} {{need.Reason}}, so this model takes whole sequences; use Predict.</summary>
            /// <exception cref="global::System.NotSupportedException">Always.</exception>
            [global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]
            public global::GruGen.SequenceStream<{{_input}}> OpenStream() => throw CannotStream();
            """
            : $$"""
            /// <summary>A sequence that arrives step by step, from its initial states.</summary>
            public StepStream OpenStream() => new({{Kernels}}ModelCalls.WeightsOf(this));
            """;
    }

    private string Predict(string what)
    {
        (string exception, string reason) = _plan.ReadsTokens
            ? ("ArgumentOutOfRangeException", "A token is not in the vocabulary.")
            : ("ArgumentException", $"The number of features is no multiple of {_plan.InputSize}.");
        string parameter = $"/// <param name=\"input\">{what} May be empty.</param>";
        string error = $"/// <exception cref=\"global::System.{exception}\">{reason}</exception>";
        if (_plan.Outputs.Count > 1)
        {
            return PredictOutputs(parameter, error);
        }

        string errors = parameter + "\n" + error;
        if (HasOneOutput)
        {
            return $$"""
                /// <summary>Runs one sequence to its end.</summary>
                {{errors}}
                /// <returns>The output.</returns>
                public float Predict({{Inputs}} input)
                {
                    float output = 0;
                    Predict(input, new global::System.Span<float>(ref output));
                    return output;
                }
                """;
        }

        bool changes = _plan.Outputs[0].Rows.Clock > 0;
        string shape = changes && _plan.EveryStep ? $" of every output step: [OutputSteps(steps), {_plan.OutputSize}]"
            : _plan.EveryStep ? $" of every step: [steps, {_plan.OutputSize}]"
            : $": [{_plan.OutputSize}]";
        string steps = "input.Length" + (_plan.ReadsTokens ? "" : Times(" / ", _plan.InputSize));
        string rows = changes ? $"Emitted.Definition.Schema.OutputSteps({steps})" : steps;
        string length = !_plan.EveryStep ? Literal(_plan.OutputSize) : rows + Times(" * ", _plan.OutputSize);
        return $$"""
            /// <summary>Runs one sequence to its end.</summary>
            {{errors}}
            /// <returns>The output{{shape}}.</returns>
            public float[] Predict({{Inputs}} input)
            {
                float[] outputs = new float[{{length}}];
                Predict(input, outputs);
                return outputs;
            }
            """;
    }

    /// <summary>A factor; nothing for 1.</summary>
    private static string Times(string sign, int factor) => factor == 1 ? "" : sign + Literal(factor);
}
