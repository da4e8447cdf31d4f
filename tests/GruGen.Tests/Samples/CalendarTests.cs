using Births;

namespace GruGen.Tests.Samples;

/// <summary>The calendar of the sample Births knows the holidays.</summary>
public class CalendarTests
{
    [Theory]
    [InlineData("2014-05-26", 15)] // Memorial Day
    [InlineData("2004-05-31", 15)]
    [InlineData("2014-09-01", 16)] // Labor Day
    [InlineData("2003-09-01", 16)]
    [InlineData("2014-11-27", 17)] // Thanksgiving
    [InlineData("2012-11-22", 17)]
    [InlineData("2014-11-26", 18)]
    [InlineData("2014-11-28", 19)]
    [InlineData("2010-12-24", 7, 13)] // Christmas is a Saturday
    [InlineData("2011-12-26", 9, 13)] // … a Sunday
    [InlineData("2012-02-29", 2)]
    [InlineData("2009-10-12", 14)] // Columbus Day
    [InlineData("2009-10-13", 12)]
    [InlineData("2014-08-20")]
    public void Days_are_marked(string date, params int[] marks)
    {
        DateOnly day = DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture);
        float[] features = [.. CalendarFeatures.Of(day)];
        Assert.Equal(CalendarFeatures.Count, features.Length);
        Assert.Equal(1, features[(int)day.DayOfWeek]);
        Assert.Equal(1, features[..7].Sum());
        Assert.Equal(1, features[7] * features[7] + features[8] * features[8], 5);
        Assert.Equal(marks, Enumerable.Range(0, features.Length - 11).Where(i => features[11 + i] == 1));
    }
}
