namespace Births;

/// <summary>What is known of a day beforehand: the day of the week, the season, and holidays in the United States.</summary>
internal static class CalendarFeatures
{
    private const int Weekdays = 7, Waves = 2;

    /// <summary>
    /// Days of the year on which there are fewer births, or more, and the working day that is off where a holiday is at a weekend.
    /// </summary>
    private static readonly Func<DateOnly, bool>[] s_special =
    [
        day => day is { Month: 1, Day: 1 },
        day => day is { Month: 1, Day: 2 },
        day => day is { Month: 2, Day: 14 or 29 },
        day => day is { Month: 7, Day: 4 },
        day => day is { Month: 7, Day: 3 or 5 },
        day => day is { Month: 10, Day: 31 },
        day => day is { Month: 12, Day: 23 },
        day => day is { Month: 12, Day: 24 },
        day => day is { Month: 12, Day: 25 },
        day => day is { Month: 12, Day: 26 },
        day => day is { Month: 12, Day: >= 27 and <= 30 },
        day => day is { Month: 12, Day: 31 },
        day => day.Day == 13,
        day => day.DayOfWeek is DayOfWeek.Friday && IsFixed(day.AddDays(1)) || day.DayOfWeek is DayOfWeek.Monday && IsFixed(day.AddDays(-1)),
        day => Is(day, 1, DayOfWeek.Monday, 3) || Is(day, 2, DayOfWeek.Monday, 3) || Is(day, 10, DayOfWeek.Monday, 2),
        day => day is { Month: 5, DayOfWeek: DayOfWeek.Monday, Day: > 24 }, // Memorial Day
        day => Is(day, 9, DayOfWeek.Monday, 1), // Labor Day
        day => Is(day, 11, DayOfWeek.Thursday, 4), // Thanksgiving, and the days beside it
        day => Is(day.AddDays(1), 11, DayOfWeek.Thursday, 4),
        day => Is(day.AddDays(-1), 11, DayOfWeek.Thursday, 4),
    ];

    /// <summary>The number of features of a day.</summary>
    public const int Count = Weekdays + 2 * Waves + 20;

    /// <summary>The features of a day.</summary>
    public static IEnumerable<float> Of(DateOnly day)
    {
        for (int weekday = 0; weekday < Weekdays; weekday++)
        {
            yield return (int)day.DayOfWeek == weekday ? 1 : 0;
        }

        for (int wave = 1; wave <= Waves; wave++)
        {
            (float sin, float cos) = MathF.SinCos(wave * MathF.Tau * day.DayOfYear / 365.25f);
            yield return sin;
            yield return cos;
        }

        foreach (Func<DateOnly, bool> isSpecial in s_special)
        {
            yield return isSpecial(day) ? 1 : 0;
        }
    }

    /// <summary>Whether it is the n-th such weekday of a month.</summary>
    private static bool Is(DateOnly day, int month, DayOfWeek weekday, int n) =>
        day.Month == month && day.DayOfWeek == weekday && (day.Day + 6) / 7 == n;

    private static bool IsFixed(DateOnly day) => day is { Month: 1, Day: 1 } or { Month: 7, Day: 4 } or { Month: 12, Day: 25 };
}
