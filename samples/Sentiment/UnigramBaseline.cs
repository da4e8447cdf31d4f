using GruGen;

namespace Sentiment;

/// <summary>A logistic regression on which words a review has, in whatever order.</summary>
internal static class UnigramBaseline
{
    /// <summary>
    /// The part of the test that it is right on. A fifth of what it learns from says how strong its penalty should be; then it learns from
    /// all.
    /// </summary>
    public static double Accuracy(Review[] train, Review[] test, Vocabulary vocabulary)
    {
        LogisticRegression.Row[] rows = Rows(train), validation = [.. rows.Where((_, i) => i % 5 == 0)];
        LogisticRegression.Row[] learned = [.. rows.Where((_, i) => i % 5 != 0)];
        return LogisticRegression.Tune(learned, validation, vocabulary.Count, [1e-4, 3e-4, 1e-3, 3e-3]).Accuracy(Rows(test));

        LogisticRegression.Row[] Rows(Review[] reviews) =>
        [
            .. reviews.Select(review => new LogisticRegression.Row(
                [.. vocabulary.Encode(review.Text).Distinct().Select(token => (token, 1.0))], review.IsPositive)),
        ];
    }
}
