using System.Globalization;
using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Parsing;

/// <summary>What the values of one attribute must be like, whatever it stands for.</summary>
internal sealed class ValueRules(AttributeData attribute, Findings findings)
{
    /// <summary>The largest size of anything but a vocabulary.</summary>
    public const int MaximumSize = 65_536;

    private const int MaximumVocabulary = 1 << 24;

    public static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Every value of an enum is one that it declares.</summary>
    public void CheckChoices()
    {
        foreach ((string name, TypedConstant value) in AttributeArguments.Undeclared(attribute))
        {
            findings.AddAt(attribute, Rules.UnknownValue, name, Number((int)value.Value!), value.Type!.Name);
        }
    }

    /// <summary>A size is at least 1, and at most <paramref name="maximum"/> for a <paramref name="reason"/> that is said if it is a special one.</summary>
    public void CheckSize(string name, int value, int maximum = MaximumSize, string reason = "")
    {
        if (value < 1 || value > maximum)
        {
            findings.AddAt(attribute, Rules.NumberOutOfRange, name, Number(value), $"1 to {Number(maximum)}{reason}");
        }
    }

    public void CheckVocabulary(int vocabulary, int paddingToken)
    {
        CheckSize("vocabulary", vocabulary, MaximumVocabulary);
        if (vocabulary > 0 && (paddingToken < -1 || paddingToken >= vocabulary))
        {
            string range = $"0 to {Number(vocabulary - 1)}, or -1 if no token only fills sequences";
            findings.AddAt(attribute, Rules.NumberOutOfRange, "PaddingToken", Number(paddingToken), range);
        }
    }

    public void CheckFraction(string name, double value)
    {
        if (value is not (>= 0 and < 1))
        {
            AddFractionOutOfRange(name, value, "0 to below 1");
        }
    }

    public void CheckEpsilon(double value)
    {
        if (value is not (> 0 and < double.PositiveInfinity))
        {
            AddFractionOutOfRange("Epsilon", value, "a finite number above 0");
        }
    }

    private void AddFractionOutOfRange(string name, double value, string range) =>
        findings.AddAt(attribute, Rules.FractionOutOfRange, name, value.ToString(CultureInfo.InvariantCulture), range);
}
