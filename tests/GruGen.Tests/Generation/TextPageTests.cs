namespace GruGen.Tests.Generation;

/// <summary>The snippets about writing of docs/text.md.</summary>
public class TextPageTests
{
    private static readonly SentenceWriter s_model = new(2)
    {
        Vocabulary = Vocabulary.FromTexts(["the whale, the sea. the ship"], Tokenization.WordsAndPunctuation),
    };

    [Fact]
    public void A_text_is_written()
    {
        SentenceWriter model = s_model;
        var written = new List<string>();

        var options = new GenerationOptions
        {
            MaxTokens = 60,
            StopTokens = model.Encode("."),
            Sampling = new SamplingOptions { Temperature = 0.8, TopP = 0.95, RepetitionPenalty = 1.1, Seed = 1 },
        };
        string text = model.GenerateText("the whale", options); // what follows the prompt

        foreach (string symbol in model.GenerateSymbols("the whale", options)) // the same, one by one as they are drawn
        {
            Console.Write(symbol);
            written.Add(symbol);
        }

        string[] texts = model.GenerateTexts(["the whale", "the sea", "the ship"], options); // side by side

        Assert.Equal(text, string.Concat(written));
        Assert.Equal(text, texts[0]);
        Assert.Equal(3, texts.Length);
    }

    [Fact]
    public void Tokens_are_written()
    {
        SentenceWriter model = s_model;
        var options = new GenerationOptions { MaxTokens = 8 };
        int[][] prompts = [[1, 2], [3]];
        var written = new List<int>[] { [], [] };

        int[] tokens = [.. model.Generate([1, 2], options)];
        int[][] many = model.Generate(prompts, options);
        foreach ((int prompt, int token) in model.GenerateSideBySide(prompts, options))
        {
            written[prompt].Add(token); // as soon as it is drawn
        }

        Assert.Equal(tokens, many[0]);
        Assert.Equal(many, written.Select(text => text.ToArray()));
    }

    [Fact]
    public void A_loop_of_ones_own()
    {
        SentenceWriter model = s_model;
        int token = 1, end = 0;
        int written = 0;

        var sampler = new Sampler(SentenceWriter.OutputSize, new SamplingOptions { TopK = 5, FrequencyPenalty = 0.2 });
        SentenceWriter.StepStream stream = model.OpenStream();
        float[] output = new float[SentenceWriter.OutputSize];
        double[] probabilities = new double[SentenceWriter.OutputSize];
        for (int i = 0; i < 100 && token != end; i++)
        {
            stream.Step(token, output);
            for (int j = 0; j < output.Length; j++)
            {
                output[j] = MathF.Log(output[j]); // a softmax gives probabilities; scores are their logarithms
            }

            sampler.CopyProbabilitiesTo(output, probabilities); // to look at them
            token = sampler.Next(output);
            written++;
        }

        Assert.True(written > 0);
        Assert.Equal(1, probabilities.Sum(), 1e-12);
        Assert.Equal(5, probabilities.Count(probability => probability > 0));
    }
}
