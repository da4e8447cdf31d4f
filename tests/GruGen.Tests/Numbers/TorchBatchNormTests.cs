using GruGen.Tests.Reference;

namespace GruGen.Tests.Numbers;

/// <summary>Batch normalisation by running averages against what PyTorch, and Keras' equations, give.</summary>
public class TorchBatchNormTests
{
    private static readonly string[] s_names = ["batchnorm", "batchnorm_keras", "batchnorm_lengths", "batchnorm_plain", "batchnorm_t1"];

    public static TheoryData<string> Cases => [.. s_names];

    public static TheoryData<string, string> Models => ModelFactory.With(s_names, name => TorchBatchNormCase.Read(name).Schema);

    [Fact]
    public void Every_case_has_a_model() => Assert.Equal(s_names.Length * ModelFactory.EmittedNames.Count(), Models.Count);

    [Theory]
    [MemberData(nameof(Models))]
    public void A_pass_computes_what_PyTorch_computes(string factory, string name)
    {
        Case given = TorchBatchNormCase.Read(name);

        given.Run(factory).AssertEqual(given.Results);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_reference_computes_what_PyTorch_computes(string name)
    {
        Case given = TorchBatchNormCase.Read(name);

        // the file has rounded the averages and its results to floats
        given.RunReference().AssertEqual(given.Results, outputs: 1e-6, gradients: 1e-6);
    }
}
