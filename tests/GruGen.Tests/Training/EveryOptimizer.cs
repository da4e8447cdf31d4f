namespace GruGen.Tests.Training;

/// <summary>Every optimiser, with every option that has arithmetic of its own.</summary>
internal static class EveryOptimizer
{
    public static readonly Optimizer[] All =
    [
        new Sgd(0.1), new Sgd(0.05) { Momentum = 0.9 }, new Sgd(0.05) { Momentum = 0.9, Dampening = 0.5 },
        new Sgd(0.05) { Momentum = 0.9, Dampening = 0.2, Nesterov = true }, new Sgd(0.1) { L2 = 0.01 }, new Sgd(0.05) { Momentum = 0.5, WeightDecay = 0.02 },
        new RmsProp(), new RmsProp(0.01) { Momentum = 0.5, Centered = true }, new RmsProp(0.01) { EpsilonConvention = Convention.Keras, Centered = true },
        new Adagrad(0.1), new Adagrad(0.1) { InitialAccumulator = 0.1, LearningRateDecay = 0.1, EpsilonConvention = Convention.Keras, Epsilon = 1e-7 },
        new Adadelta(), new Adamax(0.01), new Adamax(0.01) { EpsilonConvention = Convention.Keras }, new Adam(0.01), new Adam(0.01) { Amsgrad = true },
        new Adam(0.01) { EpsilonConvention = Convention.Keras, Epsilon = 1e-7 }, new Adam(0.01) { Lazy = true }, new Adam(0.01) { Lazy = true, Amsgrad = true },
        new AdamW(0.01), new AdamW(0.01) { DecaysAll = true, WeightDecay = 0.1 }, new AdamW(0.01) { Lazy = true }, new NAdam(0.01),
        new NAdam(0.01) { MomentumDecay = 1, ProductConvention = Convention.Keras }, new RAdam(0.01), new RAdam(0.01) { Beta2 = 0.9 },
    ];
}
