
namespace GruGen.Generator.Tests.Planning;

/// <summary>What holds for the plans of Dense layers and embeddings of any shape.</summary>
public sealed class DensePlanTests
{
    private const int Count = 2000;

    [Fact]
    public void Every_unit_of_every_row_is_computed_once() => ForAll(plan =>
    {
        foreach (int lanes in Visits.Lanes)
        {
            var units = new Visits(plan.UnitStride);
            int width = plan.Tile.Vectors * lanes;
            for (int unit = 0; unit < plan.UnitStride; unit += width)
            {
                units.Add(unit, width);
            }

            units.AssertOnce();
        }

        PlanRules.AssertRows(plan.Tile.Rows);
        PlanRules.AssertInRegisters(plan.Tile with { Rows = plan.Tile.Rows * plan.Chains });
        Assert.Equal((long)plan.UnitStride * plan.InputSize, plan.WeightLength);
        Assert.Equal(plan.UnitStride, plan.BiasLength);
    });

    [Fact]
    public void The_gradient_of_the_inputs_is_added_once_to_each() => ForAll(plan =>
    {
        PlanRules.AssertCovers(plan.InputProduct, plan.InputStride);
        PlanRules.AssertDepth(plan.InputProduct, gates: 1, plan.Units, plan.UnitStride);
    });

    [Fact]
    public void The_gradients_of_the_weights_are_summed_once() => ForAll(plan =>
    {
        PlanRules.AssertCovers(plan.WeightProduct, plan.Units, plan.InputStride);
        Assert.Equal(plan.InputStride, plan.WeightProduct.Columns);
        Assert.Equal(plan.InputStride, plan.WeightProduct.RowStride);
        Assert.Equal(plan.InputStride, plan.WeightProduct.ResultStride);
    });

    [Fact]
    public void Rows_and_buffers_are_whole_vectors() => ForAll(plan =>
    {
        PlanRules.AssertAligned(plan.InputStride, plan.UnitStride, plan.WeightLength, plan.BiasLength, plan.BackwardLength, plan.GradientLength);
        Assert.InRange(plan.InputStride - plan.InputSize, 0, Simd.MaxLanes - 1);
        Assert.InRange(plan.UnitStride - plan.Units, 0, Simd.MaxLanes - 1);
        Assert.Equal(plan.Units * (plan.InputSize + 1L), plan.ParameterCount);
    });

    [Fact]
    public void Every_method_is_within_the_budget_of_the_JIT() => ForAll(PlanRules.AssertWithinBudget);

    [Fact]
    public void An_embedding_adds_every_element_of_a_row_once() => PlanShapes.ForAll(Count, (size, vocabulary) =>
    {
        EmbeddingPlan plan = EmbeddingPlan.For(vocabulary * 256, size);

        // whole vectors of any width first, the rest one by one
        Assert.All(Visits.Lanes, lanes => Assert.Equal(0, plan.Whole % lanes));
        Assert.InRange(plan.Size - plan.Whole, 0, Simd.MaxLanes - 1);
        PlanRules.AssertAligned(plan.Stride);
        Assert.Equal(vocabulary * 256L * size, plan.ParameterCount);
        PlanRules.AssertWithinBudget(plan);
    });

    private static void ForAll(Action<DensePlan> holds) => PlanShapes.ForAll(Count, (inputSize, units) => holds(DensePlan.For(inputSize, units)));
}
