using BenchmarkDotNet.Attributes;
using GruGen.Benchmarks.Workloads;

namespace GruGen.Benchmarks.Suite;

/// <summary>The rows of one kind, each with the code emitted for its shape and with its baseline.</summary>
public abstract class EmittedAgainstGeneric(Kind kind)
{
    private Workload? _emitted;
    private Workload? _baseline;

    /// <summary>The row at hand.</summary>
    [ParamsSource(nameof(Rows))]
    public Row? Row { get; set; }

    /// <summary>The rows of the kind.</summary>
    public IEnumerable<Row> Rows => Benchmarks.Row.All.Where(row => row.Kind == kind);

    /// <summary>Builds both models.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _emitted = Workload.Emitted(Row!);
        _baseline = Workload.Baseline(Row!);
    }

    /// <summary>The code for sizes known only at run time, or, of a variant, the plain layer, or of several threads one.</summary>
    [Benchmark(Baseline = true)]
    public void Baseline() => _baseline!.Run(1);

    /// <summary>The code that the build emitted.</summary>
    [Benchmark]
    public void Emitted() => _emitted!.Run(1);
}

/// <summary>One step of one sequence.</summary>
public class StepBenchmarks() : EmittedAgainstGeneric(Kind.Step);

/// <summary>All steps of one sequence or of a batch of them.</summary>
public class SequenceBenchmarks() : EmittedAgainstGeneric(Kind.Sequence);

/// <summary>One step of many sequences.</summary>
public class BatchBenchmarks() : EmittedAgainstGeneric(Kind.Batch);

/// <summary>Loss, all gradients and Adam.</summary>
public class TrainingBenchmarks() : EmittedAgainstGeneric(Kind.Train);

/// <summary>The same of a text classifier.</summary>
public class SeedBenchmarks() : EmittedAgainstGeneric(Kind.Seed);

/// <summary>A trainer on several threads against the same on one.</summary>
public class ThreadsBenchmarks() : EmittedAgainstGeneric(Kind.Threads);
