using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Something that happens while <c>Fit</c> trains, such as <see cref="EarlyStopping"/>. Its methods are called on the thread that trains,
/// callback after callback in the order of <see cref="TrainingOptions.Callbacks"/>.
/// </summary>
/// <remarks>
/// A callback of one training may be used in another one afterwards, but not at the same time. An exception that a method throws ends
/// training; the model keeps what it has learned. In a <see cref="TrainingOptions.Cluster"/> all processes call their callbacks, and what
/// one of them throws or stops ends training in all.
/// </remarks>
public abstract class TrainingCallback
{
    /// <summary>Training begins, or goes on from a checkpoint; <see cref="TrainingRun.EpochCount"/> tells.</summary>
    /// <param name="run">The training.</param>
    protected internal virtual void OnTrainingBegin(TrainingRun run)
    {
    }

    /// <summary>A batch is done.</summary>
    /// <param name="run">The training.</param>
    protected internal virtual void OnBatchEnd(TrainingRun run)
    {
    }

    /// <summary>An epoch is complete: its weights are published, its validation is done, and the history has its values.</summary>
    /// <param name="run">The training.</param>
    protected internal virtual void OnEpochEnd(TrainingRun run)
    {
    }

    /// <summary>Training is over: all epochs are complete, or it was stopped or cancelled.</summary>
    /// <param name="run">The training.</param>
    protected internal virtual void OnTrainingEnd(TrainingRun run)
    {
    }

    /// <summary>What a checkpoint keeps of the callback; null, unless overridden, for nothing.</summary>
    protected internal virtual string? SaveState() => null;

    /// <summary>Begins anew, or goes on from a checkpoint. Called before <see cref="OnTrainingBegin"/>.</summary>
    /// <param name="state">What <see cref="SaveState"/> gave; null to begin anew.</param>
    /// <exception cref="InvalidDataException">It is no such state.</exception>
    protected internal virtual void RestoreState(string? state)
    {
    }

    /// <summary>
    /// What a checkpoint keeps of the callback in tensors that are laid out like the parameters of the trained models, one after another;
    /// null for nothing.
    /// </summary>
    internal virtual AlignedBuffer? KeptWeights => null;

    /// <summary>The memory that <see cref="KeptWeights"/> of a checkpoint are read to, before <see cref="RestoreState"/>.</summary>
    internal virtual void UseKeptWeights(AlignedBuffer weights)
    {
    }
}
