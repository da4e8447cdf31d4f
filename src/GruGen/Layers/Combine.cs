#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>What a layer makes of several inputs.</summary>
#if GRUGEN_GENERATOR
internal
#else
public
#endif
enum Combine
{
    /// <summary>It reads them one behind the other, <c>[a, b]</c>: the size of its input is that of all of them together.</summary>
    Concat,

    /// <summary>It reads their sum, <c>a + b</c>; they have one size.</summary>
    Sum,
}
