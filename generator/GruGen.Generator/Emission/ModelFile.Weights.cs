using GruGen.Generator.Planning;
using GruGen.Generator.Specs;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Emission;

/// <content>How parameters become what kernels read.</content>
internal sealed partial class ModelFile
{
    private IEnumerable<string> Weights()
    {
        if (_plan.Directions.Any(direction => direction.Layer.Spec.LearnedInitialState))
        {
            yield return $$"""
                /// <inheritdoc/>
                public override long InitialStateOffset(int state) => state switch
                {
                    {{Lines(4, _plan.Directions.Where(direction => direction.Layer.Spec.LearnedInitialState).Select(direction => $"{direction.StateIndex} => {Literal(direction.InitialStateOffset)},"))}}
                    _ => -1,
                };
                """;
        }

        if (_plan.Length.Prepared > 0)
        {
            yield return $$"""
                /// <inheritdoc/>
                public override long PreparedLength => {{Literal(_plan.Length.Prepared)}};

                /// <inheritdoc/>
                public override void Prepare(ref float table, ref float packed, ref float prepared)
                {
                    {{Lines(4, _plan.Directions.SelectMany(Prepare))}}
                }
                """;
        }

        yield return $$"""
            /// <inheritdoc/>
            public override long PackedLength => {{Literal(_plan.Length.Packed)}};

            /// <inheritdoc/>
            public override long PackedBackwardLength => {{Literal(_plan.Length.Backward)}};

            /// <inheritdoc/>
            public override void PackBackward(ref float parameters, ref float packed)
            {
                // rows are the same at every width
                {{Lines(4, _plan.Layers.SelectMany(PackBackward))}}
            }

            /// <inheritdoc/>
            public override void Pack(ref float parameters, ref float packed)
            {
                {{Lines(4, _plan.Layers.SelectMany(Pack))}}
            }
            """;
    }

    private static string At(string buffer, long offset) => offset == 0 ? $"ref {buffer}" : $"ref At(ref {buffer}, {Offset(offset)})";

    /// <summary>The weights and biases of a direction; what the layer does without is a null reference.</summary>
    private static string Parameters(GruDirectionPlan direction, string buffer)
    {
        GruTensor[] tensors = direction.Layer.Spec.ResetAfter
            ? [GruTensor.WeightIh, GruTensor.WeightHh, GruTensor.BiasIh, GruTensor.BiasHh]
            : [GruTensor.WeightIh, GruTensor.WeightHh, GruTensor.BiasIh];
        return string.Join(", ", tensors.Select(tensor => direction.OffsetOf(tensor) is { } offset ? At(buffer, offset) : "ref NoTensor"));
    }

    private static string Parameters(DenseLayerPlan dense, string buffer) =>
        $"{At(buffer, dense.Start.Parameters)}, {At(buffer, dense.Start.Parameters + ((long)dense.Kernel.Units * dense.Kernel.InputSize))}";

    /// <summary>What the update gate's weights are multiplied by.</summary>
    private static string Update(GruLayerPlan gru) => gru.Spec.UpdateReplaces ? "-1f" : "1f";

    private static string Sizes(GruLayerPlan gru) => $"{gru.Kernel.InputSize}, {gru.Kernel.HiddenSize}";

    private static IEnumerable<string> Pack(LayerPlan layer)
    {
        switch (layer)
        {
            case GruLayerPlan gru:
                foreach (GruDirectionPlan direction in gru.Directions)
                {
                    yield return $"{Kernels}GruLayout.Pack{(gru.Spec.ResetAfter ? "" : "ResetBefore")}<TVector>({Parameters(direction, "parameters")}, {Update(gru)}, {Sizes(gru)}, {At("packed", direction.Start.Packed)}, {At("packed", direction.BiasOffset)});";
                    if (direction.OffsetOf(GruTensor.InitialState) is { } initial)
                    {
                        yield return $"{Kernels}Packing.Copy({At("parameters", initial)}, {At("packed", direction.InitialStateOffset)}, {gru.Kernel.HiddenSize});";
                    }
                }

                break;
            case DenseLayerPlan dense:
                yield return $"{Kernels}Packing.Dense<TVector>({Parameters(dense, "parameters")}, {dense.Kernel.InputSize}, {dense.Kernel.Units}, {At("packed", layer.Start.Packed)}, {At("packed", dense.BiasOffset)});";
                break;
            case LayerNormPlan norm:
                yield return $"{Kernels}Packing.Copy({At("parameters", norm.Start.Parameters)}, {At("packed", norm.Start.Packed)}, {norm.Size});";
                yield return $"{Kernels}Packing.Copy({At("parameters", norm.Start.Parameters + norm.Size)}, {At("packed", norm.BiasOffset)}, {norm.Size});";
                break;
        }
    }

    private static IEnumerable<string> Prepare(GruDirectionPlan direction)
    {
        string prepared = At("prepared", direction.Start.Prepared), weights = At("packed", direction.Start.Packed);
        if (direction.Kernel.Variant.Pairs)
        {
            yield return $"{Kernels}GruLayout.PackPairs<TVector>({weights}, {Sizes(direction.Layer)}, {prepared});";
        }

        if (direction.Layer.Table is { Kernel: var table })
        {
            yield return Kernel(direction.Layer, "Project") + $"(ref table, {table.Size}, {prepared}, {Literal(table.Vocabulary)}, {weights}, {At("packed", direction.BiasOffset)});";
        }
    }

    private static IEnumerable<string> PackBackward(LayerPlan layer)
    {
        switch (layer)
        {
            case GruLayerPlan gru:
                foreach (GruDirectionPlan direction in gru.Directions)
                {
                    yield return $"{Kernels}GruLayout.PackBackward({At("parameters", direction.OffsetOf(GruTensor.WeightIh)!.Value)}, {At("parameters", direction.OffsetOf(GruTensor.WeightHh)!.Value)}, {Update(gru)}, {Sizes(gru)}, {At("packed", direction.Start.Backward)});";
                }

                break;
            case DenseLayerPlan dense:
                (int size, int units) = (dense.Kernel.InputSize, dense.Kernel.Units);
                yield return $"{Kernels}Packing.CopyRows({At("parameters", dense.Start.Parameters)}, {size}, {At("packed", dense.Start.Backward)}, {KernelPlan.WeightStride(size)}, {units}, {size});";
                break;
        }
    }
}
