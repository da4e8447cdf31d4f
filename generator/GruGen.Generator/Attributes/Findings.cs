using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Attributes;

/// <summary>What is wrong with a declaration.</summary>
internal sealed class Findings(INamedTypeSymbol model, AttributeData modelAttribute)
{
    private readonly ImmutableArray<Diagnostic>.Builder _diagnostics = ImmutableArray.CreateBuilder<Diagnostic>(0);
    private bool _leftToCompiler;

    /// <summary>Whether no code can come of the declaration. A warning does not keep it from that.</summary>
    public bool PreventCode => _leftToCompiler || HasErrors;

    /// <summary>Whether the declaration breaks a rule.</summary>
    public bool HasErrors => _diagnostics.Any(diagnostic => diagnostic.DefaultSeverity == DiagnosticSeverity.Error);

    /// <summary>Whether the compiler reports something itself.</summary>
    public bool LeavesSomethingToCompiler => _leftToCompiler;

    public ImmutableArray<Diagnostic> Diagnostics => _diagnostics.ToImmutable();

    /// <summary>A fault of the whole model.</summary>
    public void Add(DiagnosticDescriptor rule, params object[] details) => AddAt(modelAttribute, rule, details);

    /// <summary>A fault of one attribute.</summary>
    public void AddAt(AttributeData attribute, DiagnosticDescriptor rule, params object[] details) =>
        AddAt(AttributeSource.LocationOf(attribute), rule, details);

    /// <summary>A fault of anything else that is written.</summary>
    public void AddAt(Location place, DiagnosticDescriptor rule, params object[] details) =>
        _diagnostics.Add(Describe(model.Name, place, rule, details));

    /// <summary>What is wrong with values of these names by themselves, out of all that was found where others are missing.</summary>
    public void AddOfValues(Findings all, IReadOnlyCollection<string> names) => _diagnostics.AddRange(all._diagnostics.Where(found =>
        Rules.OfValues.Contains(found.Descriptor) && found.Properties[DetailName(1)] is { } name && names.Contains(name)));

    /// <summary>A finding, as it is reported.</summary>
    public static Diagnostic Describe(string model, Location place, DiagnosticDescriptor rule, params object[] details) =>
        Diagnostic.Create(rule, place, Named(details), [model, .. details]);

    /// <summary>What a diagnostic has for code fixes: under this name what its message has at <c>{number}</c>.</summary>
    public static string DetailName(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A fault that the compiler reports itself: no code, and nothing to say about it.</summary>
    public void LeaveToCompiler() => _leftToCompiler = true;

    /// <summary>The same declaration, of which nothing has been found.</summary>
    public Findings Anew() => new(model, modelAttribute);

    private static ImmutableDictionary<string, string?> Named(object[] details) => details
        .Select((detail, i) => (Name: DetailName(i + 1), Value: detail.ToString()))
        .ToImmutableDictionary(detail => detail.Name, detail => (string?)detail.Value);
}
