using GruGen.Generic;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// The same layers for sizes that are known only at run time: models that a program puts together while it runs, and the baseline that the
/// emitted code is compared with.
/// </summary>
/// <remarks>
/// <para>It computes as libraries do: layers are matrix products, and passes over their results. A GRU projects its input for all steps at
/// hand in one product over all rows, G_x = W_ih·x + b_ih; then every step is one product, G_h = W_hh·h + b_hh, and one pass over the
/// gates: r = σ(G_x.r + G_h.r), z = σ(G_x.z + G_h.z), n = tanh(G_x.n + r ∘ G_h.n), h' = (1 − z) ∘ n + z ∘ h. Backward through time every
/// step is a pass over the gates and one product; the gradients of weights and inputs are products over the rows of some steps.</para>
/// <para>It is a fair baseline: one product does all the work, with weights packed once per change and register tiles on
/// <see cref="System.Numerics.Vector{T}"/>; the activations are those of the emitted code, and nothing is allocated once warm. What it
/// lacks is what only known sizes give: loops with written bounds, and gates in the registers that their products were summed in.</para>
/// </remarks>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
public sealed class DynamicModel<TInput> : SequenceModel<TInput>
    where TInput : unmanaged
{
    /// <summary>A model with initial values drawn from <paramref name="seed"/>.</summary>
    /// <param name="schema">Its layers.</param>
    /// <param name="seed">The same seed gives the same values, on any machine.</param>
    /// <exception cref="NotSupportedException">A layer is more than a plain embedding, GRU or Dense layer.</exception>
    /// <exception cref="ArgumentException">
    /// The layers read tokens but <typeparamref name="TInput"/> is not <see cref="int"/>, or features but it is not <see cref="float"/>.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">The parameters do not fit into memory.</exception>
    public DynamicModel(ModelSchema schema, int seed = 0)
        : base(Define(schema), seed)
    {
    }

    /// <summary>A model with the same values as another one.</summary>
    private DynamicModel(DynamicModel<TInput> other)
        : base(Define(other.Schema)) => CopyParametersFrom(other);

    /// <summary>A sequence that arrives step by step, from zero states.</summary>
    public SequenceStream<TInput> OpenStream() => new GenericStream<TInput>(Weights);

    /// <summary>An independent model with the same values; while a trainer is at work, those that predictions use.</summary>
    public DynamicModel<TInput> Clone() => new(this);

    private static bool IsPlain(LayerSchema layer) => layer switch
    {
        { Kind: LayerKind.Gru } => layer.Options == GruOptions.Default,
        { Kind: LayerKind.Embedding } => layer.PaddingToken < 0,
        { Kind: LayerKind.Dense } => layer is { Residual: false, Bias: true },
        _ => false,
    };

    private static ModelDefinition<TInput> Define(ModelSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        string? special = schema.Layers.FirstOrDefault(layer => !IsPlain(layer))?.Name ?? (schema.MasksSteps ? "The mask value" : null);
        if (special is not null)
        {
            throw new NotSupportedException(
                $"{special} of {schema.Name} is more than a generic model runs: "
                    + "plain embeddings, GRUs as PyTorch's, and Dense layers.");
        }

        return new ModelDefinition<TInput>(schema, _ => new GenericCode<TInput>(schema));
    }
}
