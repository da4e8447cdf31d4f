using GruGen.Tests.Reference;

namespace GruGen.Tests.Numbers;

/// <summary>
/// GRUs that others trained give what they gave there: weights of training are larger than any draw, and gates further open or shut.
/// </summary>
public class RealTests
{
    public static TheoryData<string> Cases => [.. RealCase.Names];

    public static TheoryData<string, string> Models => ModelFactory.With(RealCase.Names, RealCase.SchemaOf);

    [RealTheory]
    [MemberData(nameof(Models))]
    public void A_pass_gives_what_the_original_gives(string factory, string name)
    {
        Case given = RealCase.Read(name);

        given.Run(factory).AssertEqual(given.Results);
    }

    [RealTheory]
    [MemberData(nameof(Cases))]
    public void The_reference_gives_what_the_original_gives(string name)
    {
        Case given = RealCase.Read(name);

        given.RunReference().AssertEqual(given.Results);
    }
}
