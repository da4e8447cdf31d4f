using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <summary>A model as an ONNX file has it: its layers, the values of their parameters, and how it was read.</summary>
public sealed class OnnxModel
{
    internal OnnxModel(ModelSchema schema, ParameterBuilder parameters) => (Schema, Parameters) = (schema, parameters);

    /// <summary>The layers.</summary>
    public ModelSchema Schema { get; }

    /// <summary>The values of all parameters, by the names that they have here.</summary>
    public ParameterBuilder Parameters { get; }

    /// <summary>What is worth knowing of how the file was read, in sentences.</summary>
    public ImmutableArray<string> Notes { get; internal init; } = [];

    /// <summary>The tensors of weights in the file, and what became of each.</summary>
    public ImmutableArray<OnnxInitializer> Initializers { get; internal init; } = [];

    /// <summary>The inputs of the graph.</summary>
    public ImmutableArray<OnnxValue> Inputs { get; internal init; } = [];

    /// <summary>The outputs of the graph.</summary>
    public ImmutableArray<OnnxValue> Outputs { get; internal init; } = [];

    /// <summary>The program that wrote the file, as the file says it; may be empty.</summary>
    public string Producer { get; internal init; } = "";

    /// <summary>The version of the operators.</summary>
    public int OperatorSet { get; internal init; }

    /// <summary>The strings that the file has beside the graph.</summary>
    public ImmutableDictionary<string, string> Metadata { get; internal init; } = ImmutableDictionary<string, string>.Empty;
}
