using GruGen.Benchmarks.Workloads;

namespace GruGen.Benchmarks.Ratios;

/// <summary>Training steps on 1,000 steps with the last state as the output.</summary>
internal static class FadingTraining
{
    private const int StepCount = 1_000;
    private const float Forgets = 0, Keeps = 8; // biases of update gates: of a gradient 0.5^1000 is left, or 0.9997^1000

    public static TrainerStep<float> Create(SequenceModel<float> model, int batch, bool fades)
    {
        Biases.Set(model, fades ? Forgets : Keeps);
        int[] lengths = [.. Enumerable.Repeat(StepCount, batch)];
        return new TrainerStep<float>(model, Inputs.Features(batch * StepCount * model.Schema.InputSize), lengths, new TrainingOptions { Optimizer = new Adam(1e-4) });
    }
}
