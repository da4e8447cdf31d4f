using Translate;

Options options;
try
{
    options = Options.Parse(args);
}
catch (FormatException exception)
{
    Console.Error.WriteLine($"{exception.Message} Usage: {Options.Usage}");
    return 2;
}

Numbers numbers = Numbers.Draw(options.Seed);
Console.WriteLine($"{numbers.Learned.Length:N0} numbers below {NumberWords.Limit:N0} to learn from, {numbers.Held.Length:N0} others to test on");
(string Name, Translator Translator)[] directions =
[
    ("words to numerals", new Translator(Language.Words, new WordReader(options.Seed), Language.Numerals, new NumeralWriter(options.Seed))),
    ("numerals to words", new Translator(Language.Numerals, new NumeralReader(options.Seed), Language.Words, new WordWriter(options.Seed))),
];
foreach ((string name, Translator translator) in directions)
{
    Console.WriteLine($"From {name}:");
    translator.Learn(numbers.Learned, options.Epochs, options.Seed);
}

int[] few = numbers.Held[..4];
Console.WriteLine("Numbers never seen:");
foreach ((int number, string numeral, string words) in few.Zip(directions[0].Translator.Translate(few), directions[1].Translator.Translate(few)))
{
    Console.WriteLine($"  {NumberWords.Of(number)} → {numeral}");
    Console.WriteLine($"  {number} → {words}");
}

foreach ((string name, Translator translator) in directions)
{
    Console.WriteLine($"exact matches on numbers never seen, {name}: {translator.ExactMatches(numbers.Held):F4}");
}

return 0;
