using GruGen.Kernels;

namespace GruGen.Tests.Training;

/// <summary>The optimisers against what their papers, PyTorch and Keras write, as plain loops in double precision.</summary>
public class OptimizerFormulaTests
{
    private const int Count = 37; // no multiple of any vector

    /// <summary>How a parameter with its gradient changes at a step; the array is what is kept of it, first zeros.</summary>
    private delegate double Change(double g, double[] kept, int step);

    public static TheoryData<string> Names => [.. s_formulas.Keys];

    private static readonly Dictionary<string, (Optimizer Optimizer, Change Change)> s_formulas = new()
    {
        ["SGD, dampening"] = (new Sgd(0.05) { Momentum = 0.9, Dampening = 0.3 }, (g, kept, t) => 0.05 * (kept[0] = t == 1 ? g : 0.9 * kept[0] + 0.7 * g)),
        ["SGD, Nesterov"] = (new Sgd(0.05) { Momentum = 0.8, Nesterov = true }, (g, kept, _) => 0.05 * (g + 0.8 * (kept[0] = 0.8 * kept[0] + g))),
        ["SGD, Nesterov without momentum"] = (new Sgd(0.05) { Nesterov = true }, (g, _, _) => 0.05 * g),
        ["SGD, dampening without momentum"] = (new Sgd(0.05) { Dampening = 0.5 }, (g, _, _) => 0.05 * g),
        ["RMSprop of Keras"] = (new RmsProp(0.01) { Alpha = 0.9, EpsilonConvention = Convention.Keras, Epsilon = 0.1 }, (g, kept, _) =>
            0.01 * g / Math.Sqrt((kept[0] = 0.9 * kept[0] + 0.1 * g * g) + 0.1)),
        ["RMSprop of Keras, centred"] = (
            new RmsProp(0.01) { Alpha = 0.9, Momentum = 0.5, Centered = true, EpsilonConvention = Convention.Keras, Epsilon = 0.1 },
            (g, kept, _) =>
            {
                (kept[0], kept[1]) = (0.9 * kept[0] + 0.1 * g * g, 0.9 * kept[1] + 0.1 * g);
                return 0.01 * (kept[2] = 0.5 * kept[2] + g / Math.Sqrt(kept[0] - kept[1] * kept[1] + 0.1));
            }
        ),
        ["Adagrad"] = (new Adagrad(0.1) { LearningRateDecay = 0.5, Epsilon = 0.05 }, (g, kept, t) =>
            0.1 / (1 + (t - 1) * 0.5) * g / (Math.Sqrt(kept[0] += g * g) + 0.05)),
        ["Adagrad of Keras"] = (new Adagrad(0.1) { InitialAccumulator = 0.1, EpsilonConvention = Convention.Keras, Epsilon = 0.05 }, (g, kept, t) =>
        {
            kept[0] = (t == 1 ? 0.1 : kept[0]) + g * g;
            return 0.1 * g / Math.Sqrt(kept[0] + 0.05);
        }
        ),
        ["Adadelta"] = (new Adadelta(0.5) { Rho = 0.8, Epsilon = 1e-3 }, (g, kept, _) =>
        {
            kept[0] = 0.8 * kept[0] + 0.2 * g * g;
            double change = Math.Sqrt(kept[1] + 1e-3) / Math.Sqrt(kept[0] + 1e-3) * g;
            kept[1] = 0.8 * kept[1] + 0.2 * change * change;
            return 0.5 * change;
        }
        ),
        ["Adamax"] = (new Adamax(0.01) { Beta1 = 0.8, Beta2 = 0.9, Epsilon = 0.1 }, (g, kept, t) =>
        {
            (kept[0], kept[1]) = (0.8 * kept[0] + 0.2 * g, Math.Max(0.9 * kept[1], Math.Abs(g) + 0.1));
            return 0.01 / (1 - Math.Pow(0.8, t)) * kept[0] / kept[1];
        }
        ),
        ["Adamax of Keras"] = (new Adamax(0.01) { Beta1 = 0.8, Beta2 = 0.9, Epsilon = 0.1, EpsilonConvention = Convention.Keras }, (g, kept, t) =>
        {
            (kept[0], kept[1]) = (0.8 * kept[0] + 0.2 * g, Math.Max(0.9 * kept[1], Math.Abs(g)));
            return 0.01 * kept[0] / ((1 - Math.Pow(0.8, t)) * (kept[1] + 0.1));
        }
        ),
        ["Adam of Keras"] = (new Adam(0.01) { Beta2 = 0.9, Epsilon = 0.1, EpsilonConvention = Convention.Keras }, (g, kept, t) =>
        {
            (kept[0], kept[1]) = (0.9 * kept[0] + 0.1 * g, 0.9 * kept[1] + 0.1 * g * g);
            return 0.01 * Math.Sqrt(1 - Math.Pow(0.9, t)) / (1 - Math.Pow(0.9, t)) * kept[0] / (Math.Sqrt(kept[1]) + 0.1);
        }
        ),
        ["AMSGrad"] = (new Adam(0.01) { Beta1 = 0.7, Beta2 = 0.8, Epsilon = 0.1, Amsgrad = true }, (g, kept, t) =>
        {
            (kept[0], kept[1]) = (0.7 * kept[0] + 0.3 * g, 0.8 * kept[1] + 0.2 * g * g);
            kept[2] = Math.Max(kept[2], kept[1]);
            return 0.01 / (1 - Math.Pow(0.7, t)) * kept[0] / (Math.Sqrt(kept[2]) / Math.Sqrt(1 - Math.Pow(0.8, t)) + 0.1);
        }
        ),
        ["AMSGrad of Keras"] = (new Adam(0.01) { Beta2 = 0.8, Epsilon = 0.1, Amsgrad = true, EpsilonConvention = Convention.Keras }, (g, kept, t) =>
        {
            (kept[0], kept[1]) = (0.9 * kept[0] + 0.1 * g, 0.8 * kept[1] + 0.2 * g * g);
            kept[2] = Math.Max(kept[2], kept[1]);
            return 0.01 * Math.Sqrt(1 - Math.Pow(0.8, t)) / (1 - Math.Pow(0.9, t)) * kept[0] / (Math.Sqrt(kept[2]) + 0.1);
        }
        ),
        ["NAdam"] = (new NAdam(0.01) { Beta1 = 0.8, Beta2 = 0.9, Epsilon = 0.01 }, Nesterov(0.004, isKeras: false)),
        ["NAdam of Keras"] = (
            new NAdam(0.01) { Beta1 = 0.8, Beta2 = 0.9, Epsilon = 0.01, MomentumDecay = 1, ProductConvention = Convention.Keras }, Nesterov(1, isKeras: true)),
        ["RAdam"] = (new RAdam(0.01) { Epsilon = 0.01, Beta2 = 0.9 }, Rectified(0.9)),
        ["RAdam, not yet rectified"] = (new RAdam(0.01) { Epsilon = 0.01, Beta2 = 0.6 }, Rectified(0.6)), // and never, for ρ∞ is 4
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void An_optimiser_follows_its_formula(string name)
    {
        (Optimizer optimizer, Change change) = s_formulas[name];
        float[] initial = Random(0), last = new float[Count];
        double[] w = [.. initial.Select(value => (double)value)];
        double[][] kept = [.. w.Select(_ => new double[3])];
        AlignedBuffer parameters = Buffer(initial), gradients = new(Count);
        AlignedBuffer[] moments = [.. optimizer.MomentNames.Select(_ => new AlignedBuffer(Count))];
        for (int step = 1; step <= 40; step++)
        {
            float[] g = [.. Random((ulong)step).Select(value => step > 20 ? value / 4 : value)]; // smaller ones at the end, for the largest of all
            g[5] = 0;
            g.CopyTo(gradients.Span);
            optimizer.Update(new ParameterUpdate(parameters, gradients, moments, step, optimizer.LearningRate, gradientScale: 1, Simd.Lanes));
            for (int i = 0; i < Count; i++)
            {
                w[i] -= change(g[i], kept[i], step);
                Assert.Equal(w[i], parameters.Span[i], 2e-6);
            }
        }
    }

    /// <summary>πₜ is a product over all steps, which nothing keeps.</summary>
    [Theory]
    [InlineData(0.9, 0.004)]
    [InlineData(0.9, 1)]
    [InlineData(0.9, 0)]
    [InlineData(0.9999, 0.2)]
    [InlineData(0.9999, 30)]
    [InlineData(0, 0.004)]
    public void NAdams_product_is_that_of_all_steps(double beta1, double decay)
    {
        var optimizer = new NAdam { Beta1 = beta1, Beta2 = 0, MomentumDecay = decay, Epsilon = 1e-20 };
        double product = 1;
        for (int step = 1; step <= 20_000; step++)
        {
            double now = Momentum(step), next = Momentum(step + 1);
            product *= now;
            if (step is < 5 or 17 or 100 or 1000 or 20_000)
            {
                AlignedBuffer w = new(1), g = Buffer([1]);
                optimizer.Update(new ParameterUpdate(w, g, [new(1), new(1)], step, 1, gradientScale: 1, Simd.Lanes));
                double expected = (1 - now) / (1 - product) + next / (1 - product * now * next) * (1 - beta1);
                Assert.Equal(-expected, w.Span[0], 2e-6 * expected);
            }
        }

        double Momentum(int t) => beta1 * (1 - 0.5 * Math.Pow(0.96, t * decay));
    }

    /// <summary>The momentum of a schedule takes the place of the optimiser's own, in the corrections, too.</summary>
    [Fact]
    public void A_momentum_that_is_set_is_that_of_the_step()
    {
        foreach ((Optimizer own, Optimizer other) in new (Optimizer, Optimizer)[]
        {
            (new Sgd { Momentum = 0.5 }, new Sgd { Momentum = 0.9 }),
            (new Sgd { Momentum = 0.5, Nesterov = true }, new Sgd { Momentum = 0.9, Nesterov = true }),
            (new RmsProp { Momentum = 0.5 }, new RmsProp { Momentum = 0.9 }), (new Adam { Beta1 = 0.5 }, new Adam()), (new Adamax { Beta1 = 0.5 }, new Adamax()),
            (new AdamW { Beta1 = 0.5 }, new AdamW()), (new RAdam { Beta1 = 0.5 }, new RAdam()),
        })
        {
            Assert.True(own.TakesMomentum);
            Assert.Equal(Run(other, null), Run(own, 0.9));
            Assert.NotEqual(Run(other, null), Run(own, null));
        }

        Assert.All(
            new Optimizer[] { new Sgd(), new RmsProp(), new Adagrad(), new Adadelta(), new NAdam() }, optimizer => Assert.False(optimizer.TakesMomentum));

        static float[] Run(Optimizer optimizer, double? momentum)
        {
            AlignedBuffer w = Buffer(Random(0)), g = new(Count);
            AlignedBuffer[] moments = [.. optimizer.MomentNames.Select(_ => new AlignedBuffer(Count))];
            for (int step = 1; step <= 12; step++)
            {
                Random((ulong)step).CopyTo(g.Span);
                optimizer.Update(new ParameterUpdate(w, g, moments, step, 0.01, gradientScale: 1, Simd.Lanes) { Momentum = momentum });
            }

            return w.Span.ToArray();
        }
    }

    /// <summary>What is left out of a step, rows of zero gradients, would not have changed.</summary>
    [Fact]
    public void Rows_that_Adagrad_leaves_out_are_those_that_do_not_change()
    {
        var model = new FewOfForty(seed: 1);
        var adagrad = new Adagrad(0.05) { LearningRateDecay = 0.1, InitialAccumulator = 0.01 };
        SequenceDataset<int> data = TokenTask.Data(model.Schema, 40);
        SequencePass<int> pass = model.CreatePass(4, data.MaxLength);
        using ParameterUpdater<int> updater = model.BeginUpdating(adagrad);
        AlignedBuffer w = Buffer(model.Parameters.All), sum = new(model.Parameters.Count);
        foreach (int[] batch in (int[][])[[1, 2, 3, 4], [20, 21, 22], [2, 3], [5, 5, 0, 30]])
        {
            TokenTask.Backward(pass, data, batch);
            adagrad.Update(new ParameterUpdate(w, pass.Memory.Gradients.Buffer, [sum], updater.StepCount + 1, 0.05, 1, pass.Memory.Weights.Lanes));
            updater.Update(pass);
            Assert.Equal(w.Span, model.Parameters.All);
            Assert.Equal(sum.Span, updater.Moments[0].Span);
        }
    }

    private static Change Nesterov(double decay, bool isKeras) => (g, kept, t) =>
    {
        double now = Momentum(t), next = Momentum(t + 1);
        (kept[0], kept[1], kept[2]) = (0.8 * kept[0] + 0.2 * g, 0.9 * kept[1] + 0.1 * g * g, (t == 1 ? 1 : kept[2]) * now);
        double root = Math.Sqrt(kept[1] / (1 - Math.Pow(0.9, t))) + 0.01;
        double other = kept[2] * next * (isKeras ? 1 : now); // PyTorch 1.13 has μ twice
        return 0.01 * ((1 - now) / (1 - kept[2]) * g + next / (1 - other) * kept[0]) / root;

        double Momentum(int i) => 0.8 * (1 - 0.5 * Math.Pow(0.96, i * decay));
    };

    private static Change Rectified(double beta2) => (g, kept, t) =>
    {
        (kept[0], kept[1]) = (0.9 * kept[0] + 0.1 * g, beta2 * kept[1] + (1 - beta2) * g * g);
        double power = Math.Pow(beta2, t), end = 2 / (1 - beta2) - 1, length = end - 2 * t * power / (1 - power);
        double mean = kept[0] / (1 - Math.Pow(0.9, t));
        return 0.01 * (length > 5
            ? mean * Math.Sqrt((length - 4) * (length - 2) * end / ((end - 4) * (end - 2) * length)) * Math.Sqrt(1 - power) / (Math.Sqrt(kept[1]) + 0.01)
            : mean);
    };

    private static AlignedBuffer Buffer(ReadOnlySpan<float> values)
    {
        var buffer = new AlignedBuffer(values.Length);
        values.CopyTo(buffer.Span);
        return buffer;
    }

    private static float[] Random(ulong seed)
    {
        var random = new RandomSource(7, seed);
        return [.. Enumerable.Range(0, Count).Select(_ => random.NextUniform(1))];
    }
}
