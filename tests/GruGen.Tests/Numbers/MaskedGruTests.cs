using GruGen.Tests.Reference;

namespace GruGen.Tests.Numbers;

/// <summary>
/// Masked steps that repeat the last output or give zeros, against Keras' equations as PyTorch differentiates them, and Keras' own test.
/// </summary>
public class MaskedGruTests
{
    private static readonly string[] Names = ["masked_repeat", "masked_repeat_bidirectional", "masked_zero_output", "keras"];

    public static TheoryData<string> Cases => [.. Names];

    public static TheoryData<string, string> Models => ModelFactory.With(Names, name => Read(name).Schema);

    [Theory]
    [MemberData(nameof(Models))]
    public void A_pass_computes_what_Keras_computes(string factory, string name)
    {
        Case given = Read(name);

        given.Run(factory).AssertEqual(given.Results);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_reference_computes_what_Keras_computes(string name)
    {
        Case given = Read(name);

        given.RunReference().AssertEqual(given.Results, outputs: name == "keras" ? Results.OutputTolerance : 1e-7, gradients: 1e-7);
    }

    private static Case Read(string name) => name == "keras" ? MaskedCase.OfKeras() : MaskedCase.OfEquations(name);
}
