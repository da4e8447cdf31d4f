using GruGen.Generic;

namespace GruGen.Benchmarks.Workloads;

/// <summary>Something to time, set up and ready: a call of it is one step, one sequence, one batch or one training step.</summary>
public abstract class Workload
{
    /// <summary>Makes the call this many times.</summary>
    public abstract void Run(int calls);

    /// <summary>The workload of a row with the code that the build emitted for its shape.</summary>
    internal static Workload Emitted(Row row) => row.IsTextClassifier
        ? TrainingStepOf(row, new TextClassifier())
        : Of(row, Models.Create(row.InputSize, row.HiddenSize), () => Models.OpenStream(row.InputSize, row.HiddenSize));

    /// <summary>The same with the code for sizes known only at run time.</summary>
    internal static Workload Generic(Row row)
    {
        if (row.IsTextClassifier)
        {
            return TrainingStepOf(row, new GenericModel<int>(new TextClassifier().Schema));
        }

        var model = new GenericModel<float>(Models.Create(row.InputSize, row.HiddenSize).Schema);
        return Of(row, model, model.OpenStream);
    }

    private static Workload Of(Row row, SequenceModel<float> model, Func<SequenceStream<float>> openStream) => row.Kind switch
    {
        Kind.Step => new StreamSteps(openStream(), model.Schema),
        Kind.Sequence when row.Batch == 1 => new Prediction(model, row.Steps),
        Kind.Sequence or Kind.Batch => new BatchForward(model, row.Batch, row.Steps),
        _ => new TrainingStep<float>(model, Inputs.Features(row.Batch * row.Steps * row.InputSize), row.Batch, row.Steps),
    };

    private static TrainingStep<int> TrainingStepOf(Row row, SequenceModel<int> model) =>
        new(model, Inputs.Tokens(row.Batch * row.Steps, model.Schema.InputSize), row.Batch, row.Steps);
}
