using GruGen.Generator.Layers;
using GruGen.Generator.Planning;
using GruGen.Generator.Values;
using Microsoft.CodeAnalysis.CSharp;
using static GruGen.Generator.Emission.Text;
using static GruGen.Generator.Layers.ModelText;

namespace GruGen.Generator.Models;

/// <content>Models that are more than a stack: what layers read, and several outputs, each with a span of its own.</content>
internal sealed partial class ModelFile
{
    /// <summary>What a layer is called and reads, where that is not as in a stack.</summary>
    private string Reading(int i)
    {
        List<string> options = [];
        if (_model.Layers[i].GivenName.Length > 0)
        {
            options.Add($"Name = \"{_plan.Layers[i].Name}\"");
        }

        EquatableArray<int> inputs = _model.Graph.Inputs[i];
        if (inputs.Count != 1 || inputs[0] != i)
        {
            options.Add($"From = [\"{NamesRead(i, "\", \"")}\"]");
        }

        if (_model.Graph.Combines[i] != Combine.Concat)
        {
            options.Add($"Combine = global::GruGen.Combine.{_model.Graph.Combines[i]}");
        }

        if (i + 1 < _model.Layers.Count && _model.Graph.Outputs.Contains(i + 1))
        {
            options.Add("IsOutput = true");
        }

        string before = _plan.Layers[i].Writer.Schema.Contains('\n') ? "\n    " : " ";
        return options.Count == 0 ? "" : $"{before}with {{ {string.Join(", ", options)} }}";
    }

    /// <summary>The name of the parameter that is of an output.</summary>
    private static string Parameter(OutputPlan output) => ParameterOf(output.Layer.Name);

    /// <summary>The name of a parameter, which may be a keyword.</summary>
    public static string ParameterOf(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    private string Spans => string.Join(", ", _plan.Outputs.Select(output => $"{Outputs} {Parameter(output)}"));

    /// <summary>Both forms of a step: each output by itself, and all of them in one row.</summary>
    private string StepOfOutputs(int step, string prepare, string tokenText, string tokenError)
    {
        string input = _plan.ReadsTokens ? "int token" : $"{Inputs} input";
        string argument = _plan.ReadsTokens ? "token" : "ref features";
        string features = _plan.InputSize == 1 ? "feature" : $"{_plan.InputSize} features";
        string inputText = _plan.ReadsTokens ? tokenText : $"/// <param name=\"input\">The {features} of the step.</param>";
        IEnumerable<string> texts = _plan.Outputs.Select(output => $"/// <param name=\"{output.Layer.Name}\">Receives the "
            + $"{(output.Layer.OutputSize == 1 ? "output" : $"{output.Layer.OutputSize} outputs")} of {output.Layer.Name}.</param>");
        IEnumerable<string> checks = _plan.Outputs.Select(output =>
            $"CheckOutput({Parameter(output)}, {output.Layer.OutputSize}, nameof({Parameter(output)}));");
        IEnumerable<string> copies = _plan.Outputs.Select(output =>
            $"OutputAt({output.Start}, {output.Layer.OutputSize}).CopyTo({Parameter(output)});");
        string parts = string.Join(", ", _plan.Outputs.Select(output => $"output.Slice({output.Offset}, {output.Layer.OutputSize})"));
        string error = _plan.ReadsTokens ? tokenError + "\n" : "";
        string check = _plan.ReadsTokens ? "" : $"CheckStep(input.Length, {step}, 1, 1);\n";
        return $$"""
            /// <summary>Takes one step.</summary>
            {{inputText}}
            {{Lines(0, texts)}}
            {{error}}/// <exception cref="global::System.ArgumentException">A span has a length that does not fit the model.</exception>
            {{Optimized}}
            public void Step({{input}}, {{Spans}})
            {
                {{Lines(4, [check + string.Join("\n", checks)])}}
                {{Lines(4, [prepare + StepOfWidth(argument)])}}

                {{Lines(4, copies)}}
            }

            /// <inheritdoc/>
            public override void Step({{Inputs}} input, {{Outputs}} output)
            {
                CheckStep(input, {{step}}, output, {{_plan.OutputSize}});
                Step({{(_plan.ReadsTokens ? "input[0]" : "input")}}, {{parts}});
            }
            """;
    }

    /// <summary>Predictions whose outputs are apart.</summary>
    private string PredictOutputs(string input, string errors)
    {
        string rows = _plan.EveryStep ? "[steps, {0}]" : "[{0}]";
        IEnumerable<string> texts = _plan.Outputs.Select(output =>
            $"/// <param name=\"{output.Layer.Name}\">Receives {output.Layer.Name}"
                + $"{rows.Replace("{0}", Literal(output.Layer.OutputSize))}.</param>");
        string arrays = string.Join(", ", _plan.Outputs.Select(output => $"float[] {LayerNames.Pascal(output.Layer.Name)}"));
        IEnumerable<string> checks = _plan.Outputs.Select(output =>
            $"{Kernels}ModelCalls.CheckOutput(this, input, {output.Index}, {Parameter(output)}.Length, nameof({Parameter(output)}));");
        IEnumerable<string> copies = _plan.Outputs.Select(output => $"outputs.CopyTo({output.Index}, {Parameter(output)});");
        string made = string.Join(", ", _plan.Outputs.Select(output => $"outputs.ToArray({output.Index})"));
        string names = string.Join(", ", _plan.Outputs.Select(output => output.Layer.Name));
        return $$"""
            /// <summary>Runs one sequence to its end.</summary>
            {{input}}
            {{errors}}
            /// <returns>The outputs: {{names}}.</returns>
            public ({{arrays}}) Predict({{Inputs}} input)
            {
                using {{Kernels}}PredictedOutputs outputs = {{Kernels}}ModelCalls.PredictOutputs(this, input);
                return ({{made}});
            }

            /// <summary>Runs one sequence to its end.</summary>
            {{input}}
            {{Lines(0, texts)}}
            {{errors}}
            /// <exception cref="global::System.ArgumentException">A span has a length that does not fit the model.</exception>
            public void Predict({{Inputs}} input, {{Spans}})
            {
                {{Lines(4, checks)}}
                using {{Kernels}}PredictedOutputs outputs = {{Kernels}}ModelCalls.PredictOutputs(this, input);
                {{Lines(4, copies)}}
            }
            """;
    }
}
