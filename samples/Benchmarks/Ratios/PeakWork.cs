using GruGen.Benchmarks.Workloads;
using GruGen.Terminal;

namespace GruGen.Benchmarks.Ratios;

/// <summary>So many multiply-adds as fast as one core does any.</summary>
internal sealed class PeakWork(double multiplyAdds) : Workload
{
    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            MachineLimits.MultiplyAdds(multiplyAdds);
        }
    }
}
