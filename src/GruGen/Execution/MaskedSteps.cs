using System.Buffers;
using System.Runtime.InteropServices;

namespace GruGen;

/// <summary>
/// Steps that only fill a sequence: those of the padding token, or those whose features all have the mask value. They are as if they were
/// not there, but for their places among the outputs of every step.
/// </summary>
internal static class MaskedSteps
{
    /// <summary>Whether a step only fills its sequence.</summary>
    /// <param name="schema">The model.</param>
    /// <param name="sequence">The tokens, or the features of all steps one after another.</param>
    /// <param name="step">The step.</param>
    public static bool IsMasked<TInput>(this ModelSchema schema, ReadOnlySpan<TInput> sequence, int step)
        where TInput : unmanaged
    {
        if (typeof(TInput) == typeof(int))
        {
            return schema.PaddingToken >= 0 && MemoryMarshal.Cast<TInput, int>(sequence)[step] == schema.PaddingToken;
        }

        return schema.MaskValue is { } value
            && AreAll(MemoryMarshal.Cast<TInput, float>(sequence).Slice(step * schema.InputSize, schema.InputSize), value);
    }

    /// <summary>Whether all numbers are the same one.</summary>
    public static bool AreAll(ReadOnlySpan<float> features, float value)
    {
        foreach (float feature in features)
        {
            if (feature != value)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The exception for a step of a stream that only fills its sequence.</summary>
    public static ArgumentOutOfRangeException IsNoStep(float value, string name) => new(
        name, value, $"All features are {value}, which only fills sequences and is no step of a stream.");

    /// <summary>The number of steps of a sequence that do not only fill it.</summary>
    public static int StepsOf<TInput>(this ModelSchema schema, ReadOnlySpan<TInput> sequence)
        where TInput : unmanaged
    {
        if (schema.ReadsTokens)
        {
            return sequence.Length
                - (schema.PaddingToken < 0 ? 0 : MemoryMarshal.Cast<TInput, int>(sequence).Count(schema.PaddingToken));
        }

        int all = sequence.Length / schema.InputSize, steps = all;
        for (int t = 0; schema.MasksSteps && t < all; t++)
        {
            steps -= schema.IsMasked(sequence, t) ? 1 : 0;
        }

        return steps;
    }

    /// <summary>Gives the masked steps of a sequence, whose outputs are zeros, those of their neighbours.</summary>
    /// <param name="schema">The model.</param>
    /// <param name="sequence">The sequence.</param>
    /// <param name="outputs">outputs[steps, output size]</param>
    public static void RepeatOutputs<TInput>(this ModelSchema schema, ReadOnlySpan<TInput> sequence, Span<float> outputs)
        where TInput : unmanaged
    {
        bool[] rented = ArrayPool<bool>.Shared.Rent(outputs.Length / schema.OutputSize);
        Span<bool> masked = rented.AsSpan(0, outputs.Length / schema.OutputSize);
        for (int t = 0; t < masked.Length; t++)
        {
            masked[t] = schema.IsMasked(sequence, t);
        }

        schema.RepeatOutputs(masked, outputs);
        ArrayPool<bool>.Shared.Return(rented);
    }

    /// <summary>The same.</summary>
    /// <param name="schema">The model.</param>
    /// <param name="masked">Whether each step of the sequence is masked.</param>
    /// <param name="outputs">outputs[steps, output size]</param>
    public static void RepeatOutputs(this ModelSchema schema, ReadOnlySpan<bool> masked, Span<float> outputs)
    {
        int size = schema.OutputSize, before = schema.OutputsFromBefore;
        for (int t = 1; t < masked.Length; t++)
        {
            if (masked[t])
            {
                outputs.Slice((t - 1) * size, before).CopyTo(outputs[(t * size)..]);
            }
        }

        for (int t = masked.Length - 2; before < size && t >= 0; t--)
        {
            if (masked[t])
            {
                outputs.Slice((t + 1) * size + before, size - before).CopyTo(outputs[(t * size + before)..]);
            }
        }
    }

    /// <summary>The other way round: adds the gradients of outputs at masked steps to those of the steps that they repeat.</summary>
    /// <param name="schema">The model.</param>
    /// <param name="masked">Whether each step of a sequence is masked.</param>
    /// <param name="gradients">gradients[steps, output size]</param>
    public static void SumRepeated(this ModelSchema schema, ReadOnlySpan<bool> masked, Span<float> gradients)
    {
        int size = schema.OutputSize, before = schema.OutputsFromBefore;
        for (int t = masked.Length - 1; t > 0; t--)
        {
            for (int i = 0; masked[t] && i < before; i++)
            {
                gradients[(t - 1) * size + i] += gradients[t * size + i];
            }
        }

        for (int t = 0; t < masked.Length - 1; t++)
        {
            for (int i = before; masked[t] && i < size; i++)
            {
                gradients[(t + 1) * size + i] += gradients[t * size + i];
            }
        }
    }
}
