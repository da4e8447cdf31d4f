
namespace GruGen.Tests.Passes;

/// <summary>A walk meets every output row once, in the order in which a pass lays rows out.</summary>
public class OutputWalkTests
{
    private const int Padding = 3;

    private static readonly int[] Lengths = [4, 0, 300, 1, 300, 77, 2, 0, 299];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(76)]
    [InlineData(298)]
    [InlineData(299)]
    public void Steps_come_one_after_another_and_the_longest_sequences_first(int from)
    {
        var model = new DynamicModel<float>(ModelSchema.ForFeatures("Every", 1, LayerSchema.Gru(1, SequenceOutput.EveryStep)));
        SequencePass<float> pass = model.CreateInferencePass(Lengths.Length, 300);
        pass.Arrange(Lengths);

        Assert.Equal(Plain(from), Walked(pass.WalkOutputs(from), pass.Layout.Rows(from, pass.Layout.StepCount)));
    }

    [Fact]
    public void One_output_for_a_sequence_is_that_of_step_0()
    {
        var model = new DynamicModel<float>(ModelSchema.ForFeatures("Last", 1, LayerSchema.Gru(1, SequenceOutput.Final)));
        SequencePass<float> pass = model.CreateInferencePass(Lengths.Length, 300);
        pass.Arrange(Lengths);

        Assert.Equal(ByLength().Select(sequence => (sequence, 0)), Walked(pass.WalkOutputs(), pass.Memory.OutputRows));
    }

    [Fact]
    public void Padding_is_counted_among_the_steps_of_the_input()
    {
        int[][] tokens = [[1, 3, 2], [3, 3], [0, 1, 2, 0], [3, 2, 3, 3, 1]];
        var model = new Words();
        SequencePass<int> pass = model.CreatePass(tokens.Length, 5);
        pass.Forward([.. tokens.SelectMany(sequence => sequence.Concat(Enumerable.Repeat(Padding, 5 - sequence.Length)))], tokens.Length, 5, []);

        Assert.Equal([(2, 0), (0, 0), (3, 1), (2, 1), (0, 2), (3, 4), (2, 2), (2, 3)], Walked(pass.WalkOutputs(), pass.Memory.OutputRows));
    }

    [Fact]
    public void A_batch_without_steps_has_no_rows()
    {
        var model = new DynamicModel<float>(ModelSchema.ForFeatures("Every", 1, LayerSchema.Gru(1, SequenceOutput.EveryStep)));
        SequencePass<float> pass = model.CreateInferencePass(3, 300);
        pass.Arrange([0, 0, 0]);

        Assert.Empty(Walked(pass.WalkOutputs(), pass.Memory.OutputRows));
    }

    private static IEnumerable<int> ByLength() => Enumerable.Range(0, Lengths.Length).OrderByDescending(i => Lengths[i]);

    private static IEnumerable<(int Sequence, int Step)> Plain(int from) =>
        Enumerable.Range(from, 300 - from).SelectMany(step => ByLength().Where(sequence => Lengths[sequence] > step).Select(sequence => (sequence, step)));

    private static List<(int Sequence, int Step)> Walked(OutputWalk walk, nint rows)
    {
        List<(int, int)> walked = [];
        for (nint row = 0; row < rows; row++)
        {
            walked.Add(walk.Next());
        }

        return walked;
    }
}

/// <summary>A model with a padding token and an output every step.</summary>
[GruModel]
[Embedding(4, 2, PaddingToken = 3)]
[Gru(3, Output = SequenceOutput.EveryStep)]
internal sealed partial class Words;
