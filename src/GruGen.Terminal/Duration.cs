using System.Globalization;

namespace GruGen.Terminal;

/// <summary>Times as a progress line has them.</summary>
internal static class Duration
{
    /// <summary>In whole seconds: <c>7s</c>, <c>2:07</c>, <c>1:02:07</c>.</summary>
    public static string Whole(TimeSpan time)
    {
        var rounded = TimeSpan.FromSeconds(Math.Round(time.TotalSeconds));
        string format = rounded.TotalMinutes < 1 ? @"%s\s" : rounded.TotalHours < 1 ? @"m\:ss" : @"h\:mm\:ss";
        return (rounded.TotalDays < 1 ? "" : $"{(int)rounded.TotalDays}d ") + rounded.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>In one unit: <c>340us</c>, <c>11ms</c>, <c>2s</c>.</summary>
    public static string Short(TimeSpan time)
    {
        (double value, string unit) = time.TotalMilliseconds switch
        {
            < 1 => (time.TotalMicroseconds, "us"),
            < 1000 => (time.TotalMilliseconds, "ms"),
            _ => (time.TotalSeconds, "s"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{value:F0}{unit}");
    }
}
