using GruGen.Benchmarks.Workloads;
using GruGen.Terminal;

namespace GruGen.Benchmarks.Quick;

/// <summary>The emitted code of a row and its baseline.</summary>
internal sealed class Duel(Row row) : Turns(Workload.Emitted(row).Contender, Workload.Baseline(row).Contender)
{
    public Row Row => row;

    public Contender Emitted => First;

    public Contender Baseline => Second;
}
