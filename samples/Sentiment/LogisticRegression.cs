namespace Sentiment;

/// <summary>
/// Logistic regression, the honest baseline of a yes or no: P(yes) = σ(b + Σ w_i·x_i). It is fitted to the smallest of
/// mean(−log P) + ½·penalty·Σ w_i², which has one solution, by Adam on all rows, in doubles.
/// </summary>
internal sealed class LogisticRegression
{
    private const int Steps = 300;

    private readonly double[] _weights; // and the bias, last

    private LogisticRegression(int features) => _weights = new double[features + 1];

    /// <summary>Finds the penalty with which a model of some rows is right most often on others, and fits one to all of them.</summary>
    public static LogisticRegression Tune(Row[] learned, Row[] validation, int features, double[] penalties)
    {
        double best = penalties.MaxBy(penalty => Fit(learned, features, penalty).Accuracy(validation));
        return Fit([.. learned, .. validation], features, best);
    }

    /// <summary>The part of some rows that it is right on.</summary>
    public double Accuracy(Row[] rows) => rows.Average(row => (Score(row) > 0) == row.IsPositive ? 1.0 : 0.0);

    private static LogisticRegression Fit(Row[] rows, int features, double penalty)
    {
        var model = new LogisticRegression(features);
        double[] gradient = new double[features + 1], mean = new double[features + 1], square = new double[features + 1];
        for (int step = 1; step <= Steps; step++)
        {
            for (int i = 0; i <= features; i++)
            {
                gradient[i] = i < features ? penalty * model._weights[i] : 0;
            }

            foreach (Row row in rows)
            {
                double error = (1 / (1 + Math.Exp(-model.Score(row))) - (row.IsPositive ? 1 : 0)) / rows.Length;
                gradient[features] += error;
                foreach ((int index, double value) in row.Features)
                {
                    gradient[index] += error * value;
                }
            }

            double rate = 0.1 * (1 - (step - 1.0) / Steps);
            for (int i = 0; i <= features; i++)
            {
                mean[i] = 0.9 * mean[i] + 0.1 * gradient[i];
                square[i] = 0.999 * square[i] + 0.001 * gradient[i] * gradient[i];
                double unbiased = Math.Sqrt(square[i] / (1 - Math.Pow(0.999, step))) + 1e-12;
                model._weights[i] -= rate * mean[i] / (1 - Math.Pow(0.9, step)) / unbiased;
            }
        }

        return model;
    }

    private double Score(Row row) => _weights[^1] + row.Features.Sum(feature => _weights[feature.Index] * feature.Value);

    /// <summary>What is known of a row: the features that are not 0, and the answer.</summary>
    public sealed record Row((int Index, double Value)[] Features, bool IsPositive);
}
