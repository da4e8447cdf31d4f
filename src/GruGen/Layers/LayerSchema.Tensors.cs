using System.Collections.Immutable;

namespace GruGen;

/// <content>The parameters of each kind of layer.</content>
public sealed partial record LayerSchema
{
    /// <summary>
    /// The tensors of the layer, once its sizes are known: their names without the layer's, their shapes, and the value they start with if
    /// that is not drawn.
    /// </summary>
    internal IEnumerable<(string Name, ImmutableArray<int> Shape, float? Constant)> Tensors()
    {
        switch (Kind)
        {
            case LayerKind.Embedding:
                yield return ("weight", [InputSize, OutputSize], null);
                break;
            case LayerKind.Gru:
                foreach (string direction in Options!.Bidirectional ? new[] { "", "_reverse" } : [""])
                {
                    int gates = checked(3 * HiddenSize);
                    yield return ("weight_ih_l0" + direction, [gates, InputSize], null);
                    yield return ("weight_hh_l0" + direction, [gates, HiddenSize], null);
                    if (Options.Bias)
                    {
                        yield return ("bias_ih_l0" + direction, [gates], null);
                    }

                    if (Options is { Bias: true, ResetAfter: true })
                    {
                        yield return ("bias_hh_l0" + direction, [gates], null);
                    }

                    if (Options.InitialState == InitialState.Learned)
                    {
                        yield return ("initial_state_l0" + direction, [HiddenSize], 0);
                    }
                }

                break;
            case LayerKind.Dense:
            case LayerKind.Conv1D:
                yield return ("weight", Kind == LayerKind.Dense ? [OutputSize, InputSize] : [OutputSize, InputSize, KernelSize], null);
                if (Bias)
                {
                    yield return ("bias", [OutputSize], null);
                }

                break;
            case LayerKind.LayerNorm: // which starts as nothing but a normalisation
                yield return ("weight", [OutputSize], 1);
                yield return ("bias", [OutputSize], 0);
                break;
            case LayerKind.BatchNorm: // which starts as nothing but the ε
                yield return ("weight", [OutputSize], 1);
                yield return ("bias", [OutputSize], 0);
                yield return ("running_mean", [OutputSize], 0);
                yield return ("running_var", [OutputSize], 1);
                break;
            case LayerKind.PReLU:
                yield return ("weight", [OutputSize], 0.25f);
                break;
        }
    }
}
