using GruGen.Kernels;

namespace GruGen;

/// <summary>Writes tokens after prompts, in steps of all texts that have not ended.</summary>
internal sealed class TokenWriter
{
    private readonly SequenceModel<int> _model;
    private readonly int[][] _prompts; // without padding
    private readonly GenerationOptions _options;
    private readonly int[] _stopTokens;

    /// <summary>Checks the model, the prompts and the options.</summary>
    public TokenWriter(SequenceModel<int> model, IReadOnlyList<int[]> prompts, GenerationOptions? options, string name)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prompts, name);
        _model = model;
        _options = options ?? GenerationOptions.Default;
        Require(model.Schema);
        _stopTokens = [.. _options.StopTokens];
        TokenDistribution.CheckTokens(_options.Sampling.ForbiddenTokens, model.Schema.OutputSize, nameof(options));
        TokenDistribution.CheckTokens(_stopTokens, model.Schema.OutputSize, nameof(options));
        _prompts = new int[prompts.Count][];
        for (int i = 0; i < _prompts.Length; i++)
        {
            int[] prompt = prompts[i] ?? throw new ArgumentException($"Prompt {i} is null.", name);
            model.CheckInput(prompt, name);
            _prompts[i] = [.. prompt.Where(token => token != model.Schema.PaddingToken)];
            if (_prompts[i].Length == 0)
            {
                throw new ArgumentException($"Prompt {i} has no tokens; a text begins with one at least, such as a start token.", name);
            }
        }
    }

    /// <summary>Writes tokens after so many prompts from <paramref name="first"/> on.</summary>
    public IEnumerable<GeneratedToken> Write(int first, int count, CancellationToken cancellationToken)
    {
        if (count == 0 || _options.MaxTokens == 0)
        {
            yield break;
        }

        StreamGroup<int> streams = _model.OpenStreams(count);
        var distribution = new TokenDistribution(_model.Schema.OutputSize, _options.Sampling, _model.Schema.PaddingToken);
        var samplers = new Sampler[count];
        int[] running = new int[count], tokens = new int[count], read = new int[count];
        for (int text = 0; text < count; text++)
        {
            samplers[text] = new Sampler(distribution, first + text);
            samplers[text].Add(_prompts[first + text]);
            (running[text], tokens[text]) = (text, _prompts[first + text][0]);
        }

        int size = distribution.Size, left = count;
        float[] scores = new float[checked((count * size + 15) & ~15)];
        while (left > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Step(streams, running.AsSpan(0, left), tokens.AsSpan(0, left), scores, left * size);
            int now = left;
            left = 0;
            for (int i = 0; i < now; i++)
            {
                int text = running[i], written = ++read[text] - _prompts[first + text].Length, next;
                if (written < 0)
                {
                    next = _prompts[first + text][read[text]];
                }
                else
                {
                    next = samplers[text].Next(scores.AsSpan(i * size, size));
                    if (_stopTokens.AsSpan().Contains(next))
                    {
                        continue;
                    }

                    yield return new GeneratedToken(first + text, next);
                    if (written + 1 == _options.MaxTokens)
                    {
                        continue;
                    }
                }

                (running[left], tokens[left]) = (text, next);
                left++;
            }
        }
    }

    /// <summary>The scores of all tokens after a step of some streams; those of others stay.</summary>
    private void Step(StreamGroup<int> streams, ReadOnlySpan<int> running, ReadOnlySpan<int> tokens, float[] scores, int count)
    {
        if (running.Length == streams.Count)
        {
            streams.Step(tokens, scores.AsSpan(0, count));
        }
        else
        {
            streams.Step(running, tokens, scores.AsSpan(0, count));
        }

        if (_model.Schema.OutputActivation == Activation.Softmax)
        {
            Logarithm.Of(ref scores[0], ref scores[0], (nuint)(count + 15) & ~(nuint)15);
        }
    }

    /// <summary>Throws unless a model can write.</summary>
    private static void Require(ModelSchema schema)
    {
        if (schema.ChangesSteps)
        {
            throw new NotSupportedException($"{schema.Name} gives an output after some of its steps only; it cannot write.");
        }

        if (!schema.CanStream)
        {
            throw new NotSupportedException(
                $"{schema.Name} takes whole sequences, because a layer reads them from their end or pools their steps; it cannot write.");
        }

        if (schema.Outputs.Length > 1)
        {
            throw new NotSupportedException($"{schema.Name} has {schema.Outputs.Length} outputs, but tokens are drawn from one.");
        }

        if (schema.OutputSize != schema.InputSize)
        {
            throw new NotSupportedException(
                $"{schema.Name} has {schema.OutputSize} outputs, but {schema.InputSize} are expected, one for each token that it reads.");
        }

        if (schema.OutputActivation is not (Activation.Softmax or Activation.Linear))
        {
            throw new NotSupportedException(
                $"{schema.Name} ends with Activation.{schema.OutputActivation}, but tokens are drawn from probabilities, which a softmax "
                    + "gives, or from logits, which a linear layer gives.");
        }
    }
}
