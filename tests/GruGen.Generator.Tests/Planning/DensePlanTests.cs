
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
    public void The_gradients_of_the_inputs_and_of_the_weights_reach_each_of_them_once() => ForAll(plan =>
    {
        PlanRules.AssertCovers(plan.InputTile, plan.InputStride);
        PlanRules.AssertCovers(plan.InputTile, plan.Units, plan.InputStride);
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
    public void The_rows_of_an_embedding_are_whole_vectors() => PlanShapes.ForAll(Count, (size, vocabulary) =>
    {
        EmbeddingPlan plan = EmbeddingPlan.For(vocabulary * 256, size);
        PlanRules.AssertAligned(plan.Stride);
        Assert.InRange(plan.Stride - plan.Size, 0, Simd.MaxLanes - 1);
        Assert.Equal(vocabulary * 256L * size, plan.ParameterCount);
    });

    private static void ForAll(Action<DensePlan> holds) => PlanShapes.ForAll(Count, (inputSize, units) => holds(DensePlan.For(inputSize, units)));
}
