using GruGen.Terminal;

namespace GruGen.Benchmarks.Workloads;

/// <summary>Something to time, set up and ready: a call of it is one step, one sequence, one batch or one training step.</summary>
public abstract class Workload
{
    /// <summary>What comes before calls that are timed together, and is not timed.</summary>
    public virtual void Prepare()
    {
    }

    /// <summary>Makes the call this many times.</summary>
    public abstract void Run(int calls);

    /// <summary>The same as something that takes turns.</summary>
    internal Contender Contender => new(Run, Prepare);

    /// <summary>The workload of a row with the code that the build emitted for its shape.</summary>
    internal static Workload Emitted(Row row) => row switch
    {
        { Threads: > 1 } => OfTrainer(row),
        { Kind: Kind.Seed } => OfTokens(row, new TextClassifier(), NoSteps<int>),
        { Variant: Variant.Tokens } => OfTokens(row, Variants.Tokens(row.InputSize, row.HiddenSize), () => Variants.OpenTokens(row.InputSize, row.HiddenSize)),
        { Variant: Variant.BFloat16 } => new StreamSteps<float>(Variants.OpenBFloat16(row.InputSize, row.HiddenSize), Inputs.Features(row.InputSize), row.HiddenSize),
        { Variant: Variant.Streams } => new GroupSteps(Models.Create(row.InputSize, row.HiddenSize), row.Batch),
        { Variant: Variant.ResetBefore } => OfFeatures(row, Variants.ResetBefore(row.InputSize, row.HiddenSize), () => Variants.OpenStream(row.InputSize, row.HiddenSize)),
        { Variant: Variant.Bidirectional } => OfFeatures(row, Variants.Bidirectional(row.InputSize, row.HiddenSize), NoSteps<float>),
        _ => OfFeatures(row, Models.Create(row.InputSize, row.HiddenSize), () => Models.OpenStream(row.InputSize, row.HiddenSize)),
    };

    /// <summary>What it is compared with: the plain layer, one thread, or the same with the code for sizes known only at run time.</summary>
    internal static Workload Baseline(Row row) =>
        row.IsVariant ? Emitted(row with { Variant = Variant.Plain })
        : row.Threads > 1 ? OfTrainer(row with { Threads = 1 })
        : Generic(row);

    private static Workload Generic(Row row)
    {
        if (row.Kind == Kind.Seed)
        {
            return OfTokens(row, new DynamicModel<int>(new TextClassifier().Schema), NoSteps<int>);
        }

        var model = new DynamicModel<float>(Models.Create(row.InputSize, row.HiddenSize).Schema);
        return OfFeatures(row, model, model.OpenStream);
    }

    private static Workload OfFeatures(Row row, SequenceModel<float> model, Func<SequenceStream<float>> openStream) => Of(row, model, Features(row), openStream);

    private static Workload OfTokens(Row row, SequenceModel<int> model, Func<SequenceStream<int>> openStream) => Of(row, model, Tokens(row, model), openStream);

    private static Workload Of<TInput>(Row row, SequenceModel<TInput> model, TInput[] inputs, Func<SequenceStream<TInput>> openStream)
        where TInput : unmanaged => row.Kind switch
        {
            Kind.Step => new StreamSteps<TInput>(openStream(), inputs, model.Schema.OutputSize),
            Kind.Sequence when row.Batch == 1 => new Prediction<TInput>(model, inputs),
            Kind.Sequence or Kind.Batch => new BatchForward<TInput>(model, inputs, Lengths(row)),
            _ => new TrainingStep<TInput>(model, inputs, Lengths(row)),
        };

    private static SequenceStream<TInput> NoSteps<TInput>()
        where TInput : unmanaged => throw new NotSupportedException("Nothing takes steps of this model.");

    /// <summary>The same steps for one thread as for several.</summary>
    private static Workload OfTrainer(Row row)
    {
        var options = new TrainingOptions { Optimizer = new Adam(1e-4), MaxDegreeOfParallelism = row.Threads };
        if (row.Kind == Kind.Seed)
        {
            var model = new TextClassifier();
            return new TrainerStep<int>(model, Tokens(row, model), Lengths(row), options);
        }

        return new TrainerStep<float>(Models.Create(row.InputSize, row.HiddenSize), Features(row), Lengths(row), options);
    }

    private static int[] Tokens(Row row, SequenceModel<int> model) => Inputs.Tokens(row.Batch * row.Steps, model.Schema.InputSize);

    private static float[] Features(Row row) => Inputs.Features(row.Batch * Lengths(row).Max() * row.InputSize);

    /// <summary>The length of each sequence of a row: all the same, or from nothing to twice that, as many steps in all.</summary>
    private static int[] Lengths(Row row) =>
        [.. Enumerable.Range(0, row.Batch).Select(i => row.Variant == Variant.Masked ? (int)Math.Round(2.0 * row.Steps * i / (row.Batch - 1)) : row.Steps)];
}
