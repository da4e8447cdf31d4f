using GruGen.Benchmarks.Workloads;

namespace GruGen.Benchmarks.Ratios;

/// <summary>Two works of which one may cost no more than so many times the other, on any machine.</summary>
/// <param name="Kind">The group it belongs to.</param>
/// <param name="Title">The work.</param>
/// <param name="Beside">The work beside it.</param>
/// <param name="Bound">The most that the first may take, in times of the second.</param>
/// <param name="Work">Makes the first ready.</param>
/// <param name="BesideWork">Makes the second ready.</param>
internal sealed record RatioRow(Kind Kind, string Title, string Beside, double Bound, Func<Workload> Work, Func<Workload> BesideWork)
{
    private const double Level = 1.05;

    /// <summary>The steps of a call of either; times are those of one.</summary>
    public double Steps { get; init; } = 1;

    /// <summary>Every row of the groups that have bounds.</summary>
    public static IReadOnlyList<RatioRow> All { get; } =
    [
        Fading("32 sequences of (32, 32)", 32, () => Models.Create(32, 32)),
        Fading("8 sequences of (64, 64)", 8, () => Models.Create(64, 64)),
        Fading("8 sequences of (32, 32), reset before", 8, () => Variants.ResetBefore(32, 32)),

        new(Kind.Unused, "update 5,000 of Adam, text classifier", "update 100", Level, () => new AgedTrainer(5_000), () => new AgedTrainer(100)),

        Silence("(90, 48), ReLU, reset before", seed => new SilentRelu(seed), model => ((SilentRelu)model).OpenStream()),
        Silence("(32, 32), zero biases, z above 1/2", seed => new SilentTanh(seed), model => ((SilentTanh)model).OpenStream()),

        Longer("training with targets every step", steps => new LongTraining(steps)),
        Longer("prediction of every step", steps => new ManyPredictions(new EveryStep8(), 1, steps)),
        Longer("prediction of the last step", steps => new Prediction<float>(Models.Create(1, 8), Inputs.Features(steps))),
        new(
            Kind.Growth, "outputs of every step, 64 sequences of (16, 16)", "the last one's", 2,
            () => new ManyPredictions(new EveryStep16(), 64, 1_000), () => new ManyPredictions(Models.Create(16, 16), 64, 1_000))
        {
            Steps = 64_000,
        },
        Convolution(withBackward: false, 1 / 0.75),
        Convolution(withBackward: true, 1 / 0.65),
        new(
            Kind.Conv, "a step of a stream, convolution (32, 32) of 3 steps", "Dense layer (96, 32)", 1.5,
            () => new Workloads.StreamSteps<float>(new Conv32x32().OpenStream(), Inputs.Features(32), 32),
            () => new Workloads.StreamSteps<float>(new Conv96x32().OpenStream(), Inputs.Features(96), 32)),
        new(Kind.Growth, "loading a model of 512 MB", "reading its file into memory", 1.5, () => new LargeFile(loads: true), () => new LargeFile(loads: false)),
    ];

    /// <summary>A convolution beside its multiply-adds at the peak: within 1/s times as long, it reaches the share s of it.</summary>
    private static RatioRow Convolution(bool withBackward, double bound) => new(
        Kind.Conv, $"{(withBackward ? "forward and backward" : "forward")}, 32 sequences of 100 steps, convolution (64, 64) of 5", "at the processor's peak", bound,
        () => new ConvolutionPass(withBackward), () => new PeakWork(ConvolutionPass.MultiplyAdds(withBackward)));

    private static RatioRow Fading(string title, int batch, Func<SequenceModel<float>> create) => new(
        Kind.Fading, $"training, 1,000 steps, {title}", "with a gradient that stays", Level,
        () => FadingTraining.Create(create(), batch, fades: true), () => FadingTraining.Create(create(), batch, fades: false))
    {
        Steps = 1_000,
    };

    private static RatioRow Silence(string title, Func<int, SequenceModel<float>> create, Func<SequenceModel<float>, SequenceStream<float>> open) => new(
        Kind.Silence, $"a step in silence, {title}", "on noise", Level,
        () => new SilentSteps(create(0), open, silent: true), () => new SilentSteps(create(0), open, silent: false));

    /// <summary>A sequence of 1,000,000 steps beside 100 of 10,000: as long a time, in which as much can come between.</summary>
    private static RatioRow Longer(string title, Func<int, Workload> create) => new(
        Kind.Growth, $"{title}, 1,000,000 steps", "10,000 steps", 1.3, () => create(1_000_000), () => new Repeated(create(10_000), 100))
    {
        Steps = 1_000_000,
    };
}
