using System.Reflection;
using System.Runtime.InteropServices;
using GruGen.Kernels;
using GruGen.Tests.Numbers;

// Trains all that golden.txt has lines for, with vectors of every width that this machine has, and compares the bits with those lines. Arguments leave out
// trainings by name: an emulated processor takes a minute for what takes a second.
using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("golden")!);
string[] golden = reader.ReadToEnd().Split('\n');
string arithmetic = Simd.Fuses ? "fused" : "unfused";
Console.WriteLine($"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.ProcessArchitecture}, {arithmetic}, {Simd.Lanes} lanes");

int same = 0, different = 0;
foreach ((string name, Func<int, GoldenRun> train) in GoldenRun.All.Where(run => !args.Contains(run.Key)))
{
    foreach (int lanes in Simd.Choices)
    {
        string line = $"{arithmetic} {name} {train(lanes)}";
        bool equal = golden.Contains(line);
        (same, different) = equal ? (same + 1, different) : (same, different + 1);
        Console.WriteLine($"{(equal ? "same" : "DIFFERENT")} with {lanes} lanes: {line}");
    }
}

Console.WriteLine($"{same} trainings have the bits of golden.txt, {different} have others");
return different == 0 && same > 0 ? 0 : 1;
