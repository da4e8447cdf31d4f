using GruGen.Generator.Attributes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace GruGen.Generator.Parsing;

/// <summary>
/// Where a model is asked to take sequences step by step, though it has a layer that needs their ends first, or anew for each step.
/// </summary>
internal static class StreamUses
{
    /// <summary>What is wrong with a call, or with taking a method as a delegate; null if nothing is.</summary>
    public static Diagnostic? Check(IOperation operation) => operation switch
    {
        IInvocationOperation call => Check(call.TargetMethod, call.Instance, call),
        IMethodReferenceOperation reference => Check(reference.Method, reference.Instance, reference),
        _ => null,
    };

    private static Diagnostic? Check(IMethodSymbol method, IOperation? instance, IOperation use)
    {
        if (method.Name is not ("OpenStream" or "OpenStreams") || ModelOf(instance?.Type) is not { } model || !IsMemberOf(method, model))
        {
            return null;
        }

        Location place = NameIn(use.Syntax).GetLocation();
        return Obstacle(model) is var (number, reason)
            ? Findings.Describe(model.Name, place, Rules.CannotStream, ValueRules.Number(number), reason)
            : use is IInvocationOperation call && StreamLoops.OpensAnew(call) ? Findings.Describe(model.Name, place, Rules.StreamInLoop)
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
