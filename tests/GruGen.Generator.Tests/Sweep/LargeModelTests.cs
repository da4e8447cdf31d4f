using System.Reflection;
using GruGen.Generator.Tests.Harness;
using GruGen.Tests.Reference;

namespace GruGen.Generator.Tests.Sweep;

/// <summary>Layers far larger than those of the sweep, once.</summary>
public sealed class LargeModelTests
{
    private static readonly Lazy<Assembly> s_project = new(() => GeneratorRun.Of(
        """
        using GruGen;

        [GruModel(3), Gru(1024), Dense(2)]
        internal partial class ManyUnits;

        [GruModel, Embedding(10_000, 9), Gru(20, Output = SequenceOutput.EveryStep), Dense(10_000)]
        internal partial class ManyOutputs;
        """).Emit());

    [Theory]
    [InlineData("ManyUnits")]
    [InlineData("ManyOutputs")]
    public void A_large_model_computes_what_the_reference_computes_at_every_width(string name)
    {
        Subject model = Subject.Of(Activator.CreateInstance(s_project.Value.GetType(name, throwOnError: true)!, 5)!);
        Batch batch = Batch.Random(model.Schema, size: 5, steps: 3, lengths: [1, 3, 0, 2, 3]);

        Agreement.WithReference(model, [batch]);
        Agreement.OfStreamAndSequence(model, batch, sequence: 1);
        Agreement.OfWidths(model, [batch]);
    }
}
