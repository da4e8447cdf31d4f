using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GruGen.Generator.Parsing;

/// <summary>
/// Takes compilations for the same that declare the same: nothing inside of a body, no comment and no space tells them apart. All that a
/// model is stands in declarations, of it and of the constants and types around, so what was read of one holds for the other.
/// </summary>
internal sealed class DeclarationComparer : IEqualityComparer<Compilation>
{
    public static DeclarationComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(Compilation x, Compilation y) => ReferenceEquals(x, y)
        || (x.AssemblyName == y.AssemblyName
            && x.Options.Equals(y.Options)
            && (x.ExternalReferences == y.ExternalReferences || x.ExternalReferences.SequenceEqual(y.ExternalReferences))
            && DeclareTheSame(((CSharpCompilation)x).SyntaxTrees, ((CSharpCompilation)y).SyntaxTrees));

    /// <inheritdoc/>
    public int GetHashCode(Compilation compilation) => compilation.AssemblyName?.GetHashCode() ?? 0;

    private static bool DeclareTheSame(ImmutableArray<SyntaxTree> x, ImmutableArray<SyntaxTree> y)
    {
        for (int i = 0; i < x.Length && x.Length == y.Length; i++)
        {
            if (!DeclareTheSame(x[i], y[i]))
            {
                return false;
            }
        }

        return x.Length == y.Length;
    }

    /// <summary>Tokens that fit nowhere count as spaces, but an attribute with one among its arguments is bound otherwise.</summary>
    private static bool DeclareTheSame(SyntaxTree x, SyntaxTree y) => ReferenceEquals(x, y)
        || (x.FilePath == y.FilePath
            && x.Options.Equals(y.Options)
            && !x.GetRoot().ContainsSkippedText
            && !y.GetRoot().ContainsSkippedText
            && SyntaxFactory.AreEquivalent(x, y, topLevel: true));
}
