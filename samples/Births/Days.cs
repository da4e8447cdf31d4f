using System.Globalization;
using System.Reflection;

namespace Births;

/// <summary>The births of each day that are embedded in this program.</summary>
internal static class Days
{
    /// <summary>The days, one after another, and their births.</summary>
    public static (DateOnly[] Days, float[] Births) Load()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("births.csv")!;
        using var reader = new StreamReader(stream);
        int[][] lines = // year, month, date of month, day of week, births
        [
            .. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
                .Select(line => line.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray()),
        ];
        return ([.. lines.Select(line => new DateOnly(line[0], line[1], line[2]))], [.. lines.Select(line => (float)line[4])]);
    }

    /// <summary>
    /// The mean absolute error from a day on, if the births of a day are taken for the mean of the same weekday in so many weeks.
    /// </summary>
    public static double Error(float[] births, int first, int weeks) => Enumerable.Range(first, births.Length - first)
        .Average(day => Math.Abs(births[day] - Enumerable.Range(1, weeks).Average(week => births[day - 7 * week])));
}
