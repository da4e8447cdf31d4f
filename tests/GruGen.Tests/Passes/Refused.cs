namespace GruGen.Tests.Passes;

/// <summary>Wrong input: the exception names the argument, and its message holds what was expected and what was given.</summary>
internal static class Refused
{
    public static void Argument<TException>(string name, object[] message, Action action)
        where TException : ArgumentException
    {
        TException exception = Assert.Throws<TException>(action);
        Assert.Equal(name, exception.ParamName);
        foreach (object part in message)
        {
            Assert.Contains(Convert.ToString(part, System.Globalization.CultureInfo.InvariantCulture)!, exception.Message, StringComparison.Ordinal);
        }
    }
}
