using GruGen.Tests.Passes;

namespace GruGen.Tests.Preprocessing;

/// <summary>What the documentation of Keras' <c>pad_sequences</c> shows, and what it does with steps of several features.</summary>
public class PadSequencesTests
{
    private static readonly int[][] Sequences = [[1], [2, 3], [4, 5, 6]];

    /// <summary>The four examples of keras.io/api/data_loading/timeseries, and the other sides.</summary>
    [Fact]
    public void Values_are_those_that_Keras_documents()
    {
        Assert.Equal([[0, 0, 1], [0, 2, 3], [4, 5, 6]], PadSequences.Pad(Sequences));
        Assert.Equal([[-1, -1, 1], [-1, 2, 3], [4, 5, 6]], PadSequences.Pad(Sequences, value: -1));
        Assert.Equal([[1, 0, 0], [2, 3, 0], [4, 5, 6]], PadSequences.Pad(Sequences, padding: SequenceSide.Post));
        Assert.Equal([[0, 1], [2, 3], [5, 6]], PadSequences.Pad(Sequences, maxLength: 2));
        Assert.Equal([[0, 1], [2, 3], [4, 5]], PadSequences.Pad(Sequences, maxLength: 2, truncating: SequenceSide.Post));
        Assert.Equal([[1, 9], [2, 3], [5, 6]], PadSequences.Pad(Sequences, 2, SequenceSide.Post, SequenceSide.Pre, 9));
        Assert.Equal([[0, 0, 0, 0, 1], [0, 0, 0, 2, 3], [0, 0, 4, 5, 6]], PadSequences.Pad(Sequences, maxLength: 5));
    }

    [Fact]
    public void A_step_may_have_several_features()
    {
        double[][] sequences = [[], [1, 2], [3, 4, 5, 6, 7, 8]];
        Assert.Equal([[0.5, 0.5, 0.5, 0.5], [0.5, 0.5, 1, 2], [5, 6, 7, 8]], PadSequences.Pad(sequences, 2, value: 0.5, features: 2));
        Assert.Equal(
            [[0, 0, 0, 0], [1, 2, 0, 0], [3, 4, 5, 6]],
            PadSequences.Pad(sequences, 2, SequenceSide.Post, SequenceSide.Post, features: 2));
    }

    [Fact]
    public void Sequences_are_lists_or_whatever_else_can_be_gone_through_and_stay_as_they_are()
    {
        List<List<byte>> lists = [[1, 2], [3]];
        Assert.Equal([[1, 2], [0, 3]], PadSequences.Pad(lists));
        Assert.Equal([[2], [0]], PadSequences.Pad(lists.Select(list => list.Skip(1)), 1));
        int[][] same = [[1, 2]];
        PadSequences.Pad(same)[0][0] = 7;
        Assert.Equal([1, 2], same[0]);
        Assert.Empty(PadSequences.Pad(Enumerable.Empty<int[]>()));
        Assert.Equal([[], []], PadSequences.Pad(new float[][] { [], [] }));
    }

    [Fact]
    public void A_row_of_an_array_is_filled_without_allocation()
    {
        float[] flat = new float[3 * 2];
        for (int i = 0; i < Sequences.Length; i++)
        {
            PadSequences.Pad([.. Sequences[i].Select(token => (float)token)], flat.AsSpan(i * 2, 2), SequenceSide.Post, value: -1);
        }

        Assert.Equal([1, -1, 2, 3, 5, 6], flat);
        int[] row = new int[4];
        Allocated.Nothing("Pad", () => PadSequences.Pad(Sequences[2], row));
        Assert.Equal([0, 4, 5, 6], row);
        PadSequences.Pad<int>([], row, value: 8);
        Assert.Equal([8, 8, 8, 8], row);
        PadSequences.Pad<int>([1, 2], []);
    }

    [Fact]
    public void What_is_wrong_is_named()
    {
        Refused.Argument<ArgumentNullException>("sequences", [], () => PadSequences.Pad<int>(null!));
        Refused.Argument<ArgumentNullException>("sequences", ["Sequence 1"], () => PadSequences.Pad(new int[][] { [1], null! }));
        Refused.Argument<ArgumentOutOfRangeException>("maxLength", [0], () => PadSequences.Pad(Sequences, 0));
        Refused.Argument<ArgumentOutOfRangeException>("features", [-1], () => PadSequences.Pad(Sequences, features: -1));
        Refused.Argument<ArgumentException>(
            "sequences", ["Sequence 2", "3 elements", "multiple of 2"], () => PadSequences.Pad([[], [1, 2], [1, 2, 3]], features: 2));
        Refused.Argument<ArgumentOutOfRangeException>("padding", [2], () => PadSequences.Pad(Sequences, padding: (SequenceSide)2));
        Refused.Argument<ArgumentOutOfRangeException>("truncating", [-1], () => PadSequences.Pad(Sequences, truncating: (SequenceSide)(-1)));
        Refused.Argument<ArgumentException>(
            "destination", ["3 elements", "multiple of 2"], () => PadSequences.Pad([1, 2], new int[3], features: 2));
        int[] memory = new int[4];
        Refused.Argument<ArgumentException>("destination", ["overlaps"], () => PadSequences.Pad(memory.AsSpan(0, 3), memory.AsSpan(2)));
        Assert.Throws<OverflowException>(() => PadSequences.Pad(new int[][] { [] }, int.MaxValue, features: 2));
    }
}
