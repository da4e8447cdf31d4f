using GruGen.Generator.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GruGen.CodeFixes;

/// <summary>Fixes of the arguments of an attribute.</summary>
internal static class ArgumentFixes
{
    /// <summary>Which number it is only the person knows; 1 compiles.</summary>
    public const string SomeInputSize = "inputSize: 1";

    public static Fix AddInputSize(Reported reported)
    {
        AttributeSyntax model = reported.Attribute!;
        return new(
            $"Add '{SomeInputSize}'",
            model.ArgumentList is not { } list ? Edit.Insert(model.SyntaxTree, model.Name.Span.End, $"({SomeInputSize})")
                : InputSize(model) is { } zero ? Edit.Replace(zero, SomeInputSize)
                : Edit.Insert(model.SyntaxTree, list.OpenParenToken.Span.End, SomeInputSize + (list.Arguments.Count > 0 ? ", " : "")));
    }

    public static Fix RemoveInputSize(Reported reported) => new("Remove 'inputSize'", WithoutInputSize(reported.Attribute!));

    public static IEnumerable<Edit> WithoutInputSize(AttributeSyntax model)
    {
        AttributeArgumentSyntax? inputSize = InputSize(model);
        return Remove(model, argument => argument == inputSize);
    }

    /// <summary>Removes an option, if it is given: that of pooling is not.</summary>
    public static Func<Reported, Fix?> Remove(string option) => reported => Remove(reported.Attribute!, option);

    public static Fix RemoveNamed(Reported reported) => Remove(reported.Attribute!, reported.Detail(1));

    /// <summary>The message names the activation that does not suit the layer.</summary>
    public static Fix UseTanh(Reported reported) => Use(reported, Activation.Tanh, reported.Detail(1).Trim('\''));

    public static Fix UseSigmoid(Reported reported) => Use(reported, Activation.Sigmoid, nameof(Activation.Softmax));

    /// <summary>The next size that fills its vectors.</summary>
    public static Fix UseLargerSize(Reported reported) => UseSize(reported, reported.Detail(3));

    /// <summary>The one before it, if there is one.</summary>
    public static Fix? UseSmallerSize(Reported reported) =>
        reported.Detail(4) is var sizes && sizes.IndexOf(' ') is > 0 and var end ? UseSize(reported, sizes.Substring(0, end)) : null;

    private static Fix UseSize(Reported reported, string size) => new(
        $"Use {size} units",
        Edit.Replace(Arguments(reported.Attribute!).First(argument => argument.NameEquals is null).Expression, size));

    private static Fix Use(Reported reported, Activation suitable, string unsuitable)
    {
        SemanticModel model = reported.Compilation.GetSemanticModel(reported.Attribute!.SyntaxTree);
        string name = $"{reported.NameOf("Activation")}.{suitable}";
        return new(
            $"Use '{name}'",
            Arguments(reported.Attribute).Where(IsUnsuitable).Select(argument => Edit.Replace(argument.Expression, name)));

        bool IsUnsuitable(AttributeArgumentSyntax argument) =>
            model.GetTypeInfo(argument.Expression).Type?.Name == nameof(Activation)
            && model.GetConstantValue(argument.Expression) is { Value: int value }
            && string.Equals(((Activation)value).ToString(), unsuitable, StringComparison.OrdinalIgnoreCase);
    }

    public static Fix OutputEveryStep(Reported reported)
    {
        AttributeSyntax layer = reported.Attribute!;
        string everyStep = $"Output = {reported.NameOf("SequenceOutput")}.EveryStep";
        return new(
            $"Set '{everyStep}'",
            Arguments(layer).FirstOrDefault(argument => Option(argument) == "Output") is { } output
                ? Edit.Replace(output, everyStep)
                : Edit.Insert(layer.SyntaxTree, Arguments(layer).Last().Span.End, $", {everyStep}"));
    }

    private static Fix Remove(AttributeSyntax attribute, string option) =>
        new($"Remove '{option}'", Without(attribute, option));

    /// <summary>What removes an option, if it is given.</summary>
    public static IEnumerable<Edit> Without(AttributeSyntax attribute, string option) =>
        Remove(attribute, argument => Option(argument) == option);

    /// <summary>Parentheses that become empty go too.</summary>
    private static IEnumerable<Edit> Remove(AttributeSyntax attribute, Func<AttributeArgumentSyntax, bool> isRemoved) =>
        attribute.ArgumentList is not { Arguments.Count: > 0 } list ? []
        : list.Arguments.All(isRemoved) ? [Edit.Remove(attribute.SyntaxTree, attribute.Name.Span.End, list.Span.End)]
        : Edit.RemoveSome(list.Arguments, isRemoved);

    /// <summary>The argument of the constructor of [GruModel].</summary>
    private static AttributeArgumentSyntax? InputSize(AttributeSyntax model) =>
        Arguments(model).FirstOrDefault(argument => argument.NameEquals is null);

    private static SeparatedSyntaxList<AttributeArgumentSyntax> Arguments(AttributeSyntax attribute) =>
        attribute.ArgumentList?.Arguments ?? default;

    private static string? Option(AttributeArgumentSyntax argument) => argument.NameEquals?.Name.Identifier.ValueText;
}
