using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <content>Which steps only fill a sequence.</content>
internal sealed partial class Interpreter
{
    private static Value MaskOf(OnnxNode node, Value?[] inputs) => (node.Operator, inputs[0], inputs.ElementAtOrDefault(1)) switch
    {
        ("Not", Mask mask, _) => new Mask(mask.Axes, mask.Filling, !mask.IsReal),
        ("Not", Equality equality, _) => new Equality(equality.Of, equality.Number, !equality.IsEqual),
        ("Equal", Signal { IsTokens: true } tokens, Constant value) => OfToken(tokens, value),
        ("Equal", Constant value, Signal { IsTokens: true } tokens) => OfToken(tokens, value),
        ("Equal", Signal { Whole.Node.Kind: NodeKind.Input, Pending: null } x, Constant { Single: { } number }) =>
            new Equality(x, number, isEqual: true),
        ("Equal", Constant { Single: { } number }, Signal { Whole.Node.Kind: NodeKind.Input, Pending: null } x) =>
            new Equality(x, number, isEqual: true),
        _ => throw Refuse($"compares {inputs[0]!.Describe()}"),
    };

    private static Mask OfToken(Signal tokens, Constant value) =>
        (value.Single ?? (value.AllNumbers() is [var only] ? only : -1)) is >= 0 and <= 1 << 24 and var token && token == MathF.Floor(token)
            ? new Mask(tokens.Axes, new Filling((int)token, 0), isReal: false)
            : throw Refuse($"compares tokens with {value.Describe()}");

    /// <summary>
    /// The steps that fill are those of which all features are the number: the least of "equal", or of the largest "not equal" the others.
    /// </summary>
    private static Mask OfFeatures(OnnxNode node, Equality equality, long[]? axes, bool keeps)
    {
        ImmutableArray<string> names = equality.Of.Axes;
        bool isMask = axes is [_] && node.Operator == (equality.IsEqual ? "ReduceMin" : "ReduceMax");
        int at = isMask ? ConstantFolder.Axis(node, axes![0], names.Length) : -1;
        return at >= 0 && names[at] == Signal.Feature
            ? new Mask(keeps ? names.SetItem(at, Signal.One)
                : names.RemoveAt(at), new Filling(-1, equality.Number), isReal: !equality.IsEqual)
            : throw Refuse("compares features one by one, and not all of a step");
    }

    /// <summary>What layers give, with zeros at steps that only fill a sequence, as here.</summary>
    private static Signal Masked(Signal x, Mask mask)
    {
        bool fits = mask.IsReal && x.Axes.Length == mask.Axes.Length
            && x.Axes.Zip(mask.Axes).All(pair => pair.First == pair.Second || (pair.First == Signal.Feature && pair.Second == Signal.One));
        return fits ? x : throw Refuse($"multiplies {x.AxesText} with {mask.Describe()}");
    }
}
