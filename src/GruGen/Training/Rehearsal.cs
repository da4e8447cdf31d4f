using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// A step on copies, a few parameters at a time, by the optimiser's own kernels: what it would leave is known to the bit before anything
/// changes. It costs about what the step costs, so only a step whose <see cref="Magnitudes"/> are not safe is rehearsed.
/// </summary>
internal sealed class Rehearsal
{
    private const int Chunk = 1024;

    private readonly ModelSchema _schema;
    private readonly Optimizer _optimizer;
    private readonly AlignedBuffer _parameters = new(Chunk), _gradients = new(Chunk), _prepared = new(Chunk);
    private readonly string[] _momentNames;
    private readonly AlignedBuffer[] _moments;

    public Rehearsal(ModelSchema schema, Optimizer optimizer)
    {
        (_schema, _optimizer) = (schema, optimizer);
        _momentNames = [.. optimizer.MomentNames];
        _moments = [.. _momentNames.Select(_ => new AlignedBuffer(Chunk))];
    }

    /// <summary>The first number that a step would leave and that is not finite; null if there is none.</summary>
    /// <param name="part">The parameters.</param>
    /// <param name="step">The step of this part.</param>
    /// <param name="tokens">The rows that change where the part is a table of rows.</param>
    public NotFinite? Find(TrainedPart part, in ParameterUpdate step, ReadOnlySpan<int> tokens)
    {
        if (part.RowSize == 0)
        {
            return Find(part, step, 0, part.Parameters.Length);
        }

        foreach (int token in tokens)
        {
            if (Find(part, step, token * part.RowSize, part.RowSize) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private NotFinite? Find(TrainedPart part, in ParameterUpdate step, int start, int length)
    {
        for (int end = start + length; start < end; start += Chunk)
        {
            int count = Math.Min(Chunk, end - start);
            Copy(part.Parameters, _parameters);
            Copy(part.Gradients, _gradients);
            for (int i = 0; i < _moments.Length; i++)
            {
                Copy(part.Moments[i], _moments[i]);
            }

            _optimizer.Run(step with
            {
                ParameterBuffer = _parameters,
                GradientBuffer = _gradients,
                MomentBuffers = _moments,
                PreparedBuffer = part.PreparedGradients is null ? null : _prepared,
                From = 0,
                To = count,
                RowSize = part.RowSize == 0 ? 0 : count,
            });
            for (int i = 0; i <= _moments.Length; i++) // the parameters after the moments, which make them what they are
            {
                bool isMoment = i < _moments.Length;
                ReadOnlySpan<float> results = (isMoment ? _moments[i] : _parameters).Span[..count];
                for (int k = 0; k < count; k++)
                {
                    float value = !isMoment && _schema.WeightFormat == WeightFormat.BFloat16 ? BFloat16.Round(results[k]) : results[k];
                    if (!float.IsFinite(value))
                    {
                        return new NotFinite(NameOf(part.Start + start + k, isMoment ? _momentNames[i] : "value"), value);
                    }
                }
            }

            void Copy(AlignedBuffer from, AlignedBuffer to) => from.Span.Slice(start, count).CopyTo(to.Span);
        }

        return null;
    }

    private string NameOf(int place, string what)
    {
        TensorSchema tensor = _schema.Tensors.Last(tensor => tensor.Offset <= place);
        return $"{what} of {tensor.Name}[{place - tensor.Offset}] after the update";
    }
}

/// <summary>A number that a step would have to work with and that float32 has not.</summary>
/// <param name="What">What it is.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct NotFinite(string What, double Value);
