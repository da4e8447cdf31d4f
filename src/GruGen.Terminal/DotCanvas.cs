using System.Text;

namespace GruGen.Terminal;

/// <summary>Dots in the characters of Braille (Unicode 2800 on), 2 beside and 4 above each other in each.</summary>
/// <param name="columns">The number of characters in a row.</param>
/// <param name="rows">The number of rows.</param>
internal sealed class DotCanvas(int columns, int rows)
{
    private readonly int[,] _dots = new int[rows, columns];
    private readonly int[,] _lines = new int[rows, columns];

    /// <summary>Sets a dot, counted from the upper left; a character is of the line that its last dot is of.</summary>
    public void Set(int x, int y, int line)
    {
        ReadOnlySpan<int> bits = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]; // by rows of two
        _dots[y / 4, x / 2] |= bits[y % 4 * 2 + x % 2];
        _lines[y / 4, x / 2] = line;
    }

    /// <summary>A row of characters, each as what <paramref name="markup"/> makes of it and its line.</summary>
    public string Row(int row, Func<string, int, string> markup)
    {
        var text = new StringBuilder();
        for (int column = 0; column < columns; column++)
        {
            int dots = _dots[row, column];
            text.Append(dots == 0 ? " " : markup(((char)(0x2800 + dots)).ToString(), _lines[row, column]));
        }

        return text.ToString();
    }
}
