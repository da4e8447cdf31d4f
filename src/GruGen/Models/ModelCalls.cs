using System.ComponentModel;

namespace GruGen.Kernels;

/// <summary>What the emitted members of a model call that its users do not.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ModelCalls
{
    /// <summary>The parameters of a model as its streams use them.</summary>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static ModelWeights<TInput> WeightsOf<TInput>(SequenceModel<TInput> model)
        where TInput : unmanaged => model.Weights;

    /// <summary>Gives a model the parameters of another one of the same layers.</summary>
    /// <param name="from">The other model; while a trainer is at work, its parameters are those that predictions use.</param>
    /// <param name="to">The model that receives them.</param>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static void CopyParameters<TInput>(SequenceModel<TInput> from, SequenceModel<TInput> to)
        where TInput : unmanaged => to.CopyParametersFrom(from);

    /// <summary>The most probable class of one sequence; the first of them if several are.</summary>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static int LabelOf<TInput>(SequenceModel<TInput> model, ReadOnlySpan<TInput> input)
        where TInput : unmanaged => model.LabelOf(input);
}
