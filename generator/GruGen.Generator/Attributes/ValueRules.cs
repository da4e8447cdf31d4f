using System.Globalization;
using GruGen.Generator.Values;
using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Attributes;

/// <summary>What the values of one attribute must be like, whatever it stands for.</summary>
internal sealed class ValueRules(AttributeData attribute, Findings findings)
{
    public static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Every value of an enum is one that it declares.</summary>
    public void CheckChoices()
    {
        foreach ((string name, TypedConstant value) in AttributeArguments.Undeclared(attribute))
        {
            findings.AddAt(attribute, Rules.UnknownValue, name, Number((int)value.Value!), value.Type!.Name);
        }
    }

    /// <summary>
    /// A size is 1 to <paramref name="maximum"/>; a special one has a <paramref name="reason"/> that goes on from the range.
    /// </summary>
    public void CheckSize(string name, int value, int maximum = LayerLimits.Size, string reason = "")
    {
        if (value < 1 || value > maximum)
        {
            string range = maximum == 1 ? "1" : $"1 to {Number(maximum)}";
            findings.AddAt(attribute, Rules.NumberOutOfRange, name, Number(value), range + reason);
        }
    }

    /// <summary>The padding token is one of the vocabulary, or −1.</summary>
    public void CheckVocabulary(int vocabulary, int paddingToken)
    {
        CheckSize("vocabulary", vocabulary, LayerLimits.Vocabulary);
        if (vocabulary > 0 && (paddingToken < -1 || paddingToken >= vocabulary))
        {
            string range = $"0 to {Number(vocabulary - 1)}, or -1 if no token only fills sequences";
            findings.AddAt(attribute, Rules.NumberOutOfRange, "PaddingToken", Number(paddingToken), range);
        }
    }

    /// <summary>A fraction of numbers that training sets to zero leaves some.</summary>
    public void CheckFraction(string name, double value)
    {
        if (value is not (>= 0 and < 1))
        {
            AddFractionOutOfRange(name, value, "0 to below 1");
        }
    }

    /// <summary>ε keeps a divisor from being 0, as the float that the emitted code has.</summary>
    public void CheckEpsilon(double value)
    {
        if ((float)value is not (> 0 and < float.PositiveInfinity))
        {
            AddFractionOutOfRange("Epsilon", value, "a finite number above 0, as a float");
        }
    }

    /// <summary>A number that is not what it must be.</summary>
    public void AddFractionOutOfRange(string name, double value, string range) =>
        findings.AddAt(attribute, Rules.FractionOutOfRange, name, value.ToString(CultureInfo.InvariantCulture), range);
}
