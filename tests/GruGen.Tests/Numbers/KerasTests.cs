using GruGen.Tests.Reference;

namespace GruGen.Tests.Numbers;

/// <summary>Outputs against what Keras computed, from Keras' weights.</summary>
public class KerasTests
{
    private static readonly string[] Names =
    [
        "keras_bidirectional_concat", "keras_bidirectional_sum_last", "keras_go_backwards", "keras_gru_default", "keras_gru_last_dense",
        "keras_gru_reset_before", "keras_imdb_masked", "keras_imdb_shape_small", "keras_lm", "keras_nobias", "keras_stacked",
    ];

    public static TheoryData<string> Cases => [.. Names];

    public static TheoryData<string, string> Models => ModelFactory.With(Names, name => KerasCase.Read(name).Schema);

    [Theory]
    [MemberData(nameof(Models))]
    public void A_pass_computes_what_Keras_computes(string factory, string name)
    {
        Case given = KerasCase.Read(name);

        given.Run(factory).AssertEqual(given.Results);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_reference_computes_what_Keras_computes(string name)
    {
        Case given = KerasCase.Read(name);

        given.RunReference().AssertEqual(given.Results);
    }
}
