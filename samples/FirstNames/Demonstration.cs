namespace FirstNames;

/// <summary>What one does with a trained model.</summary>
internal static class Demonstration
{
    /// <summary>Saves the model, loads it, and compares the predictions of both for every name, bit by bit.</summary>
    public static void SaveAndLoad(GenderModel model, FirstName[] names)
    {
        string file = Path.Combine(AppContext.BaseDirectory, "first-names.safetensors");
        model.Save(file);
        GenderModel loaded = GenderModel.Load(file);

        int same = names.Select(name => Names.Letters.Encode(name.Text)).Count(tokens =>
            BitConverter.SingleToUInt32Bits(loaded.Predict(tokens)) == BitConverter.SingleToUInt32Bits(model.Predict(tokens)));
        Console.WriteLine($"Saved and loaded {Path.GetRelativePath(Environment.CurrentDirectory, file)}, {new FileInfo(file).Length:N0} bytes: "
            + $"{same:N0} of {names.Length:N0} predictions are the same bits.");
    }

    /// <summary>Reads names letter by letter: after each one, how probable it is that the name is a woman's.</summary>
    public static void Stream(GenderModel model)
    {
        Console.WriteLine("The probability of a woman's name after each letter:");
        GenderModel.StepStream stream = model.OpenStream();
        foreach (string name in new[] { "Alexander", "Alexandra", "Robin", "Roberta" })
        {
            stream.Reset();
            Console.WriteLine("  " + string.Join("  ", name.Zip(Names.Letters.Encode(name), (letter, token) => $"{letter} {stream.Step(token):F2}")));
        }
    }
}
