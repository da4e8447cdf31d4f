using System.Reflection;
using GruGen.Kernels;
using GruGen.Tests.Reference;

namespace GruGen.Generator.Tests.Sweep;

/// <summary>Kernels touch nothing but their buffers, and of those only the rows of the batch.</summary>
public sealed class MemoryTests
{
    public static TheoryData<string> Models => SweepTests.Models;

    [Theory]
    [MemberData(nameof(Models))]
    public void A_pass_stays_within_its_buffers(string name)
    {
        object model = SweepTests.Instance(name);
        foreach ((int batch, int[] lengths) in new (int, int[])[] { (17, [.. Enumerable.Range(0, 17).Select(i => i * 5 % 4)]), (5, [3, 1, 0, 2, 3]), (1, [2]) })
        {
            if (model is SequenceModel<int> tokens)
            {
                Check<int, Sixteen>(tokens, batch, lengths);
                Check<int, Four>(tokens, batch, lengths);
            }
            else
            {
                Check<float, Sixteen>((SequenceModel<float>)model, batch, lengths);
                Check<float, Four>((SequenceModel<float>)model, batch, lengths);
            }
        }
    }

    private static void Check<TInput, TLanes>(SequenceModel<TInput> model, int batch, int[] lengths)
        where TInput : unmanaged
        where TLanes : struct, ILanes
    {
        ModelSchema schema = model.Schema;
        bool every = schema.Output == Steps.Every;
        int steps = lengths.Max(), rows = lengths.Sum();
        TInput[] inputs = new TInput[batch * steps * (schema.ReadsTokens ? 1 : schema.InputSize)];
        float[] outputs = new float[batch * (every ? steps : 1) * schema.OutputSize], inputGradients = new float[schema.ReadsTokens ? 0 : inputs.Length];

        model.Lanes = TLanes.Count;
        SequencePass<TInput> pass = Pass<TInput, TLanes>(model, batch, steps);
        Forward();
        Backward(); // which allocates what it needs
        var memory = new MemoryMap(pass);

        memory.Record(Forward);
        foreach (LayerSchema layer in schema.Layers.Where(layer => layer.Kind == LayerKind.Gru))
        {
            AssertOnce(memory.Writes($"_{layer.Name}"), rows * Simd.Padded(layer.OutputSize));
            AssertOnce(memory.Writes($"_{layer.Name}Saved"), rows * 4 * Simd.Padded(layer.OutputSize));
        }

        memory.Record(Backward);
        if (!schema.ReadsTokens)
        {
            ReadOnlySpan<int> writes = memory.Writes("_featureGradients");
            int used = rows * Simd.Padded(schema.InputSize);
            Assert.Equal(-1, writes[..used].IndexOf(0));
            Assert.Equal(-1, writes[used..].IndexOfAnyExcept(0));
        }

        void Forward() => pass.Forward(inputs, batch, steps, outputs, lengths);

        void Backward() => pass.Backward(outputs, inputGradients: inputGradients);
    }

    /// <summary>The emitted pass over vectors that record; its weights are packed for as many lanes.</summary>
    private static SequencePass<TInput> Pass<TInput, TLanes>(SequenceModel<TInput> model, int batch, int steps)
        where TInput : unmanaged
        where TLanes : struct, ILanes
    {
        Type type = model.GetType().GetNestedType("Pass`1", BindingFlags.NonPublic)!.MakeGenericType(typeof(Recorded<TLanes>));
        var setup = new PassSetup<TInput>(model, batch, steps, training: true);
        return (SequencePass<TInput>)Activator.CreateInstance(type, BindingFlags.Instance | BindingFlags.NonPublic, null, [setup], null)!;
    }

    private static void AssertOnce(ReadOnlySpan<int> writes, int used)
    {
        Assert.Equal(-1, writes[..used].IndexOfAnyExcept(1));
        Assert.Equal(-1, writes[used..].IndexOfAnyExcept(0));
    }
}
