using System.Reflection;
using GruGen.Tests.Numbers;

namespace GruGen.Tests.Emitted;

/// <summary>The numeric tests take the emitted models that they find, so one that nobody declared would go untested without a word.</summary>
public class DeclarationTests
{
    [Fact]
    public void Every_shape_is_declared() => AssertAllImplementations(Shape.Names, ShapeTests.Models);

    [Fact]
    public void Every_case_of_PyTorch_is_declared()
    {
        AssertAllImplementations(Cases("gru_").Where(name => name != "gru_f64"), TorchGruTests.Models);
        AssertAllImplementations(Cases("train_"), TorchTrainingTests.Models);
        AssertAllImplementations(Cases("train_"), TorchTrainingTests.ActivatedModels);
        AssertAllImplementations(Cases("train_"), Training.TorchTrainingTests.Cases);
    }

    private static IEnumerable<string> Cases(string kind) =>
        Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith(kind, StringComparison.Ordinal));

    private static void AssertAllImplementations(IEnumerable<string> names, TheoryData<string, string> models)
    {
        IEnumerable<(string, string)> expected = names.SelectMany(name => ModelFactory.Names.Select(factory => (factory, name)));
        Assert.Equal(expected.Order(), models.Select(row => ((string)row[0], (string)row[1])).Order());
    }
}
