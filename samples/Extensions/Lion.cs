using GruGen;

namespace Extensions;

/// <summary>
/// Lion (Chen et al. 2023): <c>w = w − lr·sign(β₁·m + (1 − β₁)·g)</c>, <c>m = β₂·m + (1 − β₂)·g</c>. All parameters move equally far.
/// </summary>
public sealed record Lion : Optimizer
{
    public Lion(double learningRate = 1e-4)
        : base(learningRate)
    {
    }

    /// <summary>β₁, the part of the mean of the gradients in a step's direction.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂, the part of the mean of the gradients that is kept.</summary>
    public double Beta2 { get; init; } = 0.99;

    protected override IReadOnlyList<string> MomentNames => ["exp_avg"];

    protected override void Update(in ParameterUpdate update)
    {
        (float beta1, float beta2) = ((float)Beta1, (float)Beta2);
        (float rate, float scale) = ((float)update.LearningRate, (float)update.GradientScale);
        Span<float> w = update.Parameters, m = update.Moments(0);
        ReadOnlySpan<float> gradients = update.Gradients;
        for (int i = 0; i < w.Length; i++)
        {
            float g = gradients[i] * scale, direction = beta1 * m[i] + (1 - beta1) * g;
            w[i] -= direction > 0 ? rate : direction < 0 ? -rate : 0;
            m[i] = beta2 * m[i] + (1 - beta2) * g;
        }
    }
}
