using System.ComponentModel;

namespace GruGen;

/// <summary>
/// What the build derives a declaration from that cannot become code: it has all members of a model, so that their uses compile and the
/// compiler says what is wrong with the declaration, once, and not that each of them is missing. There is none of its objects.
/// </summary>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class RefusedModel<TInput> : SequenceModel<TInput>
    where TInput : unmanaged
{
    /// <summary>Throws.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    protected RefusedModel()
        : base(Layers, seed: 0)
    {
    }

    /// <inheritdoc/>
    protected override long PackedLength => throw Refused();

    /// <inheritdoc/>
    protected override long PackedBackwardLength => throw Refused();

    /// <inheritdoc/>
    protected override void Pack(int lanes, ref float parameters, ref float packed) => throw Refused();

    /// <inheritdoc/>
    protected override void PackBackward(ref float parameters, ref float packed) => throw Refused();

    /// <inheritdoc/>
    protected override SequencePass<TInput> CreatePass(PassSetup<TInput> setup, int lanes) => throw Refused();

    /// <inheritdoc/>
    protected override SequenceStream<TInput> CreateStream() => throw Refused();

    private static ModelSchema Layers => throw Refused();

    private static NotSupportedException Refused() => new("The declaration of this model breaks a rule, which the build has reported.");
}
