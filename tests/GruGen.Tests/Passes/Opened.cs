namespace GruGen.Tests.Passes;

/// <summary>Streams of models whose type is not known: emitted models open streams of a type of their own.</summary>
internal static class Opened
{
    public static SequenceStream<TInput> Stream<TInput>(SequenceModel<TInput> model)
        where TInput : unmanaged =>
        (SequenceStream<TInput>)model.GetType().GetMethod("OpenStream")!.Invoke(model, null)!;

    /// <summary>The steps of a sequence that a stream can take: those that do not only fill it.</summary>
    public static TInput[] Steps<TInput>(ModelSchema schema, TInput[] sequence)
        where TInput : unmanaged =>
        schema.ReadsTokens
            ? schema.PaddingToken < 0 ? sequence : [.. sequence.Where(token => !token.Equals((TInput)(object)schema.PaddingToken))]
            : schema.MaskValue is not { } value ? sequence
            : [.. sequence.Chunk(schema.InputSize).Where(step => step.Any(feature => !feature.Equals((TInput)(object)value))).SelectMany(step => step)];
}
