using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <content>
/// A layer normalisation that is written out: (x − μ)/√(σ² + ε) ∘ γ + β, or as Keras does it, x ∘ a + (β − μ ∘ a) with a =
/// γ/√(σ² + ε). </content>
internal sealed partial class Interpreter
{
    private Value? Statistics(OnnxNode node, Value first, Value second) =>
        (first as FeatureStatistic ?? second as FeatureStatistic) is null ? null
            : OfDifference(node, first, second) ?? OfDeviation(node, first, second) ?? OfScale(node, first, second)
            ?? (first is Constant or Signal && node.Operator is "Add" or "Mul" ? OfScale(node, second, first) : null);

    private Value? OfDifference(OnnxNode node, Value first, Value second) => (node.Operator, first, second) switch
    {
        ("Sub", Signal x, FeatureStatistic { Kind: Statistic.Mean, Scale: null } mean) when mean.Of == x => mean.With(Statistic.Centred),
        ("Pow", FeatureStatistic { Kind: Statistic.Centred } centred, Constant { Single: 2 }) => centred.With(Statistic.Square),
        ("Mul", FeatureStatistic { Kind: Statistic.Centred } one, FeatureStatistic { Kind: Statistic.Centred } other)
            when one.Of == other.Of => one.With(Statistic.Square),
        ("Div", FeatureStatistic { Kind: Statistic.Centred } centred, FeatureStatistic { Kind: Statistic.Deviation } deviation)
            when centred.Of == deviation.Of => Normalised(node, centred.Of, deviation.Epsilon),
        ("Mul", FeatureStatistic { Kind: Statistic.Centred } centred, FeatureStatistic { Kind: Statistic.Inverse } inverse)
            when centred.Of == inverse.Of => Normalised(node, inverse, shift: null, []),
        ("Mul", FeatureStatistic { Kind: Statistic.Inverse } inverse, FeatureStatistic { Kind: Statistic.Centred } centred)
            when centred.Of == inverse.Of => Normalised(node, inverse, shift: null, []),
        _ => null,
    };

    private static FeatureStatistic? OfDeviation(OnnxNode node, Value first, Value second) => (node.Operator, first, second) switch
    {
        ("Add", FeatureStatistic { Kind: Statistic.Variance, Epsilon: 0 } variance, Constant { Single: { } epsilon }) =>
            variance.With(Statistic.Variance, Shortest(epsilon)),
        ("Add", Constant { Single: { } epsilon }, FeatureStatistic { Kind: Statistic.Variance, Epsilon: 0 } variance) =>
            variance.With(Statistic.Variance, Shortest(epsilon)),
        ("Pow", FeatureStatistic { Kind: Statistic.Variance } variance, Constant { Single: 0.5f }) => variance.With(Statistic.Deviation),
        ("Pow", FeatureStatistic { Kind: Statistic.Variance } variance, Constant { Single: -0.5f }) => variance.With(Statistic.Inverse),
        ("Div", Constant { Single: 1 }, FeatureStatistic { Kind: Statistic.Deviation } deviation) => deviation.With(Statistic.Inverse),
        _ => null,
    };

    /// <summary>Keras' way: a = γ/√(σ² + ε), x ∘ a, μ ∘ a, β − μ ∘ a, and their sum.</summary>
    private Value? OfScale(OnnxNode node, Value first, Value second)
    {
        switch (node.Operator, first, second)
        {
            case ("Mul", FeatureStatistic { Kind: Statistic.Inverse, Scale: null } inverse, Constant scale):
                return inverse.With(Statistic.Inverse, scale: Vector(node, scale, inverse.Of.Axes, inverse.Of.Width), from: scale.From);
            case ("Mul", FeatureStatistic { Kind: Statistic.Inverse } inverse, Signal x) when inverse.Of == x:
                return inverse.With(Statistic.Scaled);
            case ("Mul", FeatureStatistic { Kind: Statistic.Mean } mean, FeatureStatistic { Kind: Statistic.Inverse } inverse)
                when mean.Of == inverse.Of:
                return Mean(inverse, mean);
            case ("Mul", FeatureStatistic { Kind: Statistic.Inverse } inverse, FeatureStatistic { Kind: Statistic.Mean } mean)
                when mean.Of == inverse.Of:
                return Mean(inverse, mean);
            case ("Sub", Constant shift, FeatureStatistic { Kind: Statistic.ScaledMean, Shift: null, IsNegative: false } mean):
                return mean.Negated().With(Statistic.ScaledMean, shift: Vector(node, shift, mean.Of.Axes, mean.Of.Width), from: shift.From);
            case ("Add", FeatureStatistic { Kind: Statistic.ScaledMean, Shift: null, IsNegative: true } mean, Constant shift):
                return mean.With(Statistic.ScaledMean, shift: Vector(node, shift, mean.Of.Axes, mean.Of.Width), from: shift.From);
            case ("Add", FeatureStatistic { Kind: Statistic.Scaled } scaled,
                FeatureStatistic { Kind: Statistic.ScaledMean, IsNegative: true } mean)
                when scaled.IsOfOne(mean):
                return Normalised(node, scaled, mean.Shift, mean.From);
            case ("Add", FeatureStatistic { Kind: Statistic.ScaledMean, IsNegative: true } mean,
                FeatureStatistic { Kind: Statistic.Scaled } scaled)
                when scaled.IsOfOne(mean):
                return Normalised(node, scaled, mean.Shift, mean.From);
            case ("Sub", FeatureStatistic { Kind: Statistic.Scaled } scaled,
                FeatureStatistic { Kind: Statistic.ScaledMean, IsNegative: false, Shift: null } mean) when scaled.IsOfOne(mean):
                return Normalised(node, scaled, shift: null, []);
            default:
                return null;
        }

        static FeatureStatistic Mean(FeatureStatistic inverse, FeatureStatistic mean) =>
            mean.Scale is null ? inverse.With(Statistic.ScaledMean) : inverse.With(Statistic.ScaledMean).Negated();
    }

    private Signal Normalised(OnnxNode node, FeatureStatistic scaled, float[]? shift, ImmutableHashSet<string> from)
    {
        Signal normal = Normalised(node, scaled.Of, scaled.Epsilon);
        normal = scaled.Scale is null ? normal : Scaled(normal, scaled.Scale, null, scaled.From, node);
        return shift is null ? normal : Scaled(normal, null, shift, from, node);
    }
}
