namespace GruGen.Tests.Reports;

/// <summary>A callback that does something after each batch and after each epoch.</summary>
internal sealed class Recorder(Action<TrainingRun>? onBatch = null, Action<TrainingRun>? onEpoch = null) : TrainingCallback
{
    protected internal override void OnBatchEnd(TrainingRun run) => onBatch?.Invoke(run);

    protected internal override void OnEpochEnd(TrainingRun run) => onEpoch?.Invoke(run);
}
