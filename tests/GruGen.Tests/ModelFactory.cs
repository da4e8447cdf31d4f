using GruGen.Generic;

namespace GruGen.Tests;

/// <summary>
/// An implementation of models that the numeric tests run on. A test asks for a model by its schema; an implementation whose shapes are
/// fixed has only some of them.
/// </summary>
public abstract partial class ModelFactory
{
    private static readonly Dictionary<string, ModelFactory> Factories = Find();

    /// <summary>The name in test results.</summary>
    public abstract string Name { get; }

    /// <summary>The names of all implementations.</summary>
    public static IEnumerable<string> Names => Factories.Keys;

    /// <summary>The implementation of this name.</summary>
    public static ModelFactory ByName(string name) => Factories[name];

    /// <summary>Each case with each implementation that has its layers, as the arguments (implementation, case) of a test.</summary>
    public static TheoryData<string, string> With(IEnumerable<string> cases, Func<string, ModelSchema> schema)
    {
        var data = new TheoryData<string, string>();
        foreach (string name in cases)
        {
            ModelSchema layers = schema(name);
            foreach (ModelFactory factory in Factories.Values.Where(factory => factory.Has(layers)))
            {
                data.Add(factory.Name, name);
            }
        }

        return data;
    }

    /// <summary>
    /// Whether a model has nothing beyond PyTorch's <c>nn.GRU</c>, embeddings without padding and plain Dense layers, which every
    /// implementation has.
    /// </summary>
    public static bool IsPlain(ModelSchema schema) => schema.CanRunDynamically;

    /// <summary>Whether there is a model of these layers.</summary>
    public abstract bool Has(ModelSchema schema);

    /// <summary>A new model of these layers.</summary>
    public abstract SequenceModel<TInput> Create<TInput>(ModelSchema schema, int seed = 0)
        where TInput : unmanaged;

    private static Dictionary<string, ModelFactory> Find()
    {
        List<ModelFactory> factories = [new GenericFactory()];
        AddEmitted(factories);
        return factories.ToDictionary(factory => factory.Name, StringComparer.Ordinal);
    }

    /// <summary>Adds the implementations whose models are declared with attributes.</summary>
    static partial void AddEmitted(List<ModelFactory> factories);

    private sealed class GenericFactory : ModelFactory
    {
        public override string Name => "generic";

        public override bool Has(ModelSchema schema) => IsPlain(schema);

        public override SequenceModel<TInput> Create<TInput>(ModelSchema schema, int seed) => new DynamicModel<TInput>(schema, seed);
    }
}
