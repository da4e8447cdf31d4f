using GruGen;

namespace Extensions;

/// <summary>Ends training as soon as an epoch has reached an accuracy.</summary>
public sealed class StopAtAccuracy(double accuracy) : TrainingCallback
{
    protected override void OnEpochEnd(TrainingRun run)
    {
        if (run.History["accuracy"][^1] >= accuracy)
        {
            run.Stop();
        }
    }
}
