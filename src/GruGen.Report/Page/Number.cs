using System.Globalization;

namespace GruGen.Report;

/// <summary>Numbers as a reader sees them.</summary>
internal static class Number
{
    /// <summary>In about four digits.</summary>
    public static string Short(double value) => Special(value) ?? Math.Abs(value) switch
    {
        0 => "0",
        < 1e-3 or >= 1e7 => Write(value, "0.##e0"),
        >= 1000 => Write(value, "#,0.#"),
        _ => Write(value, "G4"),
    };

    /// <summary>In six digits.</summary>
    public static string Long(double value) => Special(value) ?? Write(value, "G6");

    /// <summary>All digits, from which the number comes back.</summary>
    public static string Exact(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A part of 1 in percent.</summary>
    public static string Percent(double part) => double.IsFinite(part) ? Write(part, "0.# %") : "–";

    /// <summary>A whole number.</summary>
    public static string Whole(double value) => Special(value) ?? Write(value, "#,0");

    /// <summary>A time.</summary>
    public static string Time(double seconds) => seconds switch
    {
        0 => "0 s",
        < 1e-3 => Write(seconds * 1e6, "0 µs"),
        < 1 => Write(seconds * 1e3, "0.# ms"),
        < 60 => Write(seconds, "0.# s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 60}:{(int)seconds % 60:D2} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 3600)}:{(int)(seconds / 60) % 60:D2} h"),
    };

    private static string? Special(double value) => double.IsNaN(value) ? "NaN"
        : double.IsInfinity(value) ? (value > 0 ? "∞" : "−∞")
        : null;

    private static string Write(double value, string format) =>
        value.ToString(format, CultureInfo.InvariantCulture).Replace('-', '−');
}
