using System.Collections.Generic;
using System.Linq;
using GruGen.Generator.Planning;
using GruGen.Generator.Values;

namespace GruGen.Generator.Layers;

/// <content>What the JIT will meet in the methods of a plan.</content>
internal sealed partial record GruPlan
{
    /// <inheritdoc/>
    public override IReadOnlyList<MethodBudget> Methods
    {
        get
        {
            int curves = CurveCalls, third = Variant.ResetAfter ? 3 : 2;
            List<MethodBudget> methods = [];
            if (Variant.ResetAfter)
            {
                methods.Add(Forward($"RowsTile{RowsTile}x1", RowsTile, 1, 1, third, curves + 14));
                methods.Add(Forward($"RowsTile1x{RowBlocks}", 1, RowBlocks, 1, third, curves + 14));
                if (!Variant.Pairs)
                {
                    int calls = curves + 13 + (8 * (StepChains - 1));
                    methods.Add(Forward($"StepTile{StepBlocks}", 1, StepBlocks, StepUnroll, third, calls, StepChains, ResetFirst ? 2 : 1));
                }

                if (StepParts > 1)
                {
                    methods.Add(new MethodBudget(
                        $"SumsTile{StepBlocks}",
                        MultiplyAdds: 3 * StepBlocks,
                        InlinedCalls: (12 * StepBlocks) + 2,
                        Locals: (4 * StepBlocks) + 8));
                    methods.Add(new MethodBudget(
                        $"NextTile{StepBlocks}",
                        MultiplyAdds: 1,
                        InlinedCalls: curves + (6 * StepParts) + 13,
                        Locals: 10));
                }
            }
            else
            {
                int gates = (2 * GateCalls) + 10;
                methods.Add(Forward("GatesTile4", RowsTile, 1, 1, third, gates));
                methods.Add(Forward("GatesTile1", 1, 1, 1, third, gates));
                methods.Add(New($"NewTile{NewTile}", NewTile, 1));
                methods.Add(New($"NewTile1x{NewTile.Vectors}", NewTile with { Rows = 1 }, 1));
                methods.Add(Forward($"StepGatesTile{StepBlocks}", 1, StepBlocks, StepUnroll, third, gates));
                methods.Add(New($"StepNewTile{StepBlocks}", new Tile(1, StepBlocks), NewChains));
                if (StepRemainder)
                {
                    methods.Add(Forward("StepGatesTile1", 1, 1, StepUnroll, third, gates));
                    methods.Add(New("StepNewTile1", new Tile(1, 1), NewChains));
                }
            }

            foreach (int blocks in !Variant.Pairs ? [] : StepRemainder ? new[] { StepBlocks, 1 } : [StepBlocks])
            {
                methods.Add(OfPairs(blocks, curves));
            }

            if (Projects)
            {
                methods.Add(Projection("ProjectTile4", RowsTile));
            }

            return methods;
        }
    }

    /// <summary>The calls of a gate: the activation, and what keeps it from being too small to multiply with.</summary>
    private int GateCalls => CallsOf(Variant.GateCurve)
        + (Variant.Gates == GateActivation.Sigmoid || Variant.GateCurve.HasNoTail ? 0 : 5);

    /// <summary>The calls of the new gate.</summary>
    private int NewCalls => CallsOf(Variant.NewCurve);

    private int CurveCalls => (2 * GateCalls) + NewCalls;

    /// <summary>An activation with numbers, or of clipped arguments, stands in a method of its own.</summary>
    private int CallsOf(GruCurve curve) => curve.Calls + (Variant.Clip > 0 ? 2 : curve.Numbers.Alpha is null ? 0 : 1);

    /// <summary>
    /// A tile that sums three gates over the inputs and <paramref name="third"/> of them over the states, in so many visits to these.
    /// </summary>
    private MethodBudget Forward(string name, int rows, int blocks, int unroll, int third, int calls, int chains = 1, int visits = 1)
    {
        int tiles = rows * blocks;
        int inputs = Variant.Tokens ? 0 : Steps(InputSize), units = Steps(HiddenSize);
        return new MethodBudget(
            name,
            MultiplyAdds: (inputs * tiles * 3) + (units * tiles * third) + (tiles * 2),
            InlinedCalls: (inputs * PerStep(3)) + (units * (PerStep(third) + ((visits - 1) * rows))) + (tiles * calls),
            Locals: (tiles * 4 * (chains == 1 ? 1 : chains + 1))
                + ((inputs + (visits * units)) * (rows + (rows > 1 ? 3 : 0)))
                + rows + (visits * blocks) + 16);

        int Steps(int depth) => depth < unroll ? depth : unroll + (depth % unroll);

        int PerStep(int gates) => (tiles * gates) + rows + (gates * blocks);
    }

    /// <summary>A tile that sums three gates over the inputs alone, a depth step at a time.</summary>
    private MethodBudget Projection(string name, int rows) =>
        new(name, MultiplyAdds: 3 * rows, InlinedCalls: (4 * rows) + 8 + (BiasRows * rows), Locals: (5 * rows) + 12);

    /// <summary>A tile of a step that reads its weights as pairs: a loop over them, and the last one where it is alone.</summary>
    private MethodBudget OfPairs(int blocks, int curves)
    {
        int steps = Steps(InputSize) + Steps(HiddenSize);
        return new MethodBudget(
            $"PairTile{blocks}",
            MultiplyAdds: (steps * 6 * blocks) + (2 * blocks),
            InlinedCalls: (steps * ((15 * blocks) + 2)) + (blocks * (curves + 13)),
            Locals: (4 * blocks) + (steps * ((3 * blocks) + 2)) + blocks + 17);

        static int Steps(int depth) => (depth > 1 ? 1 : 0) + (depth % 2);
    }

    /// <summary>A tile that sums n over r ∘ h, and the next state.</summary>
    private MethodBudget New(string name, Tile tile, int chains)
    {
        int tiles = tile.Rows * tile.Vectors, steps = chains == 1 ? 1 : HiddenSize <= chains ? HiddenSize : chains + (HiddenSize % chains);
        return new MethodBudget(
            name,
            MultiplyAdds: (steps * tiles) + tiles,
            InlinedCalls: (steps * (tiles + tile.Rows + tile.Vectors)) + (tiles * (NewCalls + (3 * chains) + 6)),
            Locals: (tiles * (chains + 1)) + (steps * (tile.Rows + tile.Vectors)) + tile.Vectors + 14);
    }
}
