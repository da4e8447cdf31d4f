using GruGen.Generator.Attributes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace GruGen.Generator.Parsing;

/// <summary>
/// Streams that are opened in a loop for one step each: none of the steps knows of the one before. Reported is only what cannot be meant
/// otherwise: one model for all rounds, and a stream whose one use is a step, so that nobody else gives or takes its state.
/// </summary>
internal static class StreamLoops
{
    /// <summary>Whether a call that opens a stream is such a one.</summary>
    public static bool OpensAnew(IInvocationOperation open)
    {
        if (LoopAround(open) is not { } loop || open.Instance is not { } model || !IsSameIn(loop, model) || IsLeft(loop))
        {
            return false;
        }

        IOperation use = Unconverted(open);
        return use.Parent switch
        {
            IInvocationOperation call => IsStep(call, use),
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => IsForOneStep(declarator.Symbol, loop),
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } => IsForOneStep(target.Local, loop),
            _ => false,
        };
    }

    /// <summary>The loop that an operation is repeated by, in the method or the function that it stands in.</summary>
    private static ILoopOperation? LoopAround(IOperation operation)
    {
        IOperation inner = operation;
        for (IOperation? outer = operation.Parent; outer is not null; inner = outer, outer = outer.Parent)
        {
            switch (outer)
            {
                case IAnonymousFunctionOperation or ILocalFunctionOperation:
                    return null;
                case ILoopOperation loop when loop.Body == inner:
                    return loop;
            }
        }

        return null;
    }

    /// <summary>
    /// Whether a model is the same in all rounds, and does nothing in them but to open the stream: what nobody can assign meanwhile, and
    /// the loop mentions nowhere else.
    /// </summary>
    private static bool IsSameIn(ILoopOperation loop, IOperation model)
    {
        ISymbol? holder = model switch
        {
            ILocalReferenceOperation local when !loop.Syntax.Span.Contains(local.Local.Locations[0].SourceSpan) => local.Local,
            IParameterReferenceOperation parameter => parameter.Parameter,
            IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation, Field: { IsReadOnly: true } field } => field,
            IPropertyReferenceOperation { Instance: null or IInstanceReferenceOperation, Property: var own } when IsKept(own) => own,
            _ => null, // anything that may give another model each time
        };
        return holder is not null && loop.Descendants().Count(inside => IsReferenceTo(inside, holder)) == 1;
    }

    /// <summary>Whether a property gives what it was given first, each time.</summary>
    private static bool IsKept(IPropertySymbol property) => property.SetMethod is null && property.ContainingType.GetMembers()
        .OfType<IFieldSymbol>()
        .Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, property));

    /// <summary>Whether a round may be the last one, as one is that is tried until it succeeds.</summary>
    private static bool IsLeft(ILoopOperation loop) => loop.Descendants().Any(inside =>
        inside is IReturnOperation or IBranchOperation { BranchKind: BranchKind.Break or BranchKind.GoTo });

    private static bool IsReferenceTo(IOperation operation, ISymbol? holder) => holder is not null && SymbolEqualityComparer.Default.Equals(
        operation switch
        {
            ILocalReferenceOperation local => local.Local,
            IParameterReferenceOperation parameter => parameter.Parameter,
            IMemberReferenceOperation member => member.Member,
            _ => null,
        },
        holder);

    /// <summary>Whether the one use of a stream is a step, which no loop inside repeats.</summary>
    private static bool IsForOneStep(ILocalSymbol stream, ILoopOperation loop)
    {
        IOperation[] uses =
        [
            .. loop.Descendants()
                .Where(inside => IsReferenceTo(inside, stream) && inside.Parent is not ISimpleAssignmentOperation)
                .Select(Unconverted),
        ];
        return uses.Length == 1 && uses[0].Parent is IInvocationOperation call && IsStep(call, uses[0]) && LoopAround(call) == loop;
    }

    private static bool IsStep(IInvocationOperation call, IOperation stream) =>
        call.Instance == stream && call.TargetMethod.Name is "Step" or "StepLabel" or "StepLabels";

    private static IOperation Unconverted(IOperation operation) =>
        operation.Parent is IConversionOperation { IsImplicit: true } conversion ? conversion : operation;
}
