namespace GruGen.Tests.Passes;

/// <summary>Streams of models whose type is not known: emitted models open streams of a type of their own.</summary>
internal static class Opened
{
    public static SequenceStream<TInput> Stream<TInput>(SequenceModel<TInput> model)
        where TInput : unmanaged =>
        (SequenceStream<TInput>)model.GetType().GetMethod("OpenStream")!.Invoke(model, null)!;
}
