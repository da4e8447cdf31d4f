using GruGen.Generator.Attributes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace GruGen.Generator.Parsing;

/// <summary>Where a model is asked to take sequences step by step, though it has a layer that needs their ends first.</summary>
internal static class StreamUses
{
    /// <summary>What is wrong with a call, or with taking a method as a delegate; null if nothing is.</summary>
    public static Diagnostic? Check(IOperation operation) => operation switch
    {
        IInvocationOperation call => Check(call.TargetMethod, call.Instance, call.Syntax),
        IMethodReferenceOperation reference => Check(reference.Method, reference.Instance, reference.Syntax),
        _ => null,
    };

    private static Diagnostic? Check(IMethodSymbol method, IOperation? instance, SyntaxNode use)
    {
        if (method.Name is not ("OpenStream" or "OpenStreams") || ModelOf(instance?.Type) is not { } model || !IsMemberOf(method, model))
        {
            return null;
        }

        return Obstacle(model) is var (number, reason)
            ? Diagnostic.Create(Rules.CannotStream, NameIn(use).GetLocation(), model.Name, ValueRules.Number(number), reason)
            : null;
    }

    /// <summary>The first layer that keeps a model from streaming, and why; the model may be one of a referenced assembly.</summary>
    private static (int Number, string Reason)? Obstacle(INamedTypeSymbol model)
    {
        int number = 0;
        foreach (AttributeData attribute in ModelAttributes.Of(model).Layers)
        {
            number++;
            if (AttributeArguments.AreComplete(attribute) && LayerKinds.Of(attribute).Read(attribute, isTop: true).NeedsEnds is { } reason)
            {
                return (number, reason);
            }
        }

        return null;
    }

    /// <summary>The model that a receiver is by its static type.</summary>
    private static INamedTypeSymbol? ModelOf(ITypeSymbol? type) => type switch
    {
        ITypeParameterSymbol parameter => parameter.ConstraintTypes.Select(ModelOf).FirstOrDefault(model => model is not null),
        INamedTypeSymbol named => BasesAndSelf(named).FirstOrDefault(candidate => !ModelAttributes.Of(candidate).Models.IsEmpty),
        _ => null,
    };

    /// <summary>
    /// Whether a method is of the emitted part or of SequenceModel, and not an overload in a class that derives from the model.
    /// </summary>
    private static bool IsMemberOf(IMethodSymbol method, INamedTypeSymbol model) =>
        BasesAndSelf(model).Contains(method.ContainingType, SymbolEqualityComparer.Default);

    private static IEnumerable<INamedTypeSymbol> BasesAndSelf(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            yield return current;
        }
    }

    private static SyntaxNode NameIn(SyntaxNode use) => use switch
    {
        InvocationExpressionSyntax call => NameIn(call.Expression),
        MemberAccessExpressionSyntax access => access.Name,
        MemberBindingExpressionSyntax binding => binding.Name,
        _ => use,
    };
}
