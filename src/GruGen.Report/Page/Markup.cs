using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Xml;

namespace GruGen.Report;

/// <summary>
/// HTML that is well-formed XML. What stands between braces of an interpolated text is escaped; the text itself is markup.
/// </summary>
internal sealed class Markup
{
    private readonly StringBuilder _text = new();

    /// <summary>Adds markup: <c>Add($"&lt;p>{text}&lt;/p>")</c>.</summary>
    /// <param name="parts">The text and its values, which are in the markup already.</param>
    [SuppressMessage("Performance", "CA1822", Justification = "The handler of the text needs it.")]
    public void Add([InterpolatedStringHandlerArgument("")] in Parts parts) => _ = parts;

    /// <summary>Adds markup that is known to be well-formed.</summary>
    public void AddRaw(string markup) => _text.Append(markup);

    public override string ToString() => _text.ToString();

    /// <summary>Escapes a text of anybody's; what XML has no characters for is replaced.</summary>
    private void Escape(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], c))
            {
                _text.Append(c).Append(text[++i]);
                continue;
            }

            _ = c switch
            {
                '<' => _text.Append("&lt;"),
                '>' => _text.Append("&gt;"),
                '&' => _text.Append("&amp;"),
                '"' => _text.Append("&quot;"),
                '\'' => _text.Append("&#39;"),
                '\r' => _text.Append("&#13;"),
                _ => _text.Append(XmlConvert.IsXmlChar(c) ? c : '\uFFFD'),
            };
        }
    }

    /// <summary>Takes the parts of an interpolated text.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Parts
    {
        private readonly Markup _markup;

        /// <summary>A text begins; its sizes do not matter.</summary>
        public Parts(int literals, int values, Markup markup)
        {
            _ = literals + values;
            _markup = markup;
        }

        public void AppendLiteral(string markup) => _markup._text.Append(markup);

        public void AppendFormatted(string? text) => _markup.Escape(text);

        public void AppendFormatted(Markup markup) => _markup._text.Append(markup._text);

        public void AppendFormatted(int number) => _markup._text.Append(CultureInfo.InvariantCulture, $"{number}");

        public void AppendFormatted(double number, string format) => _markup.Escape(number.ToString(format, CultureInfo.InvariantCulture));
    }
}
