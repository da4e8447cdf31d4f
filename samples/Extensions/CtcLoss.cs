using System.Buffers;
using GruGen;

namespace Extensions;

/// <summary>
/// Connectionist temporal classification (Graves et al. 2006): <c>−ln p(target)</c>, where p sums over all ways to spread the target over
/// the steps, with repetitions, and with blanks between; infinite where the target does not fit. The class 0 is the blank. The target of a
/// sequence is what its labels say, but for blanks and steps that do not count: that of <c>[3, 1, 1, −1, −1]</c> is 3, 1, 1, in five steps.
/// </summary>
public sealed class CtcLoss() : SequenceLoss("CTC")
{
    private const int Blank = 0;

    protected override void CheckFits(in OutputTargets targets)
    {
        if (!targets.HasClasses || targets.Output != SequenceOutput.EveryStep || targets.Activation != Activation.Softmax)
        {
            throw new ArgumentException($"{Name} needs labels of classes, and a softmax every step.");
        }
    }

    protected override double Compute(in OutputRows steps)
    {
        int[] states = ArrayPool<int>.Shared.Rent(2 * steps.Count + 1); // blank, first label, blank, second label, …, blank
        int count = 0;
        states[count++] = Blank;
        foreach (int t in steps.Counted)
        {
            if (steps.Label(t) != Blank)
            {
                states[count++] = steps.Label(t);
                states[count++] = Blank;
            }
        }

        double[] memory = ArrayPool<double>.Shared.Rent(3 * steps.Count * count);
        double loss = Compute(steps, states.AsSpan(0, count), memory);
        ArrayPool<double>.Shared.Return(memory);
        ArrayPool<int>.Shared.Return(states);
        return loss;
    }

    private static double Compute(in OutputRows steps, ReadOnlySpan<int> states, Span<double> memory)
    {
        int count = states.Length, end = steps.Count * count;
        Span<double> own = memory[..end], alpha = memory[end..(2 * end)], beta = memory[(2 * end)..(3 * end)]; // [steps, states]
        for (int t = 0; t < steps.Count; t++)
        {
            // ln softmax of each state, and α, the logarithm of the probability of all ways to it
            double logSum = LogSum(steps.Outputs(t));
            for (int s = 0, i = t * count; s < count; s++, i++)
            {
                own[i] = steps.Outputs(t)[states[s]] - logSum;
                double before = t == 0 ? (s < 2 ? 0 : double.NegativeInfinity) : alpha[i - count];
                before = t > 0 && s > 0 ? Add(before, alpha[i - count - 1]) : before;
                before = t > 0 && Skips(states, s) ? Add(before, alpha[i - count - 2]) : before;
                alpha[i] = before + own[i];
            }
        }

        double all = count > 1 ? Add(alpha[end - 1], alpha[end - 2]) : alpha[end - 1];
        for (int t = steps.Count - 1; t >= 0 && steps.WantsGradients && double.IsFinite(all); t--)
        {
            // β, the same from a state to the end, and the gradient: softmax minus the probability to be in a state of this class
            Span<float> gradients = steps.Gradients(t);
            double logSum = LogSum(steps.Outputs(t)), scale = steps.GradientScale(t);
            for (int k = 0; k < gradients.Length; k++)
            {
                gradients[k] = (float)(scale * Math.Exp(steps.Outputs(t)[k] - logSum));
            }

            for (int s = count - 1, i = t * count + s; s >= 0; s--, i--)
            {
                bool isLast = t == steps.Count - 1;
                double after = isLast ? (s >= count - 2 ? 0 : double.NegativeInfinity) : beta[i + count] + own[i + count];
                after = !isLast && s + 1 < count ? Add(after, beta[i + count + 1] + own[i + count + 1]) : after;
                after = !isLast && s + 2 < count && Skips(states, s + 2) ? Add(after, beta[i + count + 2] + own[i + count + 2]) : after;
                beta[i] = after;
                gradients[states[s]] -= (float)(scale * Math.Exp(alpha[i] + after - all));
            }
        }

        return -all;
    }

    /// <summary>Whether the blank before a state may be left out: it is a label, and not the one before the blank.</summary>
    private static bool Skips(ReadOnlySpan<int> states, int s) => s > 1 && states[s] != Blank && states[s] != states[s - 2];

    private static double LogSum(ReadOnlySpan<float> logits)
    {
        double sum = double.NegativeInfinity;
        foreach (float logit in logits)
        {
            sum = Add(sum, logit);
        }

        return sum;
    }

    /// <summary><c>ln(e^a + e^b)</c></summary>
    private static double Add(double a, double b)
    {
        (double larger, double smaller) = a > b ? (a, b) : (b, a);
        return double.IsNegativeInfinity(smaller) ? larger : larger + Math.Log(1 + Math.Exp(smaller - larger));
    }
}
