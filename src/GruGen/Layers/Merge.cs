#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>How the outputs f and b of the two directions of a layer become one.</summary>
#if GRUGEN_GENERATOR
internal
#else
public
#endif
enum Merge
{
    /// <summary>One after the other, <c>[f, b]</c>: twice the hidden size.</summary>
    Concat,

    /// <summary><c>f + b</c></summary>
    Sum,

    /// <summary><c>f ∘ b</c></summary>
    Multiply,

    /// <summary><c>(f + b)/2</c></summary>
    Average,
}
