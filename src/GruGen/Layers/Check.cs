namespace GruGen;

/// <summary>Checks of options, which name the option.</summary>
internal static class Check
{
    public static double Finite(double value, string name) => double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"'{name}' is {value}, but must be a finite number.");

    public static double NotNegative(double value, string name) => double.IsFinite(value) && value >= 0
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"'{name}' is {value}, but must be a number from 0 on.");

    /// <summary>Finite, and not too large for float32.</summary>
    public static double FiniteSingle(double value, string name) => float.IsFinite((float)value)
        ? value
        : throw new ArgumentOutOfRangeException(
            name, value, $"'{name}' is {value}, but must be a number from {float.MinValue} to {float.MaxValue}.");

    /// <summary>From 0 on, and not too large for float32, in which it is used.</summary>
    public static double NotNegativeSingle(double value, string name) => float.IsFinite((float)value) && value >= 0
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"'{name}' is {value}, but must be a number from 0 to {float.MaxValue}.");

    /// <summary>Above 0, and neither too small nor too large for float32, in which it is used.</summary>
    public static double PositiveSingle(double value, string name) => float.IsFinite((float)value) && (float)value > 0
        ? value
        : throw new ArgumentOutOfRangeException(
            name, value, $"'{name}' is {value}, but must be a number from {float.Epsilon} to {float.MaxValue}.");

    /// <summary>From 0 on, but below 1.</summary>
    public static double Fraction(double value, string name) => value is >= 0 and < 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"'{name}' is {value}, but must be a number from 0 on and below 1.");

    /// <summary>
    /// From 0 on, but below 1, also in float32, in which it is used: a mean that keeps all of what it has would never forget.
    /// </summary>
    public static double FractionSingle(double value, string name) => value >= 0 && (float)value < 1
        ? value
        : throw new ArgumentOutOfRangeException(
            name, value, $"'{name}' is {value}, but must be a number from 0 on and, as a float, below 1.");

    public static int Positive(int value, string name) => value > 0
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"'{name}' is {value}, but must be 1 or more.");

    public static int PowerOfTwo(int value, string name) => value > 0 && int.IsPow2(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"'{name}' is {value}, but must be a power of two: 1, 2, 4, 8, ….");

    public static int NotNegative(int value, string name) => value >= 0
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"'{name}' is {value}, but must be 0 or more.");

    /// <summary>One of an enum's names, and no other number.</summary>
    public static T Defined<T>(T value, string name)
        where T : struct, Enum => Enum.IsDefined(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"'{name}' is {value}, which is no {typeof(T).Name}.");

    public static string NotEmpty(string value, string name) => !string.IsNullOrEmpty(value)
        ? value
        : throw new ArgumentException($"'{name}' is empty.", name);

    /// <summary>A copy of weights: from 0 on, and none too large for float32, in which they are used.</summary>
    public static IReadOnlyList<double> Weights(IReadOnlyList<double> values, string name)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        return [.. values.Select((value, i) => NotNegativeSingle(value, $"{name}[{i}]"))];
    }
}
