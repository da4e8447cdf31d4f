using GruGen.Tests.Reference;

namespace GruGen.Tests.Numbers;

/// <summary>Outputs and every gradient of convolutions against what PyTorch computed.</summary>
public class TorchConvTests
{
    private static readonly string[] s_names =
    [
        "conv_causal", "conv_causal_dilation4", "conv_causal_lengths", "conv_causal_tanh_k5", "conv_k1_nobias", "conv_kernel_longer_than_sequence",
        "conv_same_k4", "conv_gru_dense", "conv_gru_dense_every", "conv_causal_stride3_dilation2", "conv_valid", "conv_valid_lengths_stride2",
        "conv_valid_relu_stride2", "conv_gru_dense_stride_lengths",
    ];

    public static TheoryData<string> Cases => [.. s_names];

    public static TheoryData<string, string> Models => ModelFactory.With(s_names, name => TorchConvCase.Read(name).Schema);

    [Fact]
    public void Every_case_has_a_model() => Assert.Equal(s_names.Length * ModelFactory.EmittedNames.Count(), Models.Count);

    [Theory]
    [MemberData(nameof(Models))]
    public void A_pass_computes_what_PyTorch_computes(string factory, string name)
    {
        Case given = TorchConvCase.Read(name);

        given.Run(factory).AssertEqual(given.Results);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_reference_computes_what_PyTorch_computes(string name)
    {
        Case given = TorchConvCase.Read(name);

        // the file has rounded both its inputs and its results to floats
        given.RunReference().AssertEqual(given.Results, outputs: 1e-6, gradients: 1e-7);
    }
}
