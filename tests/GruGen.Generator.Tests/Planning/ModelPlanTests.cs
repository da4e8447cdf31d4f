using GruGen.Generator.Tests.Sweep;

namespace GruGen.Generator.Tests.Planning;

/// <summary>Where the plan of a model puts the parts of its layers, for stacks of layers at random and for the largest there are.</summary>
public sealed class ModelPlanTests
{
    private static readonly ModelSchema[] s_schemas =
    [
        .. RandomModel.Draw(500, seed: 5).Select(model => model.Schema),
        .. RandomModel.Draw(300, seed: 6, convolves: true).Select(model => model.Schema),
        .. RandomGraph.Draw(300, seed: 7).Select(model => model.Schema),
        ModelSchema.ForTokens("Largest", LayerSchema.Embedding(1 << 24, 65_536), LayerSchema.Gru(65_536, SequenceOutput.EveryStep), LayerSchema.Gru(65_535, SequenceOutput.Final), LayerSchema.Dense(1_048_576)),
        ModelSchema.ForFeatures("Widest", 65_536, LayerSchema.Dense(65_535), LayerSchema.Gru(65_536, SequenceOutput.EveryStep), LayerSchema.Dense(1_048_576), LayerSchema.Gru(65_535, SequenceOutput.EveryStep)),
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
    public void Blocks_of_steps_are_whole_tiles_and_few_of_very_wide_layers() => ForAll((_, plan) =>
    {
        int widest = plan.OnSteps.Where(stage => stage.Target.PerStep).Max(stage => (int?)stage.Target.Stride) ?? 1;
        widest = plan.EveryStep ? Math.Max(widest, plan.OutputStride) : widest;
        Assert.Equal(0, plan.StepsOfBlock % 8);
        Assert.InRange(plan.StepsOfBlock, 8, 32);
        Assert.True(plan.StepsOfBlock == 8 || plan.StepsOfBlock * 4L * widest <= 4 << 20, $"A block of {plan.StepsOfBlock} steps of {widest} is too large.");
        Assert.True(widest > 32_768 || plan.StepsOfBlock == 32, $"A block has {plan.StepsOfBlock} steps of {widest}.");
    });

    [Fact]
    public void Layers_are_those_of_the_runtime() => ForAll((schema, plan) =>
    {
        Assert.Equal(schema.Layers.Select(layer => (layer.Name, layer.InputSize, layer.OutputSize)), plan.Layers.Select(layer => (layer.Name, layer.InputSize, layer.OutputSize)));
        Assert.Equal((schema.ReadsTokens, schema.InputSize, schema.OutputSize), (plan.ReadsTokens, plan.InputSize, plan.OutputSize));
        Assert.Equal(schema.Output == SequenceOutput.EveryStep, plan.EveryStep);
        Assert.Equal(
            schema.Outputs.Select(output => (output.Name, output.Offset, output.Size, output.Activation.ToString())),
            plan.Outputs.Select(output => (output.Layer.Name, output.Offset, output.Layer.OutputSize, output.Layer.OutputActivation.ToString())));
    });

    [Fact]
    public void Buffers_of_layers_follow_on_each_other_and_start_on_a_cache_line() => ForAll((_, plan) =>
    {
        Place end = default;
        foreach (LayerPlan layer in plan.Layers)
        {
            Assert.Equal(end, layer.Start);
            Assert.True(layer.Length is { Parameters: >= 0, Packed: >= 0, Backward: >= 0, Gradients: >= 0, States: >= 0 }, $"{layer.Name} has a length of {layer.Length}.");
            Assert.All([layer.Start.Packed, layer.Start.Backward, layer.Start.Gradients, layer.Start.States, layer.OutputStride], offset => Assert.Equal(0, offset % Simd.MaxLanes));
            end += layer.Length;
        }

        Assert.Equal(end, plan.Length);
    });

    [Fact]
    public void States_of_layers_follow_on_each_other() => ForAll((schema, plan) =>
    {
        int number = 0, offset = 0;
        foreach (StatePlan state in plan.States)
        {
            Assert.Equal((number, offset), (state.Index, state.Offset));
            Assert.Equal(schema.StateSizes[number], state.Size);
            number++;
            offset += Simd.Padded(state.Size);
        }

        Assert.Equal((schema.StateSizes.Length, offset), (number, plan.Length.States));
    });

    [Fact]
    public void Directions_have_the_states_of_their_layers() => ForAll((_, plan) => Assert.All(plan.Layers.OfType<GruLayerPlan>(), layer => Assert.Equal(
        layer.Directions.Select(direction => (direction.StateIndex, direction.Start.States, direction.Kernel.HiddenSize)),
        layer.States.Select(state => (state.Index, state.Offset, state.Size)))));

    [Fact]
    public void A_stage_reads_what_stages_before_it_have_written() => ForAll((_, plan) =>
    {
        HashSet<Rows> written = [plan.Stages[0].Source];
        foreach (Stage stage in plan.Stages)
        {
            Assert.All(stage.Inputs, rows => Assert.Contains(rows, written));
            Assert.True(written.Add(stage.Target), $"{stage.Target.Name} is written twice.");
        }

        Assert.All(plan.Outputs, output => Assert.Contains(output.Rows, written));
        Assert.Equal(plan.Stages.Order(Comparer<Stage>.Create((a, b) => b.Source.PerStep.CompareTo(a.Source.PerStep))), [.. plan.OnSteps, .. plan.OnFinal]);
        Assert.DoesNotContain(plan.OnFinal, stage => stage is GruStage or TurnStage or PoolStage);
    });

    [Fact]
    public void A_gradient_is_written_before_anything_is_added_to_it() => ForAll((_, plan) =>
    {
        HashSet<string> written = [];
        foreach (OutputPlan output in plan.Outputs)
        {
            Assert.Equal(output.Rows.IsFinalState || !written.Add(output.Rows.Name), output.Adds);
        }

        foreach (Stage stage in plan.Stages.Reverse())
        {
            string gradient = (stage.Source.GradientOf ?? stage.Source).Name;
            Assert.Equal(stage.Source.IsFinalState || written.Contains(gradient), stage.Adds);
            foreach ((Rows input, bool adds) in stage is JoinStage ? stage.Inputs.Zip(stage.AddsTo) : [])
            {
                Assert.Equal(input.IsFinalState || written.Contains(input.Name), adds);
            }

            written.UnionWith(stage is JoinStage ? stage.Inputs.Select(input => input.Name) : [gradient]);
        }
    });

    [Fact]
    public void A_value_is_written_into_a_concatenation_where_nothing_else_reads_it_and_its_padding_hurts_nobody()
    {
        LayerSchema Layer(string name, int size, Activation activation = Activation.Tanh) =>
            LayerSchema.Dense(size, activation) with { Name = name, From = ["input"] };
        LayerSchema Reader(params string[] from) => LayerSchema.Gru(5, SequenceOutput.Final) with { From = [.. from] };

        Assert.Equal(["a at 0", "b at 16", "c at 48"], InPlace(Layer("a", 16), Layer("b", 32), Layer("c", 5), Reader("a", "b", "c")));
        Assert.Equal(["c at 32"], InPlace(Layer("a", 5), Layer("b", 27), Layer("c", 16), Reader("a", "b", "c"))); // others have padding there
        Assert.Equal(["b at 16"], InPlace(LayerSchema.Gru(16, SequenceOutput.EveryStep) with { Name = "a" }, Layer("b", 16), Reader("a", "b"))); // a has states
        Assert.Equal(["b at 16"], InPlace(Layer("a", 16, Activation.Gelu), Layer("b", 16), Reader("a", "b"))); // a keeps its arguments
        Assert.Equal(["b at 16"], InPlace(Layer("a", 16), Layer("b", 16), Reader("a", "b") with { Name = "one" }, Reader("a"), LayerSchema.Dense(2) with { From = ["one", "gru2"] }));
        Assert.Equal(["a at 0", "b at 16"], InPlace(Layer("a", 16) with { IsOutput = true }, Layer("b", 16), Reader("a", "b") with { Output = SequenceOutput.EveryStep })); // the output is computed apart
        Assert.Empty(InPlace(Layer("a", 16), Layer("b", 16), Reader("a", "b") with { Combine = Combine.Sum }));

        static string[] InPlace(params LayerSchema[] layers) =>
        [
            .. ModelPlan.For(Declared.Model(ModelSchema.ForFeatures("Parts", 3, layers))).Stages
                .Where(stage => stage.Target.Whole is not null)
                .Select(stage => $"{stage.Target.Name} at {stage.Target.Start}"),
        ];
    }

    /// <summary>
    /// In the order of the layers, and in a recurrent one direction by direction, inputs before states: the masks of a seed depend on it.
    /// </summary>
    [Fact]
    public void Masks_are_numbered_in_order() => ForAll((schema, plan) =>
    {
        IEnumerable<int> numbers = plan.Stages.SelectMany<Stage, int>(stage => stage switch
        {
            DropStage drop => [drop.Index],
            GruStage { MaskIndex: >= 0 } gru => [gru.MaskIndex],
            _ => [],
        });
        Assert.Equal(Enumerable.Range(0, plan.MaskCount), numbers);
        Assert.Equal(
            schema.Layers.Sum(layer => layer.Options is { } options
                ? options.Directions * ((options.Dropout > 0 ? 1 : 0) + (options.RecurrentDropout > 0 ? 1 : 0))
                : layer.Kind == LayerKind.Dropout ? 1 : 0),
            plan.MaskCount);
        Assert.All(plan.Stages.OfType<GruStage>(), gru => Assert.Equal(gru.MaskIndex >= 0, gru.Kernel.Variant.Masked));
    });

    [Fact]
    public void A_model_takes_steps_where_the_runtime_says_so() => ForAll((schema, plan) => Assert.Equal(schema.CanStream, plan.NeedsWholeSequence is null));

    /// <summary>What a direction has in each buffer lies one after another, and the next direction or layer starts where it ends.</summary>
    [Fact]
    public void Directions_follow_on_each_other() => ForAll((_, plan) =>
    {
        foreach (GruLayerPlan layer in plan.Layers.OfType<GruLayerPlan>())
        {
            Place end = layer.Start;
            foreach (GruDirectionPlan direction in layer.Directions)
            {
                GruPlan kernel = direction.Kernel;
                int initial = layer.Spec.LearnsInitialState ? kernel.HiddenStride : 0;
                Assert.Equal(end, direction.Start);
                Assert.Equal(direction.Start.Packed + kernel.WeightLength, direction.BiasOffset);
                Assert.Equal(direction.BiasOffset + kernel.BiasLength, direction.InitialStateOffset);
                Assert.Equal(direction.Start.Gradients + kernel.GradientLength, direction.InitialStateGradientOffset);
                Assert.All([direction.BiasOffset, direction.InitialStateOffset, direction.InitialStateGradientOffset], offset => Assert.Equal(0, offset % Simd.MaxLanes));
                end += new Place(
                    layer.Tensors.Sum(tensor => tensor.Length),
                    direction.InitialStateOffset + initial - direction.Start.Packed,
                    kernel.BackwardLength,
                    direction.InitialStateGradientOffset + initial - direction.Start.Gradients,
                    kernel.HiddenStride,
                    kernel.PairLength + kernel.TokenBiasLength(layer.Vocabulary));
            }

            Assert.Equal(layer.Start + layer.Length, end);
        }
    });

    /// <summary>They are never more than a cache holds, and only the first layer above an embedding has them.</summary>
    [Fact]
    public void The_biases_of_tokens_fit_into_the_cache() => ForAll((schema, plan) => Assert.All(plan.Layers.OfType<GruLayerPlan>(), layer =>
    {
        Assert.Equal(layer.Kernel.Variant.Tokens, layer.Table is not null);
        Assert.InRange(16L * layer.Vocabulary * layer.Kernel.HiddenStride, 0, 4 << 20);
        if (layer.Table is { } table)
        {
            Assert.Equal((table, layer), (plan.Layers[0], plan.Layers[1]));
            Assert.True(table.ByToken);
            Assert.Equal(schema.InputSize, layer.Vocabulary);
            Assert.DoesNotContain(plan.Stages, stage => stage is GatherStage);
        }
    }));

    /// <summary>What turns sequences round, drops or adds inputs needs the vectors of tokens.</summary>
    [Fact]
    public void A_GRU_that_needs_vectors_is_given_them()
    {
        GruOptions[] needVectors =
        [
            new() { Bidirectional = true }, new() { Reverse = true }, new() { Dropout = 0.5 }, new() { Residual = true }, new() { ResetAfter = false },
        ];
        Assert.All(needVectors, options => Assert.Contains(Stages(options), stage => stage is GatherStage));
        Assert.DoesNotContain(Stages(GruOptions.Default), stage => stage is GatherStage);

        static IReadOnlyList<Stage> Stages(GruOptions options) => ModelPlan.For(Declared.Model(ModelSchema.ForTokens(
            "Words", LayerSchema.Embedding(9, 4), LayerSchema.Gru(4, GruGen.SequenceOutput.EveryStep, options)))).Stages;
    }

    [Fact]
    public void Buffers_have_names_of_their_own() => ForAll((_, plan) =>
    {
        IEnumerable<string> names = plan.Stages.SelectMany(stage => stage is GruStage { EveryStep: false } gru ? [gru.States.Name] : stage.Target.IsFinalState ? [] : new[] { stage.Target.Name });
        Assert.Equal(names.Distinct(), names);
    });

    private static void ForAll(Action<ModelSchema, ModelPlan> holds) =>
        Assert.All(s_schemas, schema => holds(schema, ModelPlan.For(Declared.Model(schema))));
}
