
namespace GruGen.Generator.Tests.Planning;

/// <summary>What holds for the plan of a GRU of any shape.</summary>
public sealed class GruPlanTests
{
    private const int Count = 2000;

    [Theory]
    [InlineData(1, 1, 6)]
    [InlineData(3, 5, 15)]
    [InlineData(16, 32, 72)]
    public void Weights_of_bfloat16_lie_in_pairs_and_an_odd_one_by_itself(int inputs, int units, int rows) =>
        Assert.Equal(rows, GruPlan.For(new GruShape(inputs, units, GruVariant.Plain with { Pairs = true })).PairRows);

    [Fact]
    public void A_step_computes_every_unit_once_from_weights_that_follow_on_each_other() => ForAll(plan =>
    {
        foreach (int lanes in Visits.Lanes)
        {
            Visits units = new(plan.HiddenStride), weights = new(plan.HiddenStride), bias = new(plan.BiasLength);
            int unit = 0;
            for (; unit + (plan.StepBlocks * lanes) <= plan.HiddenStride; unit += plan.StepBlocks * lanes)
            {
                Tile(plan.StepBlocks);
            }

            Assert.True(plan.StepRemainder || unit == plan.HiddenStride, "The tiles do not divide the units, and the plan does not say so.");
            for (; unit < plan.HiddenStride; unit += lanes)
            {
                Tile(1);
            }

            units.AssertOnce();
            weights.AssertOnce();
            bias.AssertOnce();

            // block b of the tile reads at b · 3·(I + H)·lanes and at as many rows of biases as there are; the weights are counted in units of 3·(I + H)
            void Tile(int blocks)
            {
                for (int block = 0; block < blocks; block++)
                {
                    units.Add(unit + (block * lanes), lanes);
                    weights.Add(unit + (block * lanes), lanes);
                    bias.Add((unit * (long)plan.BiasRows) + (block * plan.BiasRows * lanes), plan.BiasRows * lanes);
                }
            }
        }

        Assert.Equal(plan.HiddenStride * 3L * (plan.InputSize + plan.HiddenSize), plan.WeightLength);
    });

    [Fact]
    public void The_parts_of_a_step_read_every_unit_once() => ForAll(plan =>
    {
        if (plan.StateParts == 0)
        {
            Assert.Equal(0, plan.StepSumsLength);
            return;
        }

        Visits units = new(plan.HiddenSize);
        for (int part = 0; part < plan.StateParts; part++)
        {
            (int from, int count) = plan.StatePart(part);
            units.Add(from, count);
        }

        units.AssertOnce();
        Assert.True(plan.BothWays && plan.StepsTakeTurns);
        Assert.Equal((1 + plan.StateParts) * 3 * plan.StepBlocks * Simd.MaxLanes, plan.StepSumsLength);
    });

    [Fact]
    public void A_sequence_walks_every_unit_once_in_either_direction() => ForAll(plan =>
    {
        foreach (int lanes in Visits.Lanes.Where(_ => plan.BothWays))
        {
            Visits forth = new(plan.HiddenStride), back = new(plan.HiddenStride);
            int width = plan.StepBlocks * lanes;
            for (int tile = 0; tile < plan.HiddenStride; tile += width)
            {
                forth.Add(tile, width);
                back.Add(plan.HiddenStride - width - tile, width);
            }

            forth.AssertOnce();
            back.AssertOnce();
        }

        // a tile of projected inputs reaches to the end of the block of steps, or of the tokens, and no further
        Assert.Equal(plan.Hoisted || plan.Variant.Tokens ? plan.BiasLength : 0, plan.ProjectedStride);
        Assert.Equal((0, 0), (ModelPlan.BlockSteps % plan.RowsTile, 8 % plan.RowsTile)); // of which a block of very wide layers has a multiple
        Assert.All(Enumerable.Range(1, 40), tokens =>
        {
            long rows = !plan.Variant.Tokens ? 0 : tokens % plan.RowsTile == 0 ? tokens : tokens + plan.RowsTile - (tokens % plan.RowsTile);
            Assert.Equal(rows * plan.BiasLength, plan.TokenBiasLength(tokens));
        });
    });

    [Fact]
    public void Many_rows_are_computed_once_each() => ForAll(plan =>
    {
        PlanRules.AssertRows(plan.RowsTile);

        // r, z and n of every row: as many accumulators as a tile of three vectors has
        PlanRules.AssertInRegisters(new Tile(plan.RowsTile, 3));
        PlanRules.AssertInRegisters(new Tile(1, 3));
    });

    [Fact]
    public void The_product_of_what_was_reset_computes_every_unit_once() => ForAll(plan =>
    {
        PlanRules.AssertRows(plan.NewTile.Rows);
        PlanRules.AssertInRegisters(plan.NewTile);
        Assert.All(Visits.Lanes, lanes => Assert.Equal(0, plan.HiddenStride % (plan.NewTile.Vectors * lanes)));

        // behind x[k][r | z | n] and h[k][r | z] of a block lies h[k][n], and that is the end of it
        Assert.Equal(3L * (plan.InputSize + plan.HiddenSize), (3L * plan.InputSize) + (2L * plan.HiddenSize) + plan.HiddenSize);
    });

    [Fact]
    public void The_gradient_of_the_states_is_added_once_to_each() => ForAll(plan =>
    {
        PlanRules.AssertCovers(plan.StateProduct.Tile, plan.HiddenStride);
        AssertDepth(plan, plan.StateProduct);
    });

    [Fact]
    public void The_gradient_of_the_inputs_reaches_each_of_them() => ForAll(plan =>
    {
        PlanRules.AssertCovers(plan.InputProduct.Tile, plan.InputStride);
        AssertDepth(plan, plan.InputProduct);
    });

    [Fact]
    public void The_gradients_of_the_weights_are_summed_once() => ForAll(plan =>
    {
        // reset before, the states' gates are summed in two parts, and one has to be divided by the tile as well
        int gates = 3 * plan.HiddenStride, part = plan.Variant.ResetAfter ? gates : plan.HiddenStride;
        PlanRules.AssertCovers(plan.Weights.Tile, plan.HiddenSize, part);
        PlanRules.AssertCovers(plan.Weights.Tile, plan.InputSize, gates);
        Assert.Equal(plan.GateStride, plan.Weights.RowStride);
        Assert.Equal(gates, plan.Weights.ResultStride);

        // dn, dr, dz, and dq, of every unit, as many vectors at a time
        Assert.All(Visits.Lanes, lanes => Assert.Equal(0, (long)plan.GateGradients * plan.HiddenStride % (plan.GateGradients * lanes)));
    });

    [Fact]
    public void Rows_of_gates_have_room_for_a_chunk_and_for_what_a_tile_reads_past_it() => ForAll(plan =>
    {
        Assert.True(plan.GateStride >= plan.GateGradients * plan.HiddenStride);
        Assert.True(plan.ExtraGateRows >= plan.ChunkRows + plan.StateProduct.Tile.Rows - 1);
        Assert.True(plan.ExtraGateRows >= plan.ChunkRows + plan.InputProduct.Tile.Rows - 1);
    });

    [Fact]
    public void Rows_and_buffers_are_whole_vectors() => ForAll(plan =>
    {
        PlanRules.AssertAligned(
            plan.InputStride, plan.HiddenStride, plan.GateStride, plan.SavedStride, plan.WeightLength, plan.BiasLength, plan.BackwardLength, plan.GradientLength);
        Assert.InRange(plan.InputStride - plan.InputSize, 0, Simd.MaxLanes - 1);
        Assert.InRange(plan.HiddenStride - plan.HiddenSize, 0, Simd.MaxLanes - 1);
        Assert.Equal(3L * plan.HiddenSize * (plan.InputSize + plan.HiddenSize), plan.WeightCount);
    });

    [Fact]
    public void Every_method_is_within_the_budget_of_the_JIT() => ForAll(PlanRules.AssertWithinBudget);

    private static void AssertDepth(GruPlan plan, InputProduct product)
    {
        // of x all gates, and of h, reset before, one and two of them
        Assert.All(Enumerable.Range(1, 3).Where(gates => gates == 3 || !plan.Variant.ResetAfter), gates => PlanRules.AssertDepth(product, gates, plan.HiddenSize, plan.HiddenStride));
    }

    private static void ForAll(Action<GruPlan> holds) => PlanShapes.ForAll(
        Count, (inputSize, hiddenSize) => Assert.All(Variants.All, variant => holds(GruPlan.For(new GruShape(inputSize, hiddenSize, variant)))));
}
