using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Attributes;

/// <summary>An attribute as it is written.</summary>
internal static class AttributeSource
{
    /// <summary>The name as people write it: <c>Gru</c>.</summary>
    public static string NameOf(AttributeData attribute)
    {
        const string Suffix = "Attribute";
        string name = attribute.AttributeClass!.Name;
        return name.EndsWith(Suffix, StringComparison.Ordinal) ? name.Substring(0, name.Length - Suffix.Length) : name;
    }

    /// <summary>The place in source.</summary>
    public static Location LocationOf(AttributeData attribute) => attribute.ApplicationSyntaxReference!.GetSyntax().GetLocation();
}
