
namespace GruGen.Tests.Passes;

/// <summary>What a pass refuses. Its surface is one for all implementations.</summary>
public class PassArgumentTests
{
    private const int Batch = 2, StepCount = 3, Inputs = 4, Hidden = 5, Outputs = 6;

    private static DynamicModel<float> Model => new(
        ModelSchema.ForFeatures("Model", Inputs, LayerSchema.Gru(Hidden, SequenceOutput.EveryStep), LayerSchema.Gru(Hidden + 1, SequenceOutput.Final), LayerSchema.Dense(Outputs)));

    private static DynamicModel<int> TokenModel => new(
        ModelSchema.ForTokens("Model", LayerSchema.Embedding(7, 3), LayerSchema.Gru(Hidden, SequenceOutput.EveryStep), LayerSchema.Dense(Outputs)));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(Batch + 1)]
    public void A_batch_size_out_of_range(int size) =>
        Refused.Argument<ArgumentOutOfRangeException>("batchSize", size > 0 ? [size, Batch] : [size], () => Pass().Forward([], size, StepCount, []));

    [Theory]
    [InlineData(-1)]
    [InlineData(StepCount + 1)]
    public void A_number_of_steps_out_of_range(int steps) =>
        Refused.Argument<ArgumentOutOfRangeException>("steps", steps > 0 ? [steps, StepCount] : [steps], () => Pass().Forward([], Batch, steps, []));

    [Theory]
    [InlineData(0)]
    [InlineData(Batch * StepCount * Inputs - 1)]
    [InlineData(Batch * StepCount * Inputs + 1)]
    public void Inputs_of_another_length(int length) =>
        Refused.Argument<ArgumentException>("inputs", [length, Batch * StepCount * Inputs], () => Pass().Forward(new float[length], Batch, StepCount, []));

    [Fact]
    public void Outputs_of_another_length()
    {
        SequencePass<int> tokens = TokenModel.CreatePass(Batch, StepCount);
        int[] batch = new int[Batch * StepCount];
        Refused.Argument<ArgumentException>("outputs", [7, Batch * Outputs], () => Pass().Forward(FeaturesOfBatch, Batch, StepCount, new float[7]));
        Refused.Argument<ArgumentException>("outputs", [7, batch.Length * Outputs], () => tokens.Forward(batch, Batch, StepCount, new float[7]));
    }

    [Fact]
    public void Lengths_of_another_length() =>
        Refused.Argument<ArgumentException>("lengths", [3, Batch], () => Pass().Forward(FeaturesOfBatch, Batch, StepCount, [], new int[3]));

    [Theory]
    [InlineData(-1)]
    [InlineData(StepCount + 1)]
    public void A_length_out_of_range(int length) =>
        Refused.Argument<ArgumentOutOfRangeException>("lengths", [length, StepCount], () => Pass().Forward(FeaturesOfBatch, Batch, StepCount, [], [1, length]));

    [Fact]
    public void A_length_beyond_the_steps_of_the_inputs_though_the_pass_has_room() => Refused.Argument<ArgumentOutOfRangeException>(
        "lengths",
        [StepCount + 1, StepCount],
        () => Model.CreatePass(Batch, StepCount + 2).Forward(FeaturesOfBatch, Batch, StepCount, [], [1, StepCount + 1]));

    [Fact]
    public void Initial_states_of_another_length() =>
        Refused.Argument<ArgumentException>(
            "initialStates", [Hidden, Batch * (2 * Hidden + 1)], () => Pass().Forward(FeaturesOfBatch, Batch, StepCount, [], default, new float[Hidden]));

    [Theory]
    [InlineData(-1)]
    [InlineData(7)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void A_token_outside_the_vocabulary(int token)
    {
        SequencePass<int> pass = TokenModel.CreatePass(Batch, StepCount);
        Refused.Argument<ArgumentOutOfRangeException>("inputs", [token, 6, "step 2"], () => pass.Forward([0, 1, 2, 3, 4, token], Batch, StepCount, []));

        // a token past a sequence's length is not read
        pass.Forward([0, 1, 2, 3, 4, token], Batch, StepCount, [], [3, 2]);
    }

    [Fact]
    public void Backward_without_forward()
    {
        SequencePass<int> pass = TokenModel.CreatePass(Batch, StepCount);
        Assert.Throws<InvalidOperationException>(() => pass.Backward([]));

        // nor after a forward that was refused halfway
        pass.Forward(new int[Batch * StepCount], Batch, StepCount, []);
        Assert.Throws<ArgumentOutOfRangeException>(() => pass.Forward([0, 1, 2, 3, 4, 99], Batch, StepCount, []));
        Assert.Throws<InvalidOperationException>(() => pass.Backward([]));
    }

    [Fact]
    public void Gradients_of_another_length()
    {
        SequencePass<float> pass = Pass();
        pass.Forward(FeaturesOfBatch, Batch, StepCount, []);

        Refused.Argument<ArgumentException>("outputGradients", [5, Batch * Outputs], () => pass.Backward(new float[5]));
        Refused.Argument<ArgumentException>("finalStateGradients", [5, Batch * (2 * Hidden + 1)], () => pass.Backward([], new float[5]));
        Refused.Argument<ArgumentException>("inputGradients", [5, Batch * StepCount * Inputs], () => pass.Backward([], default, new float[5]));
        Refused.Argument<ArgumentException>("initialStateGradients", [5, Batch * (2 * Hidden + 1)], () => pass.Backward([], default, default, new float[5]));
    }

    [Fact]
    public void Gradients_of_tokens()
    {
        SequencePass<int> pass = TokenModel.CreatePass(Batch, StepCount);
        pass.Forward(new int[Batch * StepCount], Batch, StepCount, []);

        Refused.Argument<ArgumentException>("inputGradients", [6, 0], () => pass.Backward([], default, new float[Batch * StepCount]));
    }

    [Fact]
    public void A_parameter_that_is_not_there()
    {
        KeyNotFoundException exception = Assert.Throws<KeyNotFoundException>(() => Pass().Gradient("gru9.weight_ih_l0"));
        Assert.Contains("gru9.weight_ih_l0", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Final_states_of_another_length()
    {
        SequencePass<float> pass = Pass();
        pass.Forward(FeaturesOfBatch, Batch, StepCount, []);

        Refused.Argument<ArgumentException>("states", [3, Batch * (2 * Hidden + 1)], () => pass.CopyFinalStatesTo(new float[3]));
    }

    [Fact]
    public void Sizes_of_a_pass()
    {
        Refused.Argument<ArgumentOutOfRangeException>("maxBatch", [0], () => Model.CreatePass(0, 1));
        Refused.Argument<ArgumentOutOfRangeException>("maxSteps", [-2], () => Model.CreatePass(1, -2));
    }

    [Fact]
    public void More_memory_than_there_can_be()
    {
        InsufficientMemoryException features = Assert.Throws<InsufficientMemoryException>(() => Model.CreatePass(1 << 20, 1 << 20));
        InsufficientMemoryException tokens = Assert.Throws<InsufficientMemoryException>(() => TokenModel.CreatePass(int.MaxValue, int.MaxValue));
        InsufficientMemoryException rows = Assert.Throws<InsufficientMemoryException>(() => Model.CreatePass(1 << 15, 1 << 15));

        Assert.Contains("smaller batch", features.Message, StringComparison.Ordinal);
        Assert.Contains("smaller batch", tokens.Message, StringComparison.Ordinal);
        Assert.Contains("smaller batch", rows.Message, StringComparison.Ordinal);
    }

    private static float[] FeaturesOfBatch => new float[Batch * StepCount * Inputs];

    private static SequencePass<float> Pass() => Model.CreatePass(Batch, StepCount);
}
