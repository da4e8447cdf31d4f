namespace GruGen.Tests.Generation;

/// <summary>The distribution of the next token, straight from the definitions, with everything sorted.</summary>
internal static class TextbookSampling
{
    public static double[] Distribution(float[] scores, int[] history, SamplingOptions options)
    {
        double[] logits = [.. scores.Select((score, token) => options.ForbiddenTokens.Contains(token) ? double.NegativeInfinity : score)];
        foreach (IGrouping<int, int> repeated in history.GroupBy(token => token))
        {
            double logit = logits[repeated.Key];
            logit = logit > 0 ? logit / options.RepetitionPenalty : logit * options.RepetitionPenalty;
            logits[repeated.Key] = logit - options.FrequencyPenalty * repeated.Count() - options.PresencePenalty;
        }

        if (options.Temperature == 0)
        {
            int best = Array.IndexOf(logits, logits.Max());
            return [.. logits.Select((_, token) => token == best ? 1.0 : 0)];
        }

        if (options.TopK > 0)
        {
            double lowest = logits.OrderDescending().ElementAt(options.TopK - 1);
            logits = [.. logits.Select(logit => logit < lowest ? double.NegativeInfinity : logit)];
        }

        double highest = logits.Max();
        double[] probabilities = Normalized([.. logits.Select(logit => Math.Exp((logit - highest) / options.Temperature))]);
        if (options.TopP < 1)
        {
            double sum = 0;
            var kept = new HashSet<int>();
            foreach (int token in Enumerable.Range(0, logits.Length).OrderByDescending(token => probabilities[token]).TakeWhile(_ => sum < options.TopP))
            {
                sum += probabilities[token];
                kept.Add(token);
            }

            probabilities = Normalized([.. probabilities.Select((probability, token) => kept.Contains(token) ? probability : 0)]);
        }

        double least = options.MinP * probabilities.Max();
        return Normalized([.. probabilities.Select(probability => probability < least ? 0 : probability)]);
    }

    private static double[] Normalized(double[] weights)
    {
        double sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }
}
