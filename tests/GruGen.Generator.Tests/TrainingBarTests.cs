using GruGen.Terminal;
using Spectre.Console;

namespace GruGen.Generator.Tests;

/// <summary>The bar of a training whose number of batches is known, not known, or not what was said.</summary>
public sealed class TrainingBarTests
{
    [Theory]
    [InlineData(0, "Epoch 1/2 3 ", "Epoch 2/2 3 ")]
    [InlineData(1, "Epoch 1/2 3 ", "Epoch 2/2 3 ")]
    [InlineData(5, "Epoch 1/2 3/3 ", "Epoch 2/2 3/3 ")]
    [InlineData(2000, "Epoch 1/2    3/1000 ", "Epoch 2/2    3/1000 ")]
    public void A_line_for_each_epoch(int count, params string[] expected)
    {
        ModelSchema schema = ModelSchema.ForFeatures("R", 1, LayerSchema.Gru(3, SequenceOutput.Final), LayerSchema.Dense(1));
        var source = new SequenceSource<float, int>(() => Enumerable.Range(0, 5), (batch, i) => batch.Add([i * 0.1f], 0.5f)) { Count = count };
        using var text = new StringWriter();
        using var bar = new TrainingBar(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No }));
        new DynamicModel<float>(schema).Fit(source, new TrainingOptions { Epochs = 2, BatchSize = 2, Progress = bar });

        string[] lines = text.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.All(lines.Zip(expected), pair => Assert.StartsWith(pair.Second, pair.First, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Contains("/step - loss: ", line, StringComparison.Ordinal));
    }
}
