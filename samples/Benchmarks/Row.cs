namespace GruGen.Benchmarks;

/// <summary>What is timed.</summary>
public enum Kind
{
    /// <summary>One step of one sequence, as a stream takes it.</summary>
    Step,

    /// <summary>All steps of one sequence or of a batch of them.</summary>
    Sequence,

    /// <summary>One step of many sequences.</summary>
    Batch,

    /// <summary>Loss, all gradients and Adam.</summary>
    Train,

    /// <summary>The same of a text classifier: an embedding of 10,000 tokens, a GRU and a Dense layer.</summary>
    Seed,

    /// <summary>The step of a trainer, which wants no gradients of the features, on several threads.</summary>
    Threads,

    /// <summary>Training where the gradient fades, beside training where it does not.</summary>
    Fading,

    /// <summary>A late update of Adam, where most rows of a table have not been used for long, beside an early one.</summary>
    Unused,

    /// <summary>Steps of a stream in silence, beside steps on noise.</summary>
    Silence,

    /// <summary>What must cost no more where there is more of it.</summary>
    Growth,

    /// <summary>Convolutions, beside their multiply-adds at the peak of the processor, and beside a Dense layer.</summary>
    Conv,
}

/// <summary>What sets a layer, or its work, apart from PyTorch's GRU on a batch of equal lengths.</summary>
public enum Variant
{
    /// <summary>Nothing.</summary>
    Plain,

    /// <summary>The reset gate comes before the product.</summary>
    ResetBefore,

    /// <summary>A second unit reads each sequence from its end.</summary>
    Bidirectional,

    /// <summary>Sequences of every length from nothing to twice the mean, as many rows in all as without.</summary>
    Masked,

    /// <summary>Steps read weights in bfloat16.</summary>
    BFloat16,

    /// <summary>The rows are streams that step together.</summary>
    Streams,

    /// <summary>The inputs are tokens of a small vocabulary, with vectors of the input size.</summary>
    Tokens,
}

/// <summary>One line of the tables: what is timed, and at which sizes.</summary>
/// <param name="Kind">What is timed.</param>
/// <param name="Steps">The steps of a call.</param>
/// <param name="Batch">The sequences of a call.</param>
/// <param name="InputSize">The input size of the GRU.</param>
/// <param name="HiddenSize">The hidden size of the GRU.</param>
/// <param name="Variant">What sets it apart; then it is compared with the plain layer, and otherwise with the generic code.</param>
public sealed record Row(Kind Kind, int Steps, int Batch, int InputSize, int HiddenSize, Variant Variant = Variant.Plain)
{
    /// <summary>How many threads work on a training step; if more than one, it is that of a trainer, and compared with the same on one thread.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Every row of the quick mode and of the suite, by kind and size.</summary>
    internal static IReadOnlyList<Row> All { get; } =
    [
        .. new (int Input, int Hidden)[]
        {
            (1, 8), (1, 16), (1, 32), (8, 16), (16, 32), (32, 32), (32, 64), (64, 64), (64, 128), (128, 128), (128, 256), (256, 256),
        }.Select(size => new Row(Kind.Step, 1, 1, size.Input, size.Hidden)),

        Sequence(100, 1, 1, 8), Sequence(100, 1, 1, 16), Sequence(100, 1, 8, 16), Sequence(100, 1, 32, 32), Sequence(100, 1, 64, 64), Sequence(100, 1, 128, 128), Sequence(100, 1, 256, 256),
        Sequence(100, 16, 32, 32), Sequence(100, 16, 64, 64),
        Sequence(100, 32, 16, 16), Sequence(100, 32, 32, 32), Sequence(100, 32, 64, 64), Sequence(100, 32, 128, 128), Sequence(100, 32, 256, 256),
        Sequence(50, 64, 256, 512),

        .. new[] { 16, 32, 64, 128, 256 }.Select(size => new Row(Kind.Batch, 1, 32, size, size)),

        Train(100, 1, 32, 32), Train(100, 16, 32, 32),
        Train(100, 32, 16, 16), Train(100, 32, 32, 32), Train(100, 32, 64, 64), Train(100, 32, 128, 128), Train(100, 32, 256, 256),
        Train(50, 64, 256, 512),
        new(Kind.Seed, 100, 32, 32, 32), new(Kind.Seed, 100, 32, 32, 32) { Threads = 2 },

        .. Of(Variant.ResetBefore, [
            .. new (int Input, int Hidden)[] { (8, 16), (32, 32), (64, 64), (128, 128), (256, 256) }.Select(size => new Row(Kind.Step, 1, 1, size.Input, size.Hidden)),
            Sequence(100, 1, 64, 64), Sequence(100, 32, 16, 16), Sequence(100, 32, 32, 32), Sequence(100, 32, 64, 64), Sequence(100, 32, 128, 128),
            Train(100, 32, 32, 32), Train(100, 32, 64, 64)]),
        .. Of(Variant.BFloat16, [new Row(Kind.Step, 1, 1, 32, 32), new Row(Kind.Step, 1, 1, 64, 64), new Row(Kind.Step, 1, 1, 128, 128), new Row(Kind.Step, 1, 1, 256, 256)]),
        .. Of(Variant.Streams, [new Row(Kind.Batch, 1, 1000, 16, 16), new Row(Kind.Batch, 1, 1000, 64, 64)]),
        .. Of(Variant.Tokens, [
            new Row(Kind.Step, 1, 1, 32, 32), new Row(Kind.Step, 1, 1, 64, 64), Sequence(100, 1, 32, 32), Sequence(100, 1, 64, 64), Sequence(100, 32, 32, 32), Sequence(100, 32, 64, 64),
            Train(100, 32, 32, 32), Train(100, 32, 64, 64)]),
        .. Of(Variant.Bidirectional, [
            Sequence(100, 1, 32, 32), Sequence(100, 1, 64, 64), Sequence(100, 32, 16, 16), Sequence(100, 32, 32, 32), Sequence(100, 32, 64, 64), Sequence(100, 32, 128, 128),
            Train(100, 32, 32, 32), Train(100, 32, 64, 64)]),
        .. Of(Variant.Masked, [
            Sequence(50, 32, 16, 16), Sequence(50, 32, 32, 32), Sequence(50, 32, 64, 64), Sequence(50, 32, 128, 128), Train(50, 32, 32, 32), Train(50, 32, 64, 64)]),

        .. new[] { Train(100, 32, 32, 32), Train(100, 64, 64, 64), Train(100, 64, 128, 128) }.Select(row => row with { Kind = Kind.Threads, Threads = 2 }),
    ];

    /// <summary>Whether it is compared with the plain layer.</summary>
    internal bool IsVariant => Variant != Variant.Plain;

    /// <summary>The operations of the GRU's products in a call, a multiply-add counted as two; backward they are twice as many as forward, without the gradients of the inputs fewer. Those with the inputs of tokens are not done at every step.</summary>
    internal double Flops =>
        (Kind is Kind.Train or Kind.Seed ? 6.0 : Kind == Kind.Threads ? 4.0 + (2.0 * HiddenSize / (InputSize + HiddenSize)) : 2.0) * (Variant == Variant.Bidirectional ? 2 : 1) * 3 * HiddenSize * (HiddenSize + (Variant == Variant.Tokens ? 0 : InputSize)) * Steps * Batch;

    /// <summary>The bytes of the GRU's weights and biases, all of which a step reads.</summary>
    internal double WeightBytes => 4.0 * 3 * HiddenSize * (InputSize + HiddenSize + 4.0 / 3);

    /// <inheritdoc/>
    public override string ToString() => $"T={Steps} B={Batch} I={InputSize} H={HiddenSize}{(IsVariant ? $" {Variant}" : "")}{(Threads > 1 ? $" {Threads} threads" : "")}";

    private static IEnumerable<Row> Of(Variant variant, Row[] rows) => rows.Select(row => row with { Variant = variant });

    private static Row Sequence(int steps, int batch, int inputSize, int hiddenSize) => new(Kind.Sequence, steps, batch, inputSize, hiddenSize);

    private static Row Train(int steps, int batch, int inputSize, int hiddenSize) => new(Kind.Train, steps, batch, inputSize, hiddenSize);
}
