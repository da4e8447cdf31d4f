using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace GruGen.Generator.Tests.Planning;

/// <summary>
/// Shapes of layers at random, the same in every run: small ones, those beside a multiple of a vector, and any up to the largest.
/// </summary>
internal static class PlanShapes
{
    public const int MaximumSize = 65_536;

    private static readonly Gen<int> s_size = Gen.Frequency(
        (4, Gen.Choose(1, 160)),
        (2, from blocks in Gen.Choose(1, 200) from beside in Gen.Choose(-1, 1) select Math.Max(1, (16 * blocks) + beside)),
        (1, Gen.Choose(1, MaximumSize)),
        (1, Gen.Elements(1, 15, 16, 17, 128, 1024, 8192, 8193, MaximumSize - 1, MaximumSize)));

    /// <summary>
    /// Checks that something holds for so many pairs of sizes; a pair for which it does not is made as small as it can be.
    /// </summary>
    public static void ForAll(int count, Action<int, int> holds)
    {
        var replay = FSharpOption<Replay>.Some(new Replay(new Rnd(20, 21), FSharpOption<int>.None));
        Arbitrary<(int, int)> pairs = Arb.ToArbitrary(from first in s_size from second in s_size select (first, second), Smaller);
        Prop.ForAll(pairs, pair => holds(pair.Item1, pair.Item2)).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(count).WithReplay(replay));
    }

    private static IEnumerable<(int, int)> Smaller((int First, int Second) pair) =>
    [
        .. Sizes(pair.First).Select(size => (size, pair.Second)),
        .. Sizes(pair.Second).Select(size => (pair.First, size)),
    ];

    private static IEnumerable<int> Sizes(int size) => new[] { size / 2, size - 16, size - 1 }.Where(smaller => smaller > 0).Distinct();
}
