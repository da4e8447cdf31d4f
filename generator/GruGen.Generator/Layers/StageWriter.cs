using static GruGen.Generator.Layers.ModelText;

namespace GruGen.Generator.Layers;

/// <summary>What a stage writes into a model's file: its memory, and what it does in a pass, in a step and in a block of steps.</summary>
internal abstract class StageWriter(Rows source, Rows target)
{
    /// <summary>What its outputs are called in equations.</summary>
    protected virtual string Letter => "y";

    protected Rows Source => source;

    protected Rows Target => target;

    /// <summary>The buffers of a pass: outputs, their gradients, and what else it keeps.</summary>
    public virtual IEnumerable<Memory> Buffers()
    {
        if (target.IsFinalState || target.Whole is not null)
        {
            return [];
        }

        string trained = target.PerStep ? "memory.TrainingRows" : "memory.TrainingBatch";
        string gradient = $"d{Letter}[{Unit(target)}, {target.Stride}]";
        return target.GradientOf is not null
            ? [Buffer(target)]
            : [Buffer(target), new Memory(GradientField(target.Name), gradient, $"{trained} * {target.Stride}")];
    }

    /// <summary>What a stream or runner holds for one step, or for the one row of a sequence.</summary>
    /// <param name="streams">Whether there are steps.</param>
    public virtual IEnumerable<Memory> StepMemory(bool streams) => [];

    /// <summary>The buffers of a block of steps, each with the length of a row.</summary>
    public virtual IEnumerable<(string Name, long Stride)> BlockMemory() =>
        target.PerStep && target.Whole is null ? [(BlockName(target), target.Stride)] : [];

    /// <summary>In a pass, from inputs to outputs.</summary>
    public abstract IEnumerable<Work> Forward();

    /// <summary>In a pass, from the gradients of its outputs to those of its inputs.</summary>
    public abstract IEnumerable<Work> Backward();

    /// <summary>What it gives a <c>trace</c> that its outputs follow from; nothing if the outputs are all there is.</summary>
    public virtual IEnumerable<string> Trace() => [];

    /// <summary>Where the outputs of one step of a stream lie.</summary>
    public virtual string StepPlace(Places places) => Within(target, whole => $"ref {Field(whole.Name)}.Start");

    /// <summary>One step of a stream.</summary>
    public virtual IEnumerable<string> Step(Places places) => [];

    /// <summary>In a step of a stream, whether the clock that it begins has one now, if it begins one.</summary>
    public virtual IEnumerable<string> StepOfClock(Places places) => [];

    /// <summary>Where the outputs of a block of steps lie.</summary>
    public virtual string BlockPlace(Places places) =>
        Within(target, whole => whole.PerStep ? $"ref block.{BlockName(whole)}.Start" : $"ref {Field(whole.Name)}.Start");

    /// <summary>What comes before the first block of a sequence.</summary>
    public virtual IEnumerable<string> BeforeBlocks() => [];

    /// <summary>In a block, the number of steps of the clock that it begins, if it does, and where their rows lie.</summary>
    public virtual IEnumerable<string> BlockOfClock() => [];

    /// <summary>The steps of a block, or the one row of a sequence.</summary>
    public abstract IEnumerable<string> Block(Places places, string rows);

    /// <summary>The buffer of some outputs.</summary>
    protected Memory Buffer(Rows rows) => new(
        Field(rows.Name),
        $"{Letter}[{Unit(rows)}, {rows.Stride}]",
        $"{(rows.PerStep ? "memory.BlockRows" : "(long)memory.MaxBatch")} * {rows.Stride}");
}

/// <summary>A stage that works on each row for itself, on as many as there are.</summary>
internal abstract class RowStageWriter(Rows source, Rows target) : StageWriter(source, target)
{
    /// <inheritdoc/>
    public override IEnumerable<Memory> StepMemory(bool streams) =>
        Target.Whole is null && (streams || !Target.PerStep) ? [Memory.OfOneRow(Target)] : [];

    /// <inheritdoc/>
    public override IEnumerable<string> Step(Places places) => Block(places, "1");
}

/// <summary>A buffer of floats in a model's file.</summary>
/// <param name="Field">The field.</param>
/// <param name="Shape">Its shape, for a comment.</param>
/// <param name="Length">Its length.</param>
internal readonly record struct Memory(string Field, string Shape, string Length)
{
    /// <summary>The field, which holds the buffer from the start.</summary>
    public string Declaration => $"private readonly {Kernels}AlignedBuffer {Field} = new({Length}); // {Shape}";

    /// <summary>One row of outputs, of a step or of a sequence.</summary>
    public static Memory OfOneRow(Rows rows) => new(
        ModelText.Field(rows.Name),
        $"y[{rows.Stride}] of {(rows.PerStep ? "one step" : "a sequence")}",
        Emission.Text.Literal(rows.Stride));
}
