using GruGen.Tests.Reference;

namespace GruGen.Tests.Numbers;

/// <summary>
/// Activations with α and β, clipping and other activations for the second direction: against ONNX' equations as PyTorch differentiates
/// them, and against the cases of ONNX Runtime's and OpenVINO's own tests.
/// </summary>
public class OnnxGruTests
{
    private static readonly string[] Equations =
    [
        "onnx_affine", "onnx_clip", "onnx_clip_before", "onnx_elu", "onnx_hardsigmoid_alpha", "onnx_hardsigmoid_default", "onnx_leakyrelu",
        "onnx_reverse_lengths_elu", "onnx_scaledtanh",
    ];

    private static readonly string[] Projects =
    [
        "onnxruntime: TestGRUOpForwardActivation", "onnxruntime: TestGRUPositiveActivationAlphaBeta",
        "openvino: gru_cell_bias_clip", "openvino: gru_cell_hardsigmoid_activation_function",
    ];

    public static TheoryData<string> Cases => [.. Equations, .. Projects];

    public static TheoryData<string, string> Models => ModelFactory.With([.. Equations, .. Projects], name => Read(name).Schema);

    [Theory]
    [MemberData(nameof(Models))]
    public void A_pass_computes_what_others_compute(string factory, string name)
    {
        Case given = Read(name);

        given.Run(factory).AssertEqual(given.Results);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_reference_computes_what_others_compute(string name)
    {
        Case given = Read(name);

        // the equations were computed in double precision from floats, and their results rounded; other projects compute in floats
        given.RunReference().AssertEqual(given.Results, outputs: name.Contains(':', StringComparison.Ordinal) ? Results.OutputTolerance : 1e-7, gradients: 1e-7);
    }

    private static Case Read(string name) =>
        name.Split(": ") is [string project, string its] ? OnnxCase.OfProject(project, its) : OnnxCase.OfEquations(name);
}
