using GruGen.Generic;
using GruGen.Tests.Passes;

namespace GruGen.Tests.Generation;

/// <summary>What is written after prompts of tokens.</summary>
public class TokenGenerationTests
{
    private static readonly GenerationOptions s_options = new() { MaxTokens = 30, Sampling = new() { Temperature = 1.1, TopP = 0.95, Seed = 5 } };

    [Fact]
    public void The_most_probable_tokens_are_what_was_learned()
    {
        var greedy = new GenerationOptions { MaxTokens = 15, Sampling = new() { Temperature = 0 } };
        Assert.Equal([6, 7, 8, 9, 10, 11, 12, 0, 1, 2, 3, 4, 5, 6, 7], Writers.Counting().Generate([4, 5], greedy));
    }

    /// <summary>A loop of one's own: a stream, the logarithms of its outputs, a sampler.</summary>
    [Fact]
    public void Each_token_is_drawn_from_the_output_and_read_next()
    {
        Writer model = Writers.Counting();
        SamplingOptions sampling = s_options.Sampling with { RepetitionPenalty = 1.2, FrequencyPenalty = 0.1 };
        int[] prompt = [3, 3, 8];
        var sampler = new Sampler(13, sampling);
        sampler.Add(prompt);
        Writer.StepStream stream = model.OpenStream();
        float[] output = new float[13];
        foreach (int token in prompt)
        {
            stream.Step(token, output);
        }

        var expected = new List<int>();
        for (int i = 0; i < 30; i++)
        {
            expected.Add(sampler.Next([.. output.Select(probability => (float)Math.Log(probability))]));
            stream.Step(expected[^1], output);
        }

        Assert.Equal(expected, model.Generate(prompt, s_options with { Sampling = sampling }));
    }

    [Fact]
    public void A_linear_layer_gives_the_scores_themselves()
    {
        Writer model = Writers.Counting();
        var logits = new LogitWriter(0);
        float[] parameters = new float[model.Schema.ParameterCount];
        model.Parameters.CopyTo(parameters);
        logits.Parameters.SetAll(parameters);
        Assert.Equal(model.Generate([1], s_options), logits.Generate([1], s_options)); // a constant apart

        // the repetition penalty alone tells them apart
        GenerationOptions penalized = s_options with { Sampling = new() { RepetitionPenalty = 3 } };
        Assert.NotEqual(model.Generate([1], penalized), logits.Generate([1], penalized));
    }

    [Fact]
    public void Prompts_side_by_side_do_not_know_of_each_other()
    {
        Writer model = Writers.Counting();
        int[][] prompts = [.. Enumerable.Range(0, 300).Select(i => Enumerable.Range(i, 1 + i % 7).Select(token => token * 5 % 13).ToArray())];
        GenerationOptions options = s_options with { StopTokens = [11], Sampling = s_options.Sampling with { PresencePenalty = 0.3 } };
        int[][] texts = model.Generate(prompts, options);
        Assert.Equal(300, texts.Length);
        Assert.All(texts, text => Assert.DoesNotContain(11, text));
        Assert.Contains(texts, text => text.Length == 30);
        Assert.Contains(texts, text => text.Length is > 0 and < 10);
        Assert.Contains(texts, text => text.Length == 0);

        Assert.Equal(texts[0], model.Generate(prompts[0], options));
        Assert.Equal(texts[..20], model.Generate(prompts[..20], options));
        Assert.Equal(texts[290], model.Generate([.. prompts.Select((prompt, i) => i == 290 ? prompt : [1])], options)[290]);

        var streamed = texts.Select(_ => new List<int>()).ToArray();
        foreach ((int prompt, int token) in model.GenerateSideBySide(prompts, options))
        {
            streamed[prompt].Add(token);
        }

        Assert.Equal(texts, streamed.Select(text => text.ToArray()));

        int[][] same = model.Generate([[1], [1], [1]], s_options);
        Assert.NotEqual(same[0], same[1]);
        Assert.NotEqual(same[1], same[2]);
    }

    [Fact]
    public void The_seed_decides()
    {
        Writer model = Writers.Counting();
        IEnumerable<int> text = model.Generate([1], s_options);
        int[] first = [.. text];
        Assert.Equal(30, first.Length);
        Assert.Equal(first, text); // again, from the same seed
        Assert.NotEqual(first, model.Generate([1], s_options with { Sampling = s_options.Sampling with { Seed = 6 } }));
    }

    [Fact]
    public void The_width_of_vectors_does_not_show()
    {
        Writer model = Writers.Counting();
        int[] first = [.. model.Generate([1], s_options)];
        foreach (int lanes in new[] { 1, 4, 8, 16 })
        {
            model.Lanes = lanes;
            Assert.Equal(first, model.Generate([1], s_options));
        }
    }

    [Fact]
    public void A_stop_token_ends_a_text_and_is_no_part_of_it()
    {
        Writer model = Writers.Counting();
        var options = new GenerationOptions { MaxTokens = 15, StopTokens = [9, 12], Sampling = new() { Temperature = 0 } };
        Assert.Equal([6, 7, 8], model.Generate([4, 5], options));
        Assert.Equal([10, 11], model.Generate([8, 9], options)); // in a prompt it is a token as any other
        Assert.Empty(model.Generate([8], options));
        Assert.Empty(model.Generate([4], options with { MaxTokens = 0 }));
        Assert.Equal([5], model.Generate([4], options with { MaxTokens = 1 }));
    }

    [Fact]
    public void Padding_is_not_read_and_never_written()
    {
        var model = new PaddedWriter(3);
        GenerationOptions options = s_options with { MaxTokens = 500, Sampling = new() { ForbiddenTokens = [7] } };
        int[] text = [.. model.Generate([2, 2, 4, 2, 5], options)];
        Assert.Equal(text, model.Generate([4, 5, 2], options));
        Assert.Equal(500, text.Length);
        Assert.Equal([0, 1, 3, 4, 5, 6, 8, 9, 10, 11, 12], text.Distinct().Order());
        Assert.Throws<ArgumentException>(() => model.Generate([2, 2], options));
    }

    [Fact]
    public void A_model_of_any_shape_writes_the_same()
    {
        Writer model = Writers.Counting();
        var generic = new DynamicModel<int>(model.Schema);
        float[] parameters = new float[model.Schema.ParameterCount];
        model.Parameters.CopyTo(parameters);
        generic.Parameters.SetAll(parameters);
        Assert.Equal(model.Generate([1], s_options), generic.Generate([1], s_options));
    }

    [Fact]
    public void A_token_allocates_nothing()
    {
        Writer model = Writers.Counting();
        GenerationOptions options = s_options with
        {
            MaxTokens = int.MaxValue,
            StopTokens = [12],
            Sampling = new() { TopK = 5, TopP = 0.9, FrequencyPenalty = 1e-9, ForbiddenTokens = [12] },
        };
        using IEnumerator<int> one = model.Generate([1, 2, 3], options).GetEnumerator();
        Allocated.Nothing("A token", () => one.MoveNext());

        using IEnumerator<GeneratedToken> many = model.GenerateSideBySide([[1], [1, 2, 3], [5]], options).GetEnumerator();
        Allocated.Nothing("A token of many texts", () => many.MoveNext());

        using IEnumerator<GeneratedToken> some = model.GenerateSideBySide([[1], [.. Enumerable.Repeat(1, 10_000)]], options).GetEnumerator();
        Allocated.Nothing("A token while another prompt is read", () => some.MoveNext());
    }

    [Fact]
    public void It_can_be_cancelled()
    {
        Writer model = Writers.Counting();
        using var source = new CancellationTokenSource();
        using IEnumerator<int> text = model.Generate([1], s_options, source.Token).GetEnumerator();
        Assert.True(text.MoveNext());
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => text.MoveNext());
        Assert.Throws<OperationCanceledException>(() => model.Generate([[1], [2]], s_options, source.Token));
    }

    [Fact]
    public void Models_that_cannot_write_say_why()
    {
        string message = Assert.Throws<NotSupportedException>(() => new BothWaysReader(0).Generate([1])).Message;
        Assert.Contains("BothWaysReader takes whole sequences", message, StringComparison.Ordinal);
        message = Assert.Throws<NotSupportedException>(() => new TwelveOfThirteen(0).Generate([[1]])).Message;
        Assert.Contains("TwelveOfThirteen has 12 outputs, but 13 are expected", message, StringComparison.Ordinal);
        message = Assert.Throws<NotSupportedException>(() => new SigmoidReader(0).Generate([1])).Message;
        Assert.Contains("SigmoidReader ends with Activation.Sigmoid", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prompts_and_options_are_checked_at_once()
    {
        var model = new Writer(0);
        Assert.Equal("prompt", Assert.Throws<ArgumentException>(() => model.Generate([])).ParamName);
        Assert.Equal("prompt", Assert.Throws<ArgumentOutOfRangeException>(() => model.Generate([1, 13])).ParamName);
        Assert.Contains("Prompt 1 has no tokens", Assert.Throws<ArgumentException>(() => model.Generate([[1], []])).Message, StringComparison.Ordinal);
        Assert.Contains("Prompt 1 is null", Assert.Throws<ArgumentException>(() => model.Generate([[1], null!])).Message, StringComparison.Ordinal);
        Assert.Empty(model.Generate(Array.Empty<int[]>()));
        Assert.Empty(model.GenerateSideBySide([]));
        Assert.Throws<ArgumentNullException>(() => model.Generate((IReadOnlyList<int[]>)null!));
        Assert.Throws<ArgumentNullException>(() => ((SequenceModel<int>)null!).Generate([1]));
        Assert.Equal("options", Assert.Throws<ArgumentOutOfRangeException>(() => model.Generate([1], new() { StopTokens = [13] })).ParamName);
        Assert.Equal("options", Assert.Throws<ArgumentOutOfRangeException>(
            () => model.Generate([1], new() { Sampling = new() { ForbiddenTokens = [-1] } })).ParamName);
    }

    [Fact]
    public void Outputs_that_are_no_numbers_are_refused()
    {
        var model = new LogitWriter(0);
        float[] parameters = new float[model.Schema.ParameterCount];
        parameters[^1] = float.NaN; // a bias of the last layer
        model.Parameters.SetAll(parameters);
        IEnumerable<int> text = model.Generate([1]);
        Assert.Contains("Score 12 of 'scores' is NaN", Assert.Throws<ArgumentException>(() => text.First()).Message, StringComparison.Ordinal);

        var all = new GenerationOptions { Sampling = new() { ForbiddenTokens = [.. Enumerable.Range(0, 13)] } };
        Assert.Throws<ArgumentException>(() => new Writer(0).Generate([1], all).First());
    }

    [Fact]
    public void It_goes_on_with_the_weights_it_began_with()
    {
        Writer model = Writers.Counting();
        int[] expected = [.. model.Generate([1], s_options)];
        using IEnumerator<int> text = model.Generate([1], s_options).GetEnumerator();
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(text.MoveNext());
            Assert.Equal(expected[i], text.Current);
            if (i == 3)
            {
                model.Parameters.SetAll(new float[model.Schema.ParameterCount]);
            }
        }

        Assert.False(text.MoveNext());
    }
}
