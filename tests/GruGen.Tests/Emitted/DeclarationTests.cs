using System.Reflection;
using GruGen.Tests.Numbers;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Emitted;

/// <summary>
/// The numeric tests take the emitted models that they find, so one that nobody declared would go untested without a word.
/// </summary>
public class DeclarationTests
{
    [Fact]
    public void Every_shape_is_declared() => AssertAllImplementations(Shape.Names, name => Shape.ByName(name).Schema, ShapeTests.Models);

    [Fact]
    public void Every_case_of_PyTorch_is_declared()
    {
        AssertAllImplementations(Cases("gru_", "cell_").Where(name => name != "gru_f64"), name => TorchCase.Read(name).Schema, TorchGruTests.Models);
        AssertAllImplementations(TorchTrainingTests.Names, name => new TorchTraining(name).Schema, TorchTrainingTests.Models);
        AssertAllImplementations(TorchTrainingTests.Names, name => new TorchTraining(name).Schema, TorchTrainingTests.ActivatedModels);

        // streams, accumulated gradients and smoothed labels have tests of their own
        IEnumerable<string> steps = Cases("train_").Except(Cases("train_truncated", "train_accumulation", "train_label_smoothing"));
        AssertAllImplementations(steps, Training.TorchTrainingTests.SchemaOf, Training.TorchTrainingTests.Cases);
    }

    [Fact]
    public void Every_case_of_Keras_is_declared() =>
        AssertAllImplementations(Cases("keras_"), name => KerasCase.Read(name).Schema, KerasTests.Models);

    [Fact]
    public void Every_model_that_others_trained_is_declared() => AssertAllImplementations(RealCase.Names, RealCase.SchemaOf, RealTests.Models);

    private static IEnumerable<string> Cases(params string[] kinds) => Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => kinds.Any(kind => name.StartsWith(kind, StringComparison.Ordinal)));

    private static void AssertAllImplementations(IEnumerable<string> names, Func<string, ModelSchema> schema, TheoryData<string, string> models)
    {
        IEnumerable<(string, string)> expected = names.SelectMany(name => Implementations(schema(name)).Select(factory => (factory, name)));
        Assert.Equal(expected.Order(), models.Select(row => ((string)row[0], (string)row[1])).Order());
    }

    /// <summary>Those that have a model of these layers if it is declared; the generic one has plain layers only.</summary>
    private static IEnumerable<string> Implementations(ModelSchema schema) => ModelFactory.IsPlain(schema) ? ModelFactory.Names : ModelFactory.EmittedNames;
}
