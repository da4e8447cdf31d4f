using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GruGen.Generator.Attributes;

/// <summary>The arguments of an attribute: numbers, truth values, and values of enums, which arrive as their numbers.</summary>
internal static class AttributeArguments
{
    /// <summary>Whether the compiler could bind the attribute and all its arguments. If not, it has reported why.</summary>
    public static bool AreComplete(AttributeData attribute) =>
        attribute.AttributeConstructor is { } constructor
        && attribute.ConstructorArguments.Length == constructor.Parameters.Length
        && constructor.Parameters.Zip(attribute.ConstructorArguments, (parameter, value) => IsOf(parameter.Type, value)).All(isOf => isOf)
        && attribute.NamedArguments.All(argument => IsOf(TypeOfProperty(attribute, argument.Key), argument.Value))
        && attribute.NamedArguments.Select(argument => argument.Key).Distinct(StringComparer.Ordinal).Count() == Assignments(attribute);

    /// <summary>The names of the arguments that the compiler could bind, of an attribute that may not be complete.</summary>
    public static IReadOnlyCollection<string> Known(AttributeData attribute) =>
    [
        .. Parameters(attribute).Where(argument => IsOf(argument.Type, argument.Value)).Select(argument => argument.Name),
        .. Given(attribute).Select(argument => argument.Key),
    ];

    /// <summary>The argument of the constructor's parameter at <paramref name="position"/>; 0 if it is not known.</summary>
    /// <typeparam name="T">Its type, or for an enum of the runtime that of the specs with the same numbers.</typeparam>
    public static T Argument<T>(AttributeData attribute, int position)
        where T : struct => attribute.ConstructorArguments is var arguments && position < arguments.Length
            && arguments[position] is { Kind: TypedConstantKind.Primitive or TypedConstantKind.Enum, Value: { } value }
            && value.GetType() == UnderlyingType(typeof(T))
                ? (T)value // a number unboxes to its enum as well
                : default;

    /// <summary>The value given to a property, or <paramref name="otherwise"/> if none is.</summary>
    public static T Property<T>(AttributeData attribute, string name, T otherwise)
        where T : struct => Given(attribute, name) is { } value ? (T)value.Value! : otherwise;

    /// <summary>The texts given to a property; none if none are, and "" for null.</summary>
    public static IReadOnlyList<string> Texts(AttributeData attribute, string name) => Given(attribute, name) switch
    {
        { Kind: TypedConstantKind.Array, IsNull: false } array => [.. array.Values.Select(value => value.Value as string ?? "")],
        { Kind: TypedConstantKind.Primitive, Value: string text } => [text],
        _ => [],
    };

    /// <summary>Options with all that an attribute gives to properties of their names; the rest keep their values.</summary>
    /// <typeparam name="T">A record that nobody else has yet.</typeparam>
    public static T Properties<T>(AttributeData attribute, T options)
        where T : class
    {
        foreach (KeyValuePair<string, TypedConstant> given in Given(attribute))
        {
            if (typeof(T).GetProperty(given.Key) is { CanWrite: true } property)
            {
                object value = given.Value.Value!;
                Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
                property.SetValue(options, type.IsEnum ? Enum.ToObject(type, value) : value);
            }
        }

        return options;
    }

    /// <summary>Whether a property is given any value.</summary>
    public static bool IsGiven(AttributeData attribute, string name) => Given(attribute, name) is not null;

    /// <summary>Whether a property is given the value of its enum that has this name.</summary>
    public static bool IsGiven(AttributeData attribute, string name, string value) =>
        Given(attribute, name) is { } given && NameOf(given) == value;

    /// <summary>The values that their enums do not declare, each with the name of its parameter or property.</summary>
    public static IEnumerable<(string Name, TypedConstant Value)> Undeclared(AttributeData attribute) => Parameters(attribute)
        .Select(argument => (argument.Name, argument.Value))
        .Concat(attribute.NamedArguments.Select(argument => (Name: argument.Key, argument.Value)))
        .Where(argument => argument.Value.Kind == TypedConstantKind.Enum && NameOf(argument.Value) is null);

    private static TypedConstant? Given(AttributeData attribute, string name) => Given(attribute)
        .Where(argument => argument.Key == name)
        .Select(argument => (TypedConstant?)argument.Value)
        .FirstOrDefault();

    /// <summary>The properties that are given a value which the compiler could bind.</summary>
    private static IEnumerable<KeyValuePair<string, TypedConstant>> Given(AttributeData attribute) =>
        attribute.NamedArguments.Where(argument => IsOf(TypeOfProperty(attribute, argument.Key), argument.Value));

    private static IEnumerable<(string Name, ITypeSymbol Type, TypedConstant Value)> Parameters(AttributeData attribute) =>
        attribute.AttributeConstructor is { } constructor
            ? constructor.Parameters.Zip(attribute.ConstructorArguments, (parameter, value) => (parameter.Name, parameter.Type, value))
            : [];

    private static Type UnderlyingType(Type type) => type.IsEnum ? Enum.GetUnderlyingType(type) : type;

    private static string? NameOf(TypedConstant value) => value.Type!.GetMembers()
        .OfType<IFieldSymbol>()
        .FirstOrDefault(field => field.HasConstantValue && Equals(field.ConstantValue, value.Value))?.Name;

    private static bool IsOf(ITypeSymbol? type, TypedConstant value) =>
        (value is { Kind: TypedConstantKind.Primitive or TypedConstantKind.Enum, Value: not null }
            || (value.Kind != TypedConstantKind.Error && type is IArrayTypeSymbol or { SpecialType: SpecialType.System_String }))
        && SymbolEqualityComparer.Default.Equals(value.Type, type);

    private static ITypeSymbol? TypeOfProperty(AttributeData attribute, string name)
    {
        for (INamedTypeSymbol? type = attribute.AttributeClass; type is not null; type = type.BaseType)
        {
            if (type.GetMembers(name).OfType<IPropertySymbol>().FirstOrDefault() is { } property)
            {
                return property.Type;
            }
        }

        return null;
    }

    /// <summary>The number of properties that are assigned; in source also those that do not exist.</summary>
    private static int Assignments(AttributeData attribute) => attribute.ApplicationSyntaxReference?.GetSyntax() is AttributeSyntax syntax
        ? syntax.ArgumentList?.Arguments.Count(argument => argument.NameEquals is not null) ?? 0
        : attribute.NamedArguments.Length;
}
