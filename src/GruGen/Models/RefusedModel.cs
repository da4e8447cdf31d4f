using System.ComponentModel;
using GruGen.Kernels;

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
        : base(Definition, seed: 0)
    {
    }

    private static ModelDefinition<TInput> Definition =>
        throw new NotSupportedException("The declaration of this model breaks a rule, which the build has reported.");
}
