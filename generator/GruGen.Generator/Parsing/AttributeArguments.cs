using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GruGen.Generator.Parsing;

/// <summary>The arguments of an attribute, all of which are numbers here.</summary>
internal static class AttributeArguments
{
    /// <summary>Whether the compiler could bind the attribute and all its arguments. If not, it has reported why.</summary>
    public static bool AreComplete(AttributeData attribute) =>
        attribute.AttributeConstructor is { } constructor
        && attribute.ConstructorArguments.Length == constructor.Parameters.Length
        && attribute.ConstructorArguments.All(argument => argument.Value is int)
        && attribute.NamedArguments.All(argument => argument.Value.Value is int)
        && attribute.NamedArguments.Select(argument => argument.Key).Distinct(StringComparer.Ordinal).Count() == Assignments(attribute);

    public static int Int(AttributeData attribute, int position) => (int)attribute.ConstructorArguments[position].Value!;

    /// <summary>The value given to a property, or null if none is.</summary>
    public static int? NamedInt(AttributeData attribute, string name) =>
        attribute.NamedArguments.Where(argument => argument.Key == name).Select(argument => (int?)argument.Value.Value).FirstOrDefault();

    /// <summary>The number of properties that the source assigns, though they may not exist.</summary>
    private static int Assignments(AttributeData attribute)
    {
        var syntax = (AttributeSyntax)attribute.ApplicationSyntaxReference!.GetSyntax();
        return syntax.ArgumentList?.Arguments.Count(argument => argument.NameEquals is not null) ?? 0;
    }
}
