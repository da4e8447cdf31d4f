using System.Reflection;
using System.Runtime.InteropServices;
using GruGen.Generator.Tests.Planning;
using GruGen.Kernels;

namespace GruGen.Generator.Tests.Sweep;

/// <summary>
/// Kernels touch nothing but their buffers, and of those only the rows of the batch; of a user's input not a float past its end.
/// </summary>
public sealed class MemoryTests
{
    public static TheoryData<string> Models => SweepModels.Names;

    [Theory]
    [MemberData(nameof(Models))]
    public void A_pass_stays_within_its_buffers(string name)
    {
        object model = SweepModels.Instance(name);
        foreach (int[] lengths in new int[][] { [.. Enumerable.Range(0, 17).Select(i => i * 5 % 4)], [3, 1, 0, 2, 3], [2] })
        {
            if (model is SequenceModel<int> tokens)
            {
                RunPass<int, Sixteen>(tokens, lengths);
                RunPass<int, Four>(tokens, lengths);
            }
            else
            {
                RunPass<float, Sixteen>((SequenceModel<float>)model, lengths);
                RunPass<float, Four>((SequenceModel<float>)model, lengths);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_stream_stays_within_its_buffers(string name)
    {
        object model = SweepModels.Instance(name);
        if (model is SequenceModel<int> tokens)
        {
            RunStream<int, Sixteen>(tokens);
            RunStream<int, Four>(tokens);
        }
        else
        {
            RunStream<float, Sixteen>((SequenceModel<float>)model);
            RunStream<float, Four>((SequenceModel<float>)model);
        }
    }

    private static void RunPass<TInput, TLanes>(SequenceModel<TInput> model, int[] lengths)
        where TInput : unmanaged
        where TLanes : struct, ILanes
    {
        ModelSchema schema = model.Schema;
        int batch = lengths.Length, steps = lengths.Max();
        TInput[] inputs = new TInput[batch * steps * (schema.ReadsTokens ? 1 : schema.InputSize)];
        float[] outputs = new float[batch * schema.OutputSteps(steps) * schema.OutputSize];
        float[] inputGradients = new float[schema.ReadsTokens ? 0 : inputs.Length];
        UseLastToken(schema, MemoryMarshal.Cast<TInput, int>(inputs.AsSpan()));

        model.Lanes = TLanes.Count;
        SequencePass<TInput> pass = Pass<TInput, TLanes>(model, batch, steps);
        Forward();
        Backward(); // which allocates what it needs
        var memory = new MemoryMap(pass.Code, pass.Memory, pass.Memory.Inputs, pass.Memory.States);

        ModelPlan plan = ModelPlan.For(Declared.Model(schema));
        StepWindows[] windows = [.. schema.Clocks];
        AssertPass(drops: false);
        if (plan.MaskCount > 0)
        {
            pass.UseDropout(seed: 1, step: 2);
            AssertPass(drops: true);
        }

        void AssertPass(bool drops)
        {
            memory.Record(Forward);
            foreach (GruStage gru in plan.Stages.OfType<GruStage>())
            {
                GruPlan kernel = gru.Kernel;
                int[] own = LengthsOf(gru.Source.Clock);
                int rows = own.Sum();
                ReadOnlySpan<int> states = memory.Writes($"_{gru.States.Name}");
                Assert.Equal(-1, states[(rows * kernel.HiddenStride)..].IndexOfAnyExcept(0));
                for (int row = 0, step = 0; row < rows; step++)
                {
                    // tiles of many rows, and the rows that are left over, which may be all without fused multiply-add
                    int running = own.Count(length => length > step), inTiles = TLanes.Fuses || !kernel.RowByRowUnfused ? running - (running % kernel.RowsTile) : 0;
                    AssertStates(states.Slice(row * kernel.HiddenStride, inTiles * kernel.HiddenStride), kernel.RowsTile);
                    AssertStates(states.Slice((row + inTiles) * kernel.HiddenStride, (running - inTiles) * kernel.HiddenStride), kernel.RowBlocks);
                    row += running;

                    // written once, or twice where n waits in their place
                    void AssertStates(ReadOnlySpan<int> writes, int tiles) =>
                        Assert.Equal(-1, writes.IndexOfAnyExcept(kernel.Variant.ResetAfter && kernel.NewGateOf(tiles) == NewGate.InNextState ? 2 : 1));
                }

                ReadOnlySpan<int> saved = memory.Writes($"_{gru.Direction.Name}Saved");
                if (kernel.Variant.ResetAfter)
                {
                    AssertOnce(saved, rows * (int)kernel.SavedStride);
                }
                else
                {
                    // n waits where it is saved for the product that it needs
                    int gates = 2 * kernel.HiddenStride;
                    for (int row = 0; row < rows; row++)
                    {
                        ReadOnlySpan<int> each = saved.Slice(row * (int)kernel.SavedStride, (int)kernel.SavedStride);
                        AssertOnce(each[..gates], gates);
                        Assert.Equal(-1, each[gates..].IndexOfAnyExcept(2));
                    }

                    Assert.Equal(-1, saved[(rows * (int)kernel.SavedStride)..].IndexOfAnyExcept(0));
                    AssertOnce(memory.Writes($"_{gru.Direction.Name}Reset"), rows * kernel.HiddenStride);
                }

                if (kernel.Variant.Masked)
                {
                    AssertOnce(memory.Writes($"_{gru.Direction.Name}Masked"), drops ? rows * kernel.HiddenStride : 0);
                }
            }

            foreach (Conv1DStage convolution in plan.Stages.OfType<Conv1DStage>())
            {
                ReadOnlySpan<int> outputs = memory.Writes($"_{convolution.Target.Name}");
                int used = LengthsOf(convolution.Source.Clock).Sum() * convolution.Target.Stride, times = convolution.Layer.Spec.Activation switch
                {
                    Values.Activation.Linear => 1, // by the product
                    Values.Activation.Softmax => 3,
                    _ => 2,
                };
                Assert.Equal(-1, outputs[..used].IndexOfAnyExcept(times));
                Assert.Equal(-1, outputs[used..].IndexOfAnyExcept(0));
            }

            memory.Record(Backward);
            if (!schema.ReadsTokens)
            {
                ReadOnlySpan<int> writes = memory.Writes("_featureGradients");
                int used = LengthsOf(clock: 0).Sum() * Simd.Padded(schema.InputSize);
                Assert.Equal(-1, writes[used..].IndexOfAnyExcept(0));
                if (plan.Stages.Any(stage => stage.Source.IsInput && stage is GruStage or DenseStage or NormStage))
                {
                    Assert.Equal(-1, writes[..used].IndexOf(0)); // what else writes them is no kernel but a copy
                }
            }
        }

        int[] LengthsOf(int clock) => LastToken(schema) == schema.PaddingToken
            ? new int[batch]
            : [.. lengths.Select(length => windows.Take(clock).Aggregate(length, (count, each) => each.In(count)))];

        void Forward() => pass.Forward(inputs, batch, steps, outputs, lengths);

        void Backward() => pass.Backward(outputs, inputGradients: inputGradients);
    }

    private static void RunStream<TInput, TLanes>(SequenceModel<TInput> model)
        where TInput : unmanaged
        where TLanes : struct, ILanes
    {
        const int StepCount = 35; // more than are taken at once, and no multiple of a tile's rows

        ModelSchema schema = model.Schema;
        AlignedBuffer one = Input(1), many = Input(StepCount);
        float[] outputs = new float[schema.OutputSize * schema.OutputSteps(StepCount)];
        var stream = new RecordedStream<TInput, TLanes>(model, StepCount);
        stream.Memory.Add("the input of one step", one);
        stream.Memory.Add("the input of many steps", many);

        if (schema.CanStream)
        {
            stream.Memory.Record(() => stream.Step(one));
        }

        stream.Memory.Record(() => stream.Run(many, StepCount, outputs));

        Assert.Equal(-1, stream.Memory.Writes("the input of one step").IndexOfAnyExcept(0));
        Assert.Equal(-1, stream.Memory.Writes("the input of many steps").IndexOfAnyExcept(0));

        AlignedBuffer Input(int steps)
        {
            var input = new AlignedBuffer(steps * (schema.ReadsTokens ? 1 : schema.InputSize));
            UseLastToken(schema, MemoryMarshal.Cast<float, int>(input.Span));
            return input;
        }
    }

    private static void UseLastToken(ModelSchema schema, Span<int> tokens)
    {
        if (schema.ReadsTokens)
        {
            tokens.Fill(LastToken(schema));
        }
    }

    /// <summary>The token whose vector ends where the table ends, or the one before if that is padding.</summary>
    private static int LastToken(ModelSchema schema) => schema.InputSize - (schema.PaddingToken == schema.InputSize - 1 && schema.InputSize > 1 ? 2 : 1);

    /// <summary>A pass of the emitted code over vectors that record; its weights are packed for as many lanes.</summary>
    private static SequencePass<TInput> Pass<TInput, TLanes>(SequenceModel<TInput> model, int batch, int steps)
        where TInput : unmanaged
        where TLanes : struct, ILanes
    {
        Type emitted = model.GetType().GetNestedType("Emitted", BindingFlags.NonPublic)!;
        Type type = emitted.GetNestedType("Code`1", BindingFlags.NonPublic)!.MakeGenericType(typeof(Recorded<TLanes>));
        var definition = new ModelDefinition<TInput>(model.Schema, _ => (ModelCode<TInput>)Activator.CreateInstance(type)!);
        var weights = new ModelWeights<TInput>(definition) { Lanes = TLanes.Count };
        weights.Parameters.SetAll(model.Parameters.All);
        return new SequencePass<TInput>(weights, new PassSize(batch, steps, Training: true));
    }

    private static void AssertOnce(ReadOnlySpan<int> writes, int used)
    {
        Assert.Equal(-1, writes[..used].IndexOfAnyExcept(1));
        Assert.Equal(-1, writes[used..].IndexOfAnyExcept(0));
    }
}
