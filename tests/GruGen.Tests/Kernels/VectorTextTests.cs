using System.Reflection;

namespace GruGen.Tests.Kernels;

/// <summary>The vectors of three widths are one text: a change of one is a change of all.</summary>
public class VectorTextTests
{
    [Fact]
    public void Vectors_of_128_and_256_bits_have_the_same_text() => Assert.Equal(Text(256), Text(128));

    [Fact]
    public void A_vector_of_512_bits_has_it_too_up_to_Flush_and_Blend()
    {
        const string Flush = "    public static V Flush(";
        string text = Text(512), expected = Text(256);
        Assert.Equal(expected[..expected.IndexOf(Flush, StringComparison.Ordinal)], text[..text.IndexOf(Flush, StringComparison.Ordinal)]);
    }

    /// <summary>The source of a vector, without its width.</summary>
    private static string Text(int bits)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"V{bits}.cs")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd()
            .Replace($"{bits / 32} floats in a {bits}-bit vector", "floats in a vector", StringComparison.Ordinal)
            .Replace($"Vector{bits}", "Vector", StringComparison.Ordinal)
            .Replace($"V{bits}", "V", StringComparison.Ordinal);
    }
}
