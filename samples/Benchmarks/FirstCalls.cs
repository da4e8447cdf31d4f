using System.Diagnostics;

namespace GruGen.Benchmarks;

/// <summary>What a model costs before it is warm: a process that has run nothing yet predicts with one model.</summary>
internal static class FirstCalls
{
    private const int Calls = 5;

    public static void Run()
    {
        float[] features = new float[100 * 64], output = new float[64];
        long start = Stopwatch.GetTimestamp();
        var model = new Gru64x64();
        Console.WriteLine($"new Gru64x64()       {Milliseconds(start)}");
        for (int call = 1; call <= Calls; call++)
        {
            start = Stopwatch.GetTimestamp();
            model.Predict(features, output);
            Console.WriteLine($"Predict, call {call}      {Milliseconds(start)}");
        }

        static string Milliseconds(long start) => $"{Stopwatch.GetElapsedTime(start).TotalMilliseconds,8:F3} ms";
    }
}
