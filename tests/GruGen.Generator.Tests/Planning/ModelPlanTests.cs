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
            Assert.Equal(tensors.Sum(tensor => tensor.Length), layer.Length.Parameters);
            Assert.All(tensors.Take(1), tensor => Assert.Equal(tensor.Offset, layer.Start.Parameters));
            if (layer is GruLayerPlan gru)
            {
                Assert.Equal(tensors.Select(tensor => tensor.Offset), gru.Directions.SelectMany(direction => gru.Tensors.Select(tensor => direction.OffsetOf(tensor.Tensor)!.Value)));
            }
        }

        Assert.Equal(schema.ParameterCount, plan.Length.Parameters);
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
        Place end = default;
        foreach (LayerPlan layer in plan.Layers)
        {
            Assert.Equal(end, layer.Start);
            Assert.True(layer.Length is { Parameters: >= 0, Packed: >= 0, Backward: >= 0, Gradients: >= 0, States: >= 0 }, $"{layer.Name} has a length of {layer.Length}.");
            Assert.All([layer.Start.Packed, layer.Start.Backward, layer.Start.Gradients, layer.Start.States, layer.OutputStride], offset => Assert.Equal(0, offset % KernelPlan.MaxLanes));
            end += layer.Length;
        }

        Assert.Equal(end, plan.Length);
    });

    [Fact]
    public void States_of_recurrent_layers_follow_on_each_other() => ForAll((schema, plan) =>
    {
        int number = 0, offset = 0;
        foreach (GruDirectionPlan direction in plan.Directions)
        {
            Assert.Equal((number, offset), (direction.StateIndex, direction.Start.States));
            Assert.Equal(schema.StateSizes[number], direction.Kernel.HiddenSize);
            number++;
            offset += direction.Kernel.HiddenStride;
        }

        Assert.Equal((schema.StateSizes.Length, offset), (number, plan.Length.States));
    });

    [Fact]
    public void A_stage_reads_what_stages_before_it_have_written() => ForAll((_, plan) =>
    {
        HashSet<Rows> written = [plan.Stages[0].Source];
        foreach (Stage stage in plan.Stages)
        {
            Assert.Contains(stage.Source, written);
            Assert.All(stage is MergeStage merge ? [merge.Reverse] : stage is AddStage add ? new[] { add.Output } : [], rows => Assert.Contains(rows, written));
            Assert.True(written.Add(stage.Target), $"{stage.Target.Name} is written twice.");
        }

        Assert.Contains(plan.Output, written);
        Assert.Equal(plan.Stages, [.. plan.OnSteps, .. plan.OnFinal]);
        Assert.DoesNotContain(plan.OnFinal, stage => stage is GruStage or TurnStage or PoolStage);
    });

    [Fact]
    public void A_gradient_is_written_before_anything_is_added_to_it() => ForAll((_, plan) =>
    {
        HashSet<string> written = [];
        foreach (Stage stage in plan.Stages.Reverse())
        {
            string gradient = (stage.Source.GradientOf ?? stage.Source).Name;
            Assert.Equal(stage.Source.IsFinalState || written.Contains(gradient), stage.Adds);
            written.Add(gradient);
        }
    });

    [Fact]
    public void Buffers_have_names_of_their_own() => ForAll((_, plan) =>
    {
        IEnumerable<string> names = plan.Stages.SelectMany(stage => stage is GruStage { EveryStep: false } gru ? [gru.States.Name] : stage.Target.IsFinalState ? [] : new[] { stage.Target.Name });
        Assert.Equal(names.Distinct(), names);
    });

    private static void ForAll(Action<ModelSchema, ModelPlan> holds) =>
        Assert.All(s_schemas, schema => holds(schema, ModelPlan.For(Declared.Model(schema))));
}
