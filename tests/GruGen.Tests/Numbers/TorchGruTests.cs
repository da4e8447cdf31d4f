using GruGen.Tests.Reference;

namespace GruGen.Tests.Numbers;

/// <summary>
/// Outputs, final states and every gradient against what <c>torch.nn.GRU</c> computed, and PyTorch's differentiation of the equations that
/// it has no layer for.
/// </summary>
public class TorchGruTests
{
    private static readonly string[] Names =
    [
        "gru_t1_b1", "gru_i1_h8", "gru_i3_h5_odd", "gru_i10_h20", "gru_i16_h16", "gru_i7_h33_nobias", "gru_i32_h64_b17", "gru_i64_h128", "gru_2layers",
        "gru_lengths", "gru_bidirectional", "gru_bidirectional_lengths", "gru_3layers_bidirectional", "cell_after_chung", "cell_after_hardsigmoid",
        "cell_before_chung", "cell_before_nobias", "cell_before_relu", "cell_before_torch",
    ];

    public static TheoryData<string> Cases => [.. Names];

    public static TheoryData<string, string> Models => ModelFactory.With(Names, name => TorchCase.Read(name).Schema);

    public static TheoryData<string, string> ZeroBiases =>
        ModelFactory.With(["gru_i7_h33_nobias"], name => TorchCase.Read(name, zeroBiases: true).Schema);

    [Theory]
    [MemberData(nameof(Models))]
    public void A_pass_computes_what_PyTorch_computes(string factory, string name)
    {
        Case given = TorchCase.Read(name);

        given.Run(factory).AssertEqual(given.Results);
    }

    [Theory]
    [MemberData(nameof(ZeroBiases))]
    public void Biases_of_zero_are_as_good_as_none(string factory, string name)
    {
        Case given = TorchCase.Read(name, zeroBiases: true);

        given.Run(factory).AssertEqual(given.Results);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_reference_computes_what_PyTorch_computes(string name)
    {
        Case given = TorchCase.Read(name);

        // the file has rounded both its inputs and its results to floats
        given.RunReference().AssertEqual(given.Results, outputs: 1e-7, gradients: 1e-7);
    }

    [Fact]
    public void The_reference_computes_what_PyTorch_computes_in_double_precision()
    {
        Case given = TorchCase.Read("gru_f64");

        given.RunReference().AssertEqual(given.Results, outputs: 1e-12, gradients: 1e-12);
    }
}
