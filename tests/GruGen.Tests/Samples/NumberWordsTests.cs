using Translate;

namespace GruGen.Tests.Samples;

public class NumberWordsTests
{
    [Theory]
    [InlineData(0, "zero")]
    [InlineData(13, "thirteen")]
    [InlineData(20, "twenty")]
    [InlineData(47, "forty-seven")]
    [InlineData(100, "one hundred")]
    [InlineData(307, "three hundred and seven")]
    [InlineData(990, "nine hundred and ninety")]
    [InlineData(1_000, "one thousand")]
    [InlineData(2_012, "two thousand and twelve")]
    [InlineData(2_100, "two thousand one hundred")]
    [InlineData(9_999, "nine thousand nine hundred and ninety-nine")]
    [InlineData(60_005, "sixty thousand and five")]
    [InlineData(118_118, "one hundred and eighteen thousand one hundred and eighteen")]
    [InlineData(700_000, "seven hundred thousand")]
    [InlineData(999_999, "nine hundred and ninety-nine thousand nine hundred and ninety-nine")]
    public void A_number_has_its_words(int number, string words) => Assert.Equal(words, NumberWords.Of(number));

    [Fact]
    public void Different_numbers_have_different_words_of_those_there_are()
    {
        string[] all = [.. Enumerable.Range(0, 20_000).Select(NumberWords.Of)];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Equal(NumberWords.All.Order(), all.SelectMany(words => words.Split(' ', '-')).Distinct().Order());
    }

    [Fact]
    public void Other_numbers_have_none()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => NumberWords.Of(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => NumberWords.Of(1_000_000));
    }
}
