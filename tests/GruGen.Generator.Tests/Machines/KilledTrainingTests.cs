using System.Diagnostics;
using GruGen.Generator.Tests.Harness;

namespace GruGen.Generator.Tests.Machines;

/// <summary>
/// A program that is killed again and again while it trains, and goes on from its checkpoints: with every optimiser it ends in the bits of
/// one that nobody disturbed.
/// </summary>
public sealed class KilledTrainingTests
{
    private const int Kills = 50;

    private static readonly string[] s_files = ["result.bin", "log.csv", "checkpoints/best.safetensors"];

    private const string Source =
        """
        using System;
        using System.IO;
        using System.Linq;
        using System.Reflection;
        using System.Runtime.InteropServices;
        using GruGen;

        [GruModel, Embedding(13, 8), Gru(24), Dropout(0.2), Gru(16, Output = SequenceOutput.EveryStep), Dense(13, Activation.Softmax)]
        internal partial class Writer;

        internal static class Program
        {
            private static void Main(string[] arguments)
            {
                int[] tokens = Enumerable.Range(0, 1601).Select(i => i * i % 13 * i % 13).ToArray();
                foreach (Type type in typeof(Optimizer).Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(Optimizer))))
                {
                    string folder = Path.Combine(arguments[0], type.Name), result = Path.Combine(folder, "result.bin");
                    if (File.Exists(result))
                    {
                        continue;
                    }

                    var optimizer = (Optimizer)type.GetConstructors()[0].Invoke(BindingFlags.OptionalParamBinding, null, new object[] { Type.Missing }, null);
                    var model = new Writer(seed: 1);
                    SequenceDataset<int> data = model.CreateStreamDataset(tokens, streams: 8, steps: 10), test = model.CreateStreamDataset(tokens.AsSpan(0, 401), streams: 4, steps: 10);
                    History history = model.Fit(data, new TrainingOptions
                    {
                        Optimizer = optimizer, Epochs = 6, AccumulatedBatches = 3, ClipNorm = 1, ValidationData = test, Metrics = [Metric.Accuracy],
                        Callbacks =
                        [
                            new Checkpoint(Path.Combine(folder, "checkpoints")) { Resume = true, EverySteps = 2, Keep = 2, Monitor = "val_loss" },
                            new EarlyStopping { Patience = 2 },
                            new CsvLog(Path.Combine(folder, "log.csv")),
                        ],
                    });
                    byte[] bytes = MemoryMarshal.AsBytes(model.Parameters.All).ToArray();
                    byte[] losses = MemoryMarshal.AsBytes(history["val_loss"].ToArray().AsSpan()).ToArray();
                    File.WriteAllBytes(result + ".new", bytes.Concat(losses).ToArray());
                    File.Move(result + ".new", result);
                }
            }
        }
        """;

    [Fact]
    public void A_training_that_is_killed_fifty_times_ends_in_the_same_bits()
    {
        using var program = new ChildProgram(Source);
        long begun = Stopwatch.GetTimestamp();
        Dictionary<string, byte[]> expected = Undisturbed(program, "whole");
        TimeSpan whole = Stopwatch.GetElapsedTime(begun);
        Assert.Contains("Adam.result.bin", expected.Keys);

        var random = new Random(5);
        int kills = 0;
        for (int run = 0; kills < Kills; run++)
        {
            string folder = $"killed{run}";
            while (kills < Kills && Killed(program, folder, whole * (0.1 + 0.4 * random.NextDouble())))
            {
                kills++;
            }

            AssertEqual(expected, Undisturbed(program, folder));
        }
    }

    /// <summary>Lets the program come to its end.</summary>
    private static Dictionary<string, byte[]> Undisturbed(ChildProgram program, string folder)
    {
        string path = program.PathOf(folder);
        using (Process process = program.Start([path]))
        {
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, errors);
        }

        return Directory.GetDirectories(path)
            .SelectMany(own => s_files.Select(file => (Name: $"{Path.GetFileName(own)}.{file}", Path: Path.Combine(own, file))))
            .ToDictionary(file => file.Name, file => File.ReadAllBytes(file.Path));
    }

    /// <summary>Kills the program after some time, unless it has come to its end before.</summary>
    private static bool Killed(ChildProgram program, string folder, TimeSpan after)
    {
        using Process process = program.Start([program.PathOf(folder)]);
        if (process.WaitForExit(after))
        {
            Assert.Equal(0, process.ExitCode);
            return false;
        }

        process.Kill();
        process.WaitForExit();
        return true;
    }

    private static void AssertEqual(Dictionary<string, byte[]> expected, Dictionary<string, byte[]> actual)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        Assert.All(expected, pair => Assert.True(pair.Value.AsSpan().SequenceEqual(actual[pair.Key]), $"{pair.Key} differs."));
    }
}
