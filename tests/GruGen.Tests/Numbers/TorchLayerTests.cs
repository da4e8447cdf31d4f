using GruGen.Tests.Reference;

namespace GruGen.Tests.Numbers;

/// <summary>Outputs and every gradient of single layers against what PyTorch computed.</summary>
public class TorchLayerTests
{
    private static readonly Dictionary<string, LayerSchema> Layers = new()
    {
        ["dense_nobias"] = LayerSchema.Dense(5, bias: false),
        ["dense_nobias_tanh_vector"] = LayerSchema.Dense(3, Activation.Tanh, bias: false),
    };

    public static TheoryData<string> Cases => [.. Layers.Keys];

    public static TheoryData<string, string> Models => ModelFactory.With(Layers.Keys, name => TorchLayerCase.Read(name, Layers[name]).Schema);

    [Theory]
    [MemberData(nameof(Models))]
    public void A_pass_computes_what_PyTorch_computes(string factory, string name)
    {
        Case given = TorchLayerCase.Read(name, Layers[name]);

        given.Run(factory).AssertEqual(given.Results);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_reference_computes_what_PyTorch_computes(string name)
    {
        Case given = TorchLayerCase.Read(name, Layers[name]);

        // the file has rounded its results to floats, and some are above 2
        given.RunReference().AssertEqual(given.Results, outputs: 1.2e-7, gradients: 1e-7);
    }
}
