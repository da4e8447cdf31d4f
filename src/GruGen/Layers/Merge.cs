#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>How a bidirectional layer combines the outputs of its two directions: f of the forward one, b of the backward one.</summary>
#if GRUGEN_GENERATOR
internal
#else
public
#endif
enum Merge
{
    /// <summary>Concatenated, <c>[f, b]</c>: the output has twice the hidden size.</summary>
    Concat,

    /// <summary><c>f + b</c></summary>
    Sum,

    /// <summary><c>f ∘ b</c></summary>
    Multiply,

    /// <summary><c>(f + b)/2</c></summary>
    Average,
}
