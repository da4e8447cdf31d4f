using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Parsing;

/// <summary>The arguments of an attribute, all of which are numbers here.</summary>
internal static class AttributeArguments
{
    /// <summary>Whether the compiler could bind the attribute and all its arguments. If not, it has reported why.</summary>
    public static bool AreComplete(AttributeData attribute) =>
        attribute.AttributeConstructor is { } constructor
        && constructor.Parameters.Length == attribute.ConstructorArguments.Length
        && attribute.ConstructorArguments.All(IsNumber)
        && attribute.NamedArguments.All(argument => IsNumber(argument.Value));

    public static int Int(AttributeData attribute, int position) => (int)attribute.ConstructorArguments[position].Value!;

    /// <summary>The value given to a property, or null if none is.</summary>
    public static int? NamedInt(AttributeData attribute, string name)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            if (argument.Key == name)
            {
                return (int)argument.Value.Value!;
            }
        }

        return null;
    }

    private static bool IsNumber(TypedConstant argument) =>
        argument.Kind is TypedConstantKind.Primitive or TypedConstantKind.Enum && argument.Value is int;
}
