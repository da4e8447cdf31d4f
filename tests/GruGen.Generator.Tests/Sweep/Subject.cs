using GruGen.Tests.Passes;
using GruGen.Tests.Reference;

namespace GruGen.Generator.Tests.Sweep;

/// <summary>A model under test, whatever its inputs are, and the ways through it.</summary>
internal abstract class Subject
{
    public abstract ModelSchema Schema { get; }

    public abstract ParameterSet Parameters { get; }

    /// <summary>The numbers of a step of input.</summary>
    public int StepSize => Schema.ReadsTokens ? 1 : Schema.InputSize;

    /// <summary>The lanes of its vectors.</summary>
    public abstract int Lanes { set; }

    /// <summary>Its plain twin in double precision.</summary>
    public abstract ReferenceModel Reference { get; }

    public static Subject Of(object model) =>
        model is SequenceModel<int> tokens ? new Subject<int>(tokens) : new Subject<float>((SequenceModel<float>)model);

    /// <summary>
    /// A pass runs each batch forward and backward. All use the memory of the largest, so that each finds there what the one before has
    /// left.
    /// </summary>
    /// <param name="batches">The batches.</param>
    /// <param name="trainings">
    /// For each batch, the step of training whose masks are at work, or null for none; nothing is dropped where there is no more.
    /// </param>
    public abstract IReadOnlyList<Results> Run(IReadOnlyList<Batch> batches, params Training?[] trainings);

    /// <summary>The outputs of all sequences of a batch one after another, predicted together in blocks of steps.</summary>
    public abstract float[] PredictMany(Batch batch);

    /// <summary>The output of the first <paramref name="steps"/> steps of a sequence of a batch.</summary>
    public abstract float[] Predict(Batch batch, int sequence, int steps);

    /// <summary>The same without the steps that only fill the sequence.</summary>
    public abstract float[] PredictWithoutPadding(Batch batch, int sequence, int steps);

    /// <summary>The number of steps of a sequence of a batch, without those that only fill it.</summary>
    public abstract int StepsOf(Batch batch, int sequence);

    /// <summary>
    /// The output after each step of a sequence of a batch, which a stream takes one by one, or nothing where there is none; padding is no step.
    /// </summary>
    public abstract float[][] Stream(Batch batch, int sequence);
}

/// <summary>The step of training that dropout draws its masks for.</summary>
internal sealed record Training(int Seed, long Step);

/// <inheritdoc/>
internal sealed class Subject<TInput>(SequenceModel<TInput> model) : Subject
    where TInput : unmanaged
{
    public override ModelSchema Schema => model.Schema;

    public override ParameterSet Parameters => model.Parameters;

    public override int Lanes
    {
        set => model.Lanes = value;
    }

    public override ReferenceModel Reference => ReferenceModel.Of(model);

    public override IReadOnlyList<Results> Run(IReadOnlyList<Batch> batches, params Training?[] trainings)
    {
        SequencePass<TInput> pass = model.CreatePass(batches.Max(batch => batch.Size), batches.Max(batch => batch.Steps));
        return
        [
            .. batches.Select((batch, number) =>
            {
                if (trainings.ElementAtOrDefault(number) is { } training)
                {
                    pass.UseDropout(training.Seed, training.Step);
                }
                else
                {
                    pass.StopDropout();
                }

                return batch.Run(pass);
            }),
        ];
    }

    public override float[] PredictMany(Batch batch)
    {
        TInput[][] sequences = [.. Enumerable.Range(0, batch.Size).Select(b => Sequence(batch, b))];
        float[] outputs = new float[sequences.Sum(sequence => OutputLength(sequence.Length / StepSize))];
        model.Predict(sequences, outputs);
        return outputs;
    }

    public override float[] Predict(Batch batch, int sequence, int steps) => Predict(Sequence(batch, sequence), steps);

    public override float[] PredictWithoutPadding(Batch batch, int sequence, int steps) => Predict(Opened.Steps(Schema, Sequence(batch, sequence)), steps);

    public override int StepsOf(Batch batch, int sequence) => Opened.Steps(Schema, Sequence(batch, sequence)).Length / StepSize;

    public override float[][] Stream(Batch batch, int sequence)
    {
        SequenceStream<TInput> stream = Opened.Stream(model);
        TInput[] input = Opened.Steps(Schema, Sequence(batch, sequence));
        float[][] outputs = new float[input.Length / StepSize][];
        for (int t = 0; t < outputs.Length; t++)
        {
            outputs[t] = new float[Schema.OutputSize];
            if (!stream.TryStep(input.AsSpan(t * StepSize, StepSize), outputs[t]))
            {
                outputs[t] = [];
            }
        }

        return outputs;
    }

    private float[] Predict(TInput[] sequence, int steps)
    {
        float[] output = new float[OutputLength(steps)];
        model.Predict(sequence.AsSpan(0, steps * StepSize), output);
        return output;
    }

    /// <summary>A sequence of a batch, to its own end.</summary>
    private TInput[] Sequence(Batch batch, int sequence) => batch.InputsAs<TInput>()
        .AsSpan(sequence * batch.Steps * StepSize, (batch.Lengths?[sequence] ?? batch.Steps) * StepSize)
        .ToArray();

    private int OutputLength(int steps) => Schema.OutputSize * Schema.OutputSteps(steps);
}
