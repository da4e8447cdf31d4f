using GruGen.Benchmarks.Workloads;

namespace GruGen.Benchmarks.Ratios;

/// <summary>Calls of another work, so many of which are one.</summary>
internal sealed class Repeated(Workload work, int times) : Workload, IDisposable
{
    public override void Run(int calls) => work.Run(calls * times);

    public void Dispose() => (work as IDisposable)?.Dispose();
}
