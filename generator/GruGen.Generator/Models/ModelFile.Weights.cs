using static GruGen.Generator.Emission.Text;
using static GruGen.Generator.Layers.ModelText;

namespace GruGen.Generator.Models;

/// <content>How parameters become what kernels read.</content>
internal sealed partial class ModelFile
{
    private IEnumerable<string> Weights()
    {
        if (_plan.States.Any(state => state.InitialOffset is not null))
        {
            yield return $$"""
                /// <inheritdoc/>
                protected override long InitialStateOffset(int state) => state switch
                {
                    {{Lines(4, _plan.States.Where(state => state.InitialOffset is not null).Select(state => $"{state.Index} => {Literal(state.InitialOffset!.Value)},"))}}
                    _ => -1,
                };
                """;
        }

        if (_plan.Length.Prepared > 0)
        {
            yield return $$"""
                /// <inheritdoc/>
                protected override long PreparedLength => {{Literal(_plan.Length.Prepared)}};

                /// <inheritdoc/>
                protected override void Prepare(int lanes, ref float table, ref float packed, ref float prepared)
                {
                    {{Lines(4, [Dispatch("Prepare", "ref table, ref packed, ref prepared", "lanes")])}}
                }

                private static void Prepare<TVector>(ref float table, ref float packed, ref float prepared)
                    where TVector : struct, {{Kernels}}ISimd<TVector>
                {
                    {{Lines(4, _plan.Layers.SelectMany(layer => layer.Writer.Prepare()))}}
                }
                """;
        }

        yield return $$"""
            /// <inheritdoc/>
            protected override long PackedLength => {{Literal(_plan.Length.Packed)}};

            /// <inheritdoc/>
            protected override long PackedBackwardLength => {{Literal(_plan.Length.Backward)}};

            /// <inheritdoc/>
            protected override void Pack(int lanes, ref float parameters, ref float packed)
            {
                {{Lines(4, [Dispatch("Pack", "ref parameters, ref packed", "lanes")])}}
            }

            /// <inheritdoc/>
            protected override void PackBackward(ref float parameters, ref float packed)
            {
                // rows are the same at every width
                {{Lines(4, _plan.Layers.SelectMany(layer => layer.Writer.PackBackward()))}}
            }

            private static void Pack<TVector>(ref float parameters, ref float packed)
                where TVector : struct, {{Kernels}}ISimd<TVector>
            {
                {{Lines(4, _plan.Layers.SelectMany(layer => layer.Writer.Pack()))}}
            }
            """;
    }
}
