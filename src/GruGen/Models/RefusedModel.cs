using System.ComponentModel;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// The base class of a declaration that the source generator has to refuse: it has all members of a model, so that their uses compile and
/// the only error is the one that says what is wrong with the declaration. It cannot be instantiated.
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
