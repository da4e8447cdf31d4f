using System.Reflection;

namespace GruGen.Generator.Layers;

/// <summary>
/// Records of options, which stand once: an attribute has a property for each of theirs, of the same name, and emitted code sets what is
/// given.
/// </summary>
internal static class OptionText
{
    /// <summary>The properties that differ from the defaults, each as it is set in an initialiser.</summary>
    public static IEnumerable<string> Given<T>(T options, T defaults) => Settable(typeof(T))
        .Where(property => !Equals(property.GetValue(options), property.GetValue(defaults)))
        .Select(property => $"{property.Name} = {Literal(property.GetValue(options))}");

    /// <summary>The properties that can be set, in the order of the record.</summary>
    public static IEnumerable<PropertyInfo> Settable(Type options) =>
        options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .OrderBy(property => property.MetadataToken);

    private static string Literal(object value) => value switch
    {
        bool flag => ModelText.Flag(flag),
        double number => ModelText.Real(number),
        Enum choice => $"global::GruGen.{choice.GetType().Name}.{choice}",
        _ => throw new ArgumentException($"No literal is known for {value}.", nameof(value)),
    };
}
