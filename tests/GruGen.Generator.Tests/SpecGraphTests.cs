using System.Collections;
using System.Reflection;
using GruGen.Generator.Tests.Harness;
using Xunit;
using static GruGen.Generator.GruModelGenerator;

namespace GruGen.Generator.Tests;

/// <summary>Nothing of the compilation is held by what the generator keeps from one run to the next.</summary>
public sealed class SpecGraphTests
{
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [Fact]
    public void No_symbol_node_location_or_compilation_is_reachable_from_a_value_of_the_pipeline()
    {
        GeneratorRun run = GeneratorRun.Of(
            """
            using GruGen;
            namespace App;
            [GruModel, Embedding(9, 4), Gru(5), Gru(5, Output = SequenceOutput.EveryStep), Dense(2, Activation.Softmax)] public partial class First;
            internal partial class Outer<T> { [GruModel(inputSize: 3), Gru(5), Dense(2)] public partial class Second<U>; }
            """);

        string[] steps = [ModelStep, CatalogStep, ModelFileStep, KernelFileStep];
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (string step in steps)
        {
            object[] values = [.. run.Values<object>(step)];
            Assert.NotEmpty(values);
            Assert.All(values, value => Walk(value, step, seen));
        }

        Assert.Contains(seen, value => value is ModelSpec { Name: "Second" });
        Assert.Contains(seen, value => value is ContainerSpec);
        Assert.Contains(seen, value => value is DenseSpec);
        Assert.Contains(seen, value => value is GruShape);
    }

    [Fact]
    public void The_spec_of_every_kind_of_layer_holds_nothing_of_it_either()
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        GeneratorRun run = GeneratorRun.Of(
            """
            using GruGen;
            [GruModel(Initialization = Initialization.Keras)]
            [Embedding(9, 4, PaddingToken = 0)]
            [Gru(4, Bidirectional = true, Merge = Merge.Sum, Dropout = 0.5, Residual = true)]
            [LayerNorm]
            [Dropout(0.5)]
            [Dense(4, Residual = true)]
            [Pool(Pooling.Mean)]
            partial class Model;
            """);
        ModelSpec model = Assert.Single(run.Models);
        Walk(model, nameof(ModelSpec), seen);
        Assert.Equal(model.Layers.Count, seen.Count(value => value is LayerSpec));
    }

    private static void Walk(object value, string path, HashSet<object> seen)
    {
        Type type = value.GetType();
        Assert.False(type.FullName!.StartsWith("Microsoft.CodeAnalysis.", StringComparison.Ordinal), $"{path} holds a {type}.");
        if (type.IsPrimitive || type.IsEnum || value is string or Type || !seen.Add(value))
        {
            return;
        }

        if (value is Array array)
        {
            foreach (object? item in (IEnumerable)array)
            {
                WalkField(item, path + "[]", seen);
            }
        }

        for (Type? declaring = type; declaring is not null; declaring = declaring.BaseType)
        {
            foreach (FieldInfo field in declaring.GetFields(Fields))
            {
                WalkField(field.GetValue(value), $"{path}.{field.Name}", seen);
            }
        }
    }

    private static void WalkField(object? value, string path, HashSet<object> seen)
    {
        if (value is not null)
        {
            Walk(value, path, seen);
        }
    }
}
