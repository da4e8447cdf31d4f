namespace GruGen;

/// <summary>How a text is cut into symbols, of which each has a token.</summary>
public enum Tokenization
{
    /// <summary>Into its characters: Unicode scalar values, so that one outside the basic plane is one symbol.</summary>
    Characters,

    /// <summary>
    /// Into words: letters and digits, with apostrophes between them (<c>don't</c>). All else separates words and is left out, as by Keras'
    /// old <c>Tokenizer</c>. (<c>TextVectorization</c> deletes punctuation, and makes <c>email</c> of <c>e-mail</c>.)
    /// </summary>
    Words,

    /// <summary>Into words, and each other character that is no white space.</summary>
    WordsAndPunctuation,

    /// <summary>At white space, for text that was cut before.</summary>
    WhiteSpace,
}
