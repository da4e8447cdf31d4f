using GruGen.Kernels;

namespace GruGen.Tests.Training;

/// <summary>
/// Bounds of what a step leaves: true ones, so that a step that they call safe is, and so near that ordinary steps are safe.
/// </summary>
public class OptimizerBoundTests
{
    private const int Count = 37;

    [Fact]
    public void No_number_is_larger_than_its_bound()
    {
        foreach (Optimizer optimizer in EveryOptimizer.All)
        {
            foreach (int exponent in (int[])[-70, -40, -10, 0, 10, 30])
            {
                var random = new RandomSource(3, (ulong)(exponent + 100));
                AlignedBuffer w = new(Count), gradients = new(Count), prepared = new(Count);
                AlignedBuffer[] moments = [.. optimizer.MomentNames.Select(_ => new AlignedBuffer(Count))];
                for (int step = 1; step <= 30; step++)
                {
                    for (int i = 0; i < Count; i++)
                    {
                        gradients.Span[i] = MathF.ScaleB(random.NextUniform(1), exponent - (step % 5 * random.NextInt32(12)));
                    }

                    var settings = new StepSettings(step, optimizer.LearningRate, Momentum: null);
                    Magnitudes after = Of(w, moments).After(
                        optimizer, Largest(gradients), settings, new PartSettings(1, optimizer.WeightDecay, optimizer.L2));
                    optimizer.Run(new ParameterUpdate(w, gradients, moments, step, optimizer.LearningRate, gradientScale: 1, Simd.Lanes)
                    {
                        PreparedBuffer = prepared,
                        L2 = optimizer.L2,
                        WeightDecay = optimizer.WeightDecay,
                    });
                    Magnitudes found = Of(w, moments);
                    Assert.True(
                        found.Parameters <= after.Parameters && found.First <= after.First && found.Second <= after.Second && found.Third <= after.Third,
                        $"{optimizer}, gradients of 2^{exponent}, step {step}: {found}, but the bounds are {after}");
                }
            }
        }
    }

    /// <summary>Bounds grow from step to step, and are taken anew from memory where they have grown too large; not each time.</summary>
    [Fact]
    public void Ordinary_steps_are_safe_for_a_hundred_steps_without_a_look_at_memory()
    {
        foreach (Optimizer optimizer in EveryOptimizer.All)
        {
            var bounds = new Magnitudes(1, 0);
            for (int step = 1; step <= 100; step++)
            {
                var settings = new StepSettings(step, optimizer.LearningRate, Momentum: null);
                bounds = bounds.After(optimizer, gradient: 1, settings, new PartSettings(1, optimizer.WeightDecay, optimizer.L2));
                Assert.True(bounds.AreSafe, $"{optimizer} in step {step}: {bounds}");
            }
        }
    }

    /// <summary>
    /// Whatever the optimiser, a step with a learning rate of 3·10³⁸ and a gradient of 10³⁰ leads past the largest float.
    /// </summary>
    [Fact]
    public void What_float32_cannot_take_is_refused_by_every_optimiser_and_changes_nothing()
    {
        var schema = ModelSchema.ForFeatures("Regressor", 3, LayerSchema.Gru(12, SequenceOutput.Final), LayerSchema.Dense(1));
        foreach (Optimizer optimizer in EveryOptimizer.All)
        {
            var model = new DynamicModel<float>(schema, seed: 1);
            using ParameterUpdater<float> updater = model.BeginUpdating(optimizer);
            SequencePass<float> pass = model.CreatePass(1, 2);
            for (int step = 0; step < 3; step++)
            {
                updater.Update(Backward(pass, 0.5f));
            }

            updater.LearningRate = 3e38;
            byte[] before = Bytes(updater);
            Backward(pass, 1e30f);
            Assert.Contains(" of step 4 is ", Assert.Throws<NotFiniteNumberException>(() => updater.Update(pass)).Message, StringComparison.Ordinal);
            Assert.Equal(before, Bytes(updater));

            Backward(pass, float.NaN);
            Assert.Contains("gradient's norm", Assert.Throws<NotFiniteNumberException>(() => updater.Update(pass)).Message, StringComparison.Ordinal);
            Assert.Equal(before, Bytes(updater));
            Assert.Equal(3, updater.StepCount);

            updater.LearningRate = optimizer.LearningRate;
            updater.Update(Backward(pass, 0.5f));
            Assert.NotEqual(before, Bytes(updater));
        }

        static SequencePass<float> Backward(SequencePass<float> pass, float gradient)
        {
            pass.Forward([1, 2, 3, -1, 0, 1], 1, 2, outputs: []);
            pass.Backward([gradient]);
            return pass;
        }

        static byte[] Bytes(ParameterUpdater<float> updater) =>
            [.. updater.Moments.Append(updater.Model.Parameters.Buffer).SelectMany(buffer => System.Runtime.InteropServices.MemoryMarshal.AsBytes(buffer.Span).ToArray())];
    }

    private static Magnitudes Of(AlignedBuffer w, AlignedBuffer[] moments) => new(
        Largest(w),
        moments.Length > 0 ? Largest(moments[0]) : 0,
        moments.Length > 1 ? Largest(moments[1]) : 0,
        moments.Length > 2 ? Largest(moments[2]) : 0);

    private static double Largest(AlignedBuffer buffer) => Reduce.MaxMagnitude(ref buffer.Start, buffer.Length);
}
