using System.Reflection;
using GruGen.Kernels;

namespace GruGen.Tests;

/// <content>The models that are declared in this assembly, once for every width of vectors.</content>
public abstract partial class ModelFactory
{
    /// <summary>The names of the implementations whose models are declared with attributes, one for each width.</summary>
    public static IEnumerable<string> EmittedNames => Factories.Values.OfType<EmittedFactory>().Select(factory => factory.Name);

    /// <summary>Whether a model of these layers is declared.</summary>
    public static bool IsDeclared(ModelSchema schema) => Factories.Values.OfType<EmittedFactory>().Any(factory => factory.Has(schema));

    static partial void AddEmitted(List<ModelFactory> factories) => factories.AddRange(Simd.Choices.Select(lanes => new EmittedFactory(lanes)));

    private sealed class EmittedFactory(int lanes) : ModelFactory
    {
        private static readonly Dictionary<string, Type> Types = Assembly.GetExecutingAssembly().GetTypes()
            .Where(type => type.IsDefined(typeof(GruModelAttribute)) && SchemaOf(type).WeightFormat == WeightFormat.Float32)
            .DistinctBy(type => Layers(SchemaOf(type)))
            .ToDictionary(type => Layers(SchemaOf(type)), StringComparer.Ordinal);

        public override string Name => lanes == 1 ? "emitted, scalar" : $"emitted, {lanes * 32} bit";

        public override bool Has(ModelSchema schema) => Types.ContainsKey(Layers(schema));

        public override SequenceModel<TInput> Create<TInput>(ModelSchema schema, int seed)
        {
            var model = (SequenceModel<TInput>)Activator.CreateInstance(Types[Layers(schema)], seed)!;
            model.Lanes = lanes;
            return model;
        }

        private static ModelSchema SchemaOf(Type type) =>
            (ModelSchema)type.GetProperty(nameof(SequenceModel<int>.Schema))!.GetValue(Activator.CreateInstance(type, 0))!;

        /// <summary>Everything but the name of the model.</summary>
        private static string Layers(ModelSchema schema) => $"{schema.InputSize}, {schema.MaskValue}, {schema.MaskedOutput}, {string.Join(", ", schema.Layers.Select(layer => $"{layer} of {string.Join(", ", layer.From)}"))}";
    }
}
