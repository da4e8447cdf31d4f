using GruGen;

namespace Extensions;

/// <summary>
/// The loss of a quantile (Koenker and Bassett 1978): <c>max(q·(y − a), (q − 1)·(y − a))</c> for an output a and a number y, so that the
/// fraction q of the numbers is below what the model learns to say.
/// </summary>
public sealed class PinballLoss(double quantile) : RowLoss("Pinball")
{
    protected override void CheckFits(in OutputTargets targets)
    {
        if (targets.HasClasses)
        {
            throw new ArgumentException($"{Name} compares each output with a number, but the targets are classes.");
        }
    }

    protected override void Compute(in OutputRows rows)
    {
        rows.Activate(); // from logits to outputs
        foreach (int row in rows.Counted)
        {
            ReadOnlySpan<float> outputs = rows.Outputs(row), targets = rows.Targets(row);
            Span<float> gradients = rows.Gradients(row);
            double loss = 0, scale = rows.GradientScale(row);
            for (int i = 0; i < outputs.Length; i++)
            {
                double error = (double)targets[i] - outputs[i], slope = error > 0 ? quantile : quantile - 1;
                loss += slope * error;
                gradients[i] = (float)(-slope * scale);
            }

            rows.SetLoss(row, loss);
        }

        rows.BackwardThroughActivation(); // from the gradients of outputs to those of logits
    }
}
