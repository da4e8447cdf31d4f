using GruGen.Benchmarks.Workloads;

namespace GruGen.Benchmarks.Ratios;

/// <summary>Loads a large model from its file, or only reads the file. The file is in the folder of temporary files as long as this is there.</summary>
internal sealed class LargeFile : Workload, IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly bool _loads;

    public LargeFile(bool loads)
    {
        _loads = loads;
        try
        {
            // values that need not be drawn
            var parameters = new ParameterSet(LargeModel.CreateDataset().Schema);
            parameters.Buffer.Span.Fill(0.01f);
            var slots = new TensorSlots(nameof(LargeModel), FileContent.OfModel(parameters.Schema));
            slots.Add("", parameters.Schema, parameters.Buffer);
            using FileStream file = File.Create(_path);
            slots.Write(file);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What was read before is gone.</summary>
    public override void Prepare() => GC.Collect();

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            object read = _loads ? LargeModel.Load(_path) : File.ReadAllBytes(_path);
            GC.KeepAlive(read);
        }
    }

    public void Dispose() => File.Delete(_path);
}
