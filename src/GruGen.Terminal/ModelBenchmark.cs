using GruGen.Kernels;

namespace GruGen.Terminal;

/// <summary>
/// How fast a model is on this machine, beside code for sizes that are known only at run time, and beside the machine's limits.
/// </summary>
public static class ModelBenchmark
{
    /// <summary>
    /// Measures a step of a stream, a sequence, a batch and a training step of a model on one thread, in turns with a
    /// <see cref="DynamicModel{TInput}"/> of the same layers where that runs them. The model itself is not changed.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How long sequences are, how many a batch has, and how long to measure; null for the defaults.</param>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    /// <returns>
    /// The times; <see cref="Tables.Benchmark"/> shows them, <see cref="BenchmarkResult.ToJson"/> gives them to programs.
    /// </returns>
    /// <exception cref="InsufficientMemoryException">A training step of such a batch does not fit into memory.</exception>
    public static BenchmarkResult Run<TInput>(SequenceModel<TInput> model, BenchmarkOptions? options = null)
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new BenchmarkOptions();
        ModelSchema schema = model.Schema;
        MachineLimits limits = MachineLimits.Measure(options.Duration / 30);

        using var own = new ModelWork<TInput>(ModelCalls.Copy(model), options);
        using ModelWork<TInput>? generic =
            schema.CanRunDynamically ? new ModelWork<TInput>(new DynamicModel<TInput>(schema), options) : null;
        var count = new WorkCount(schema, ModelCalls.ProjectsTokensOnce(model));
        BenchmarkedWork[] kinds = [.. Enum.GetValues<BenchmarkedWork>().Where(kind => kind != BenchmarkedWork.Step || schema.CanStream)];
        TimeSpan each = options.Duration * 0.7 / kinds.Length;
        return new BenchmarkResult
        {
            Schema = schema,
            Limits = limits,
            UnoptimizedAssembly = ModelCalls.UnoptimizedAssembly(model.GetType()),
            Rows = [.. kinds.Select(kind => Measure(kind, own, generic, count, options, limits, each))],
        };
    }

    private static BenchmarkRow Measure<TInput>(
        BenchmarkedWork kind,
        ModelWork<TInput> own,
        ModelWork<TInput>? generic,
        WorkCount count,
        BenchmarkOptions options,
        MachineLimits limits,
        TimeSpan time)
        where TInput : unmanaged
    {
        var emitted = new Contender(own.Of(kind));
        Contender baseline = generic is null ? emitted : new Contender(generic.Of(kind));
        new Turns(emitted, baseline).Run(time);

        int? steps = kind == BenchmarkedWork.Step ? null : options.Steps;
        int batch = kind is BenchmarkedWork.Batch or BenchmarkedWork.Training ? options.BatchSize : 1;
        double operations = count.Operations(steps, batch, kind == BenchmarkedWork.Training);
        return new BenchmarkRow
        {
            Work = kind,
            Steps = steps ?? 1,
            BatchSize = batch,
            Nanoseconds = emitted.Minimum,
            MedianNanoseconds = emitted.Median,
            GenericNanoseconds = generic is null ? null : baseline.Minimum,
            Operations = operations,
            LimitNanoseconds = Math.Max(operations / limits.Peak, count.LoadTime(steps, limits)),
        };
    }
}
