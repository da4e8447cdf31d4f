using GruGen.Tests.Passes;

namespace GruGen.Tests.Emitted;

/// <summary>
/// What emitted models refuse, at the members that only they have. The exception names the argument and both sizes, and whoever refused is
/// as it was.
/// </summary>
public class ArgumentTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(11)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void A_token_outside_the_vocabulary(int token)
    {
        var model = new Tokens();
        Tokens.StepStream stream = model.OpenStream();
        TokensEveryStep.StepStream everyStep = new TokensEveryStep().OpenStream();
        SequenceDataset<int> data = Tokens.CreateDataset();

        Refused.Argument<ArgumentOutOfRangeException>("token", [token, "0 to 10"], () => stream.Step(token));
        Refused.Argument<ArgumentOutOfRangeException>("token", [token, "0 to 6"], () => everyStep.Step(token, new float[7]));
        Refused.Argument<ArgumentOutOfRangeException>("input", [token, "0 to 10", "step 2"], () => model.Predict([0, 1, token]));
        Refused.Argument<ArgumentOutOfRangeException>("input", [30, "0 to 29", "step 0"], () => new TokensToClasses().PredictLabel([30, token]));
        Refused.Argument<ArgumentOutOfRangeException>("inputs", [token, "0 to 10", "step 1"], () => model.Predict([[0], [1, token]], new float[2]));
        Refused.Argument<ArgumentOutOfRangeException>("input", [token, "0 to 10", "step 1"], () => data.Add([1, token], label: 1));
        Assert.Equal(0, data.Count);
    }

    [Fact]
    public void Spans_of_another_length()
    {
        var model = new StackToFinalState();
        StackToFinalState.StepStream stream = model.OpenStream();
        TokensEveryStep.StepStream tokens = new TokensEveryStep().OpenStream();

        Refused.Argument<ArgumentException>("input", ["4 elements", "5 are expected (features a step)"], () => stream.Step(new float[4]));
        Refused.Argument<ArgumentException>("input", [6, 5], () => stream.Step(new float[6], new float[1]));
        Refused.Argument<ArgumentException>("output", [2, 1], () => stream.Step(new float[5], new float[2]));
        Refused.Argument<ArgumentException>("output", [6, 7], () => tokens.Step(1, new float[6]));
        Refused.Argument<ArgumentException>("output", [8, "7 are expected (outputs a step)"], () => tokens.Step([1], new float[8]));
        Refused.Argument<ArgumentException>("input", [2, "1 are expected (one token a step)"], () => tokens.Step([1, 2], new float[7]));
        Refused.Argument<ArgumentException>("state", [49, 50], () => stream.SetState(new float[49]));
        Refused.Argument<ArgumentException>("destination", [51, 50], () => stream.CopyStateTo(new float[51]));
        Refused.Argument<ArgumentException>("input", [7, 5], () => model.Predict(new float[7]));
        Refused.Argument<ArgumentException>("output", [0, 1], () => model.Predict(new float[5], []));
        Refused.Argument<ArgumentException>("outputs", [1, 2], () => model.Predict([new float[5], []], new float[1]));
        Refused.Argument<ArgumentException>("inputs", [9, 5], () => model.Predict([new float[5], new float[9]], new float[2]));
    }

    [Fact]
    public void What_is_null()
    {
        var model = new Tokens();
        Refused.Argument<ArgumentNullException>("inputs", [], () => model.Predict((IReadOnlyList<int[]>)null!, new float[1]));
        Refused.Argument<ArgumentException>("inputs", ["Sequence 1"], () => model.Predict([[1], null!], new float[2]));
        Refused.Argument<ArgumentNullException>("data", [], () => model.Fit((SequenceDataset<int>)null!));
        Refused.Argument<ArgumentNullException>("data", [], () => model.Evaluate(null!));
        Refused.Argument<ArgumentNullException>("data", [], () => model.Predict((SequenceDataset<int>)null!, new float[1]));
        Refused.Argument<ArgumentNullException>("path", [], () => model.Save((string)null!));
        Refused.Argument<ArgumentNullException>("stream", [], () => model.Save((Stream)null!));
        Refused.Argument<ArgumentNullException>("path", [], () => Tokens.Load((string)null!));
        Refused.Argument<ArgumentNullException>("stream", [], () => Tokens.Load((Stream)null!));
    }

    [Fact]
    public void Targets_that_the_model_does_not_have()
    {
        SequenceDataset<int> binary = Tokens.CreateDataset(), classes = TokensToClasses.CreateDataset(), everyStep = TokensEveryStep.CreateDataset();
        SequenceDataset<float> features = StackToFinalState.CreateDataset();

        Refused.Argument<ArgumentOutOfRangeException>("label", [2, "0 to 1"], () => binary.Add([1], label: 2));
        Refused.Argument<ArgumentOutOfRangeException>("label", [5, "0 to 4"], () => classes.Add([1], label: 5));
        Refused.Argument<ArgumentException>("target", [4, 5], () => classes.Add([1], target: new float[4]));
        Refused.Argument<ArgumentException>("labels", [1, 2], () => everyStep.AddPerStep([1, 2], labels: [1]));
        Refused.Argument<ArgumentException>("input", [4, 5], () => features.Add(new float[4], target: [1]));
        Refused.Argument<ArgumentOutOfRangeException>("input", ["step 0", "NaN"], () => features.Add([1, 2, float.NaN, 4, 5], target: [1]));
        Assert.StartsWith("TokensEveryStep ", Assert.Throws<InvalidOperationException>(() => everyStep.Add([1], label: 1)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Tokens ", Assert.Throws<InvalidOperationException>(() => binary.AddPerStep([1], labels: [1])).Message, StringComparison.Ordinal);
        Assert.Equal(0, binary.Count + classes.Count + everyStep.Count + features.Count);
    }

    [Fact]
    public void Data_of_another_model()
    {
        var model = new Tokens();
        SequenceDataset<int> other = TokensToClasses.CreateDataset();
        other.Add([29], label: 4);

        Refused.Argument<ArgumentException>("data", ["vocabulary of 30", "vocabulary of 11"], () => model.Fit(other));
        Refused.Argument<ArgumentException>("data", ["vocabulary of 30", "vocabulary of 11"], () => model.Evaluate(other));
        Refused.Argument<ArgumentException>("data", ["vocabulary of 30", "vocabulary of 11"], () => model.Predict(other, new float[1]));
        Refused.Argument<ArgumentException>("data", ["empty"], () => model.Fit(Tokens.CreateDataset()));
    }

    [Fact]
    public void Sizes_of_a_pass()
    {
        var model = new Tokens();
        Refused.Argument<ArgumentOutOfRangeException>("maxBatch", [0], () => model.CreatePass(0, 1));
        Refused.Argument<ArgumentOutOfRangeException>("maxSteps", [-1], () => model.CreatePass(1, -1));
        Assert.Contains(
            "smaller batch", Assert.Throws<InsufficientMemoryException>(() => model.CreatePass(int.MaxValue, int.MaxValue)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_that_refused_a_step_goes_on_as_if_nothing_had_been_asked()
    {
        Tokens.StepStream stream = new Tokens().OpenStream(), undisturbed = new Tokens().OpenStream();
        foreach (int token in (int[])[3, 0, 10])
        {
            Assert.Equal(undisturbed.Step(token), stream.Step(token));
            Assert.Throws<ArgumentOutOfRangeException>(() => stream.Step(11));
            Assert.Throws<ArgumentException>(() => stream.Step([1, 2], new float[1]));
            Assert.Throws<ArgumentException>(() => stream.SetState([1]));
        }
    }
}
