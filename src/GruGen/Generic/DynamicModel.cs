using GruGen.Generic;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// A model whose layers and sizes are given at run time, as a <see cref="ModelSchema"/>, and not declared. It runs without emitted code, on
/// matrix products, and takes about 1.5 to 4 times as long.
/// </summary>
/// <remarks>
/// <para>It has plain layers only: embeddings without a padding token, GRUs with the options of PyTorch's <c>nn.GRU</c>, and Dense layers
/// with a bias and without a residual connection.</para>
/// <para>It is also the baseline that emitted code is compared with, and computes as libraries do. A GRU projects its input for many steps
/// in one product over all rows, G_x = W_ih·x + b_ih; then every step is one product, G_h = W_hh·h + b_hh, and one pass over the gates:
/// r = σ(G_x.r + G_h.r), z = σ(G_x.z + G_h.z), n = tanh(G_x.n + r ∘ G_h.n), h' = (1 − z) ∘ n + z ∘ h. Products run on register tiles of
/// <see cref="System.Numerics.Vector{T}"/> with packed weights; the activations are those of emitted code, and nothing is allocated once
/// warm.</para>
/// </remarks>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
public sealed class DynamicModel<TInput> : SequenceModel<TInput>
    where TInput : unmanaged
{
    /// <summary>A model with initial values drawn from <paramref name="seed"/>.</summary>
    /// <param name="schema">Its layers, all of them plain.</param>
    /// <param name="seed">The same seed gives the same values, on any machine.</param>
    /// <exception cref="NotSupportedException">A layer is not a plain one, or the model has a mask value.</exception>
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

    /// <summary>Opens a stream, for a sequence that arrives step by step, with states of zeros.</summary>
    public SequenceStream<TInput> OpenStream() => new GenericStream<TInput>(Weights);

    /// <summary>Copies the model to an independent one; while a trainer is at work, with the parameters that predictions use.</summary>
    public DynamicModel<TInput> Clone() => new(this);

    private static ModelDefinition<TInput> Define(ModelSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (schema.FirstSpecial is { } special)
        {
            throw new NotSupportedException(
                $"{special} of {schema.Name} is more than a generic model runs: "
                    + "plain embeddings, GRUs as PyTorch's, and Dense layers.");
        }

        return new ModelDefinition<TInput>(schema, _ => new GenericCode<TInput>(schema));
    }
}
