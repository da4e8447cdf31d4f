using GruGen.Terminal;
using Spectre.Console;

namespace GruGen.Generator.Tests;

/// <summary>Values of each epoch, drawn.</summary>
public class ChartTests
{
    [Fact]
    public void A_line_goes_from_the_first_value_to_the_last()
    {
        string[] lines = Draw([4, 2, 1, 1]);
        Assert.Equal(11, lines.Length);
        Assert.StartsWith("4 │⠑", lines[0], StringComparison.Ordinal); // high at the first epoch
        Assert.EndsWith("⣀", lines[7], StringComparison.Ordinal); // low at the last one
        Assert.StartsWith("1 │", lines[7], StringComparison.Ordinal);
        Assert.StartsWith("   1 ", lines[9], StringComparison.Ordinal);
        Assert.EndsWith(" 4", lines[9], StringComparison.Ordinal);
        Assert.Contains("loss", lines[10], StringComparison.Ordinal);
        Assert.All(lines[..8], line => Assert.True(line.Length <= 3 + 60));
    }

    [Fact]
    public void Every_epoch_has_its_dot()
    {
        double[] values = new double[300];
        values[151] = 100; // which lies between two dots of a row
        Assert.StartsWith("100 │", Draw(values)[0], StringComparison.Ordinal);
        Assert.Contains(Draw(values)[0][5..], character => character != ' ');
        Assert.Contains(Draw([2.3, double.NaN])[..8], line => line.Contains("2.3 │", StringComparison.Ordinal) || line.EndsWith('⠂'));
        Assert.Equal(3, Draw([3, double.NaN, 2, double.NaN, 1])[..8].Count(line => line[^1] != '│'));
    }

    [Theory]
    [InlineData(new[] { 2.0 })]
    [InlineData(new[] { 2.0, 2.0 })]
    [InlineData(new[] { 2.0, double.NaN, 3.0 })]
    [InlineData(new[] { double.NaN, double.PositiveInfinity })]
    public void Any_values_are_drawn(double[] values) => Assert.Equal(11, Draw(values).Length);

    [Fact]
    public void What_was_not_recorded_is_refused()
    {
        Assert.Throws<KeyNotFoundException>(() => Charts.History(new History([("loss", [1])], 1, 0), "val_loss"));
        Assert.Throws<ArgumentException>("history", () => Charts.History(new History([("loss", [])], 0, 0)));
    }

    [Theory]
    [InlineData("█▅▁", 3.0, 2.2, 1.0)]
    [InlineData("▁ █", 1.0, double.NaN, 3.0)]
    [InlineData("▄▄", 2.0, 2.0)]
    [InlineData("  ", double.NaN, double.PositiveInfinity)]
    [InlineData("▁█", -1e308, 1e308)]
    [InlineData("")]
    public void A_sparkline_has_a_bar_for_each_value(string expected, params double[] values) =>
        Assert.Equal(expected, Charts.Sparkline(values));

    [Fact]
    public void A_sparkline_of_many_values_has_their_means()
    {
        Assert.Equal("▁█", Charts.Sparkline([0, 1, 2, 5], width: 2));
        Assert.Equal("▁▄█", Charts.Sparkline([.. Enumerable.Range(0, 300).Select(i => (double)(i / 100))], width: 3)[..3].Replace('▅', '▄'));
        Assert.Equal(60, Charts.Sparkline(new double[1000]).Length);
        Assert.Throws<ArgumentOutOfRangeException>("width", () => Charts.Sparkline([1], width: 0));
    }

    private static string[] Draw(double[] values)
    {
        using var text = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = 100;
        console.Write(Charts.History(new History([("loss", values)], values.Length, 0), "loss"));
        return [.. text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd()[1..])];
    }
}
