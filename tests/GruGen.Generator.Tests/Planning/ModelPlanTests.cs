using GruGen.Generator.Planning;
using GruGen.Generator.Tests.Sweep;

namespace GruGen.Generator.Tests.Planning;

/// <summary>Where the plan of a model puts the parts of its layers, for stacks of layers at random and for the largest there are.</summary>
public sealed class ModelPlanTests
{
    private static readonly ModelSchema[] s_schemas =
    [
        .. RandomModel.Draw(500, seed: 5).Select(model => model.Schema),
        ModelSchema.ForTokens("Largest", LayerSchema.Embedding(1 << 24, 65_536), LayerSchema.Gru(65_536, Steps.Every), LayerSchema.Gru(65_535, Steps.Last), LayerSchema.Dense(65_536)),
        ModelSchema.ForFeatures("Widest", 65_536, LayerSchema.Dense(65_535), LayerSchema.Gru(65_536, Steps.Every), LayerSchema.Dense(65_536), LayerSchema.Gru(1, Steps.Every)),
    ];

    [Fact]
    public void Parameters_lie_where_the_runtime_has_them() => ForAll((schema, plan) =>
    {
        foreach (LayerPlan layer in plan.Layers)
        {
            TensorSchema[] tensors = [.. schema.Tensors.Where(tensor => tensor.Name.StartsWith(layer.Name + ".", StringComparison.Ordinal))];
            Assert.Equal(tensors[0].Offset, layer.ParameterOffset);
            Assert.Equal(tensors.Sum(tensor => tensor.Length), layer.ParameterCount);
        }

        Assert.Equal(schema.ParameterCount, plan.ParameterCount);
    });

    [Fact]
    public void Layers_are_those_of_the_runtime() => ForAll((schema, plan) =>
    {
        Assert.Equal(schema.Layers.Select(layer => (layer.Name, layer.InputSize, layer.OutputSize)), plan.Layers.Select(layer => (layer.Name, layer.InputSize, layer.OutputSize)));
        Assert.Equal((schema.ReadsTokens, schema.InputSize, schema.OutputSize), (plan.ReadsTokens, plan.InputSize, plan.OutputSize));
        Assert.Equal(schema.Output == Steps.Every, plan.EveryStep);
        Assert.Equal(schema.OutputActivation.ToString(), plan.OutputActivation.ToString());
    });

    [Fact]
    public void Buffers_of_layers_follow_on_each_other_and_start_on_a_cache_line() => ForAll((_, plan) =>
    {
        AssertFollow(plan, layer => layer.ParameterOffset, layer => layer.ParameterCount, plan.ParameterCount);
        AssertFollow(plan, layer => layer.PackedOffset, layer => layer.PackedLength, plan.PackedLength);
        AssertFollow(plan, layer => layer.BackwardOffset, layer => layer.BackwardLength, plan.BackwardLength);
        AssertFollow(plan, layer => layer.GradientOffset, layer => layer.GradientLength, plan.GradientLength);
        Assert.All(plan.Layers, layer => Assert.All(
            [layer.PackedOffset, layer.BackwardOffset, layer.GradientOffset, layer.OutputStride], offset => Assert.Equal(0, offset % KernelPlan.MaxLanes)));
    });

    [Fact]
    public void States_of_recurrent_layers_follow_on_each_other() => ForAll((_, plan) =>
    {
        int number = 0, offset = 0;
        foreach (GruLayerPlan layer in plan.Recurrent)
        {
            Assert.Equal((number, offset), (layer.StateIndex, layer.StateOffset));
            number++;
            offset += layer.Kernel.HiddenStride;
        }

        Assert.Equal(offset, plan.StateStride);
    });

    [Fact]
    public void Every_layer_has_its_place_once() => ForAll((_, plan) =>
    {
        // layers on steps, then layers on final states, then the head
        Assert.Equal(plan.Layers, [.. plan.OnSteps, .. plan.OnFinal, .. plan.Head is null ? [] : new LayerPlan[] { plan.Head }]);
        Assert.Equal(plan.Layers.SkipLast(1).Prepend(null), plan.Layers.Select(layer => layer.Below));
        Assert.DoesNotContain(plan.OnFinal, layer => layer is GruLayerPlan);
    });

    private static void ForAll(Action<ModelSchema, ModelPlan> holds) =>
        Assert.All(s_schemas, schema => holds(schema, ModelPlan.For(Declared.Model(schema))));

    private static void AssertFollow(ModelPlan plan, Func<LayerPlan, long> offset, Func<LayerPlan, long> length, long total)
    {
        long end = 0;
        foreach (LayerPlan layer in plan.Layers)
        {
            Assert.Equal(end, offset(layer));
            Assert.True(length(layer) >= 0, $"{layer.Name} has a length of {length(layer)}.");
            end += length(layer);
        }

        Assert.Equal(end, total);
    }
}
