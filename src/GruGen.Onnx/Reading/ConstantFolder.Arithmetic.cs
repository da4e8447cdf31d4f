namespace GruGen.Onnx;

/// <content>What computes with each element.</content>
internal sealed partial class ConstantFolder
{
    private Constant[]? Arithmetic(OnnxNode node, Constant?[] inputs)
    {
        Constant first = inputs.ElementAtOrDefault(0) ?? Constant.OfFloats([], [0]);
        if (inputs.Length == 1 && One(node.Operator) is { } function && first.Floats is { } floats)
        {
            Charge(floats.Length);
            return [first.With(Array.ConvertAll(floats, value => function(value)))];
        }

        if (inputs.Length == 1 && node.Operator == "Not" && first is { IsBoolean: true, Numbers: { } bits })
        {
            return [first.With(Array.ConvertAll(bits, bit => bit is null ? null : (Dim?)(bit == 0 ? 1 : 0)), isBoolean: true)];
        }

        if (inputs.Length == 1 && node.Operator == "Neg" && first.Numbers is { } numbers)
        {
            return [first.With(Array.ConvertAll(numbers, number => Dim.Multiply(number, -1)))];
        }

        if (inputs is not [{ } left, { } right])
        {
            return null;
        }

        if (Two(node.Operator) is { } operation && left.Floats is not null && right.Floats is not null)
        {
            (int[] core, Dim?[] shape) = Broadcast(node, left, right);
            Charge(Places.Count(core));
            int[] others = Along(right, core);
            return [left.With([.. Along(left, core).Select((place, i) =>
                operation(left.Floats[place], right.Floats[others[i]]))]).Repeated(core, shape)];
        }

        if (OfNumbers(node.Operator) is { } whole && left.Numbers is not null && right.Numbers is not null)
        {
            (int[] core, Dim?[] shape) = Broadcast(node, left, right);
            Charge(Places.Count(core));
            int[] others = Along(right, core);
            Dim?[] results = [.. Along(left, core).Select((place, i) => whole(left.Numbers[place], right.Numbers[others[i]]))];
            return [left.With(results, isBoolean: node.Operator == "Equal").Repeated(core, shape)];
        }

        return null;
    }

    private static Func<float, float>? One(string name) => name switch
    {
        "Neg" => value => -value,
        "Sqrt" => MathF.Sqrt,
        "Reciprocal" => value => 1 / value,
        "Abs" => MathF.Abs,
        "Exp" => MathF.Exp,
        "Floor" => MathF.Floor,
        "Ceil" => MathF.Ceiling,
        _ => null,
    };

    private static Func<float, float, float>? Two(string name) => name switch
    {
        "Add" => (left, right) => left + right,
        "Sub" => (left, right) => left - right,
        "Mul" => (left, right) => left * right,
        "Div" => (left, right) => left / right,
        "Pow" => MathF.Pow,
        _ => null,
    };

    private static Func<Dim?, Dim?, Dim?>? OfNumbers(string name) => name switch
    {
        "Add" => Dim.Add,
        "Sub" => (left, right) => left is not null && left == right ? 0 : Dim.Add(left, Dim.Multiply(right, -1)),
        "Mul" => Dim.Multiply,
        "Div" => Dim.Divide,
        "Equal" => (left, right) => Dim.AreEqual(left, right) is { } equal ? equal ? 1 : 0 : null,
        _ => null,
    };

    /// <summary>The shape of what two tensors give together, element by element.</summary>
    private static (int[] Core, Dim?[] Shape) Broadcast(OnnxNode node, Constant left, Constant right)
    {
        int rank = Math.Max(left.Rank, right.Rank);
        int[] core = new int[rank];
        var shape = new Dim?[rank];
        for (int i = 1; i <= rank; i++)
        {
            Dim? one = i <= left.Rank ? left.Shape[^i] : 1, other = i <= right.Rank ? right.Shape[^i] : 1;
            int kept = i <= left.Rank ? left.Core[^i] : 1, keptToo = i <= right.Rank ? right.Core[^i] : 1;
            shape[^i] = one == 1 ? other : other is null || other == 1 || other == one || !other.Value.IsNumber
                || one is not { IsNumber: true } ? one ?? other
                : throw node.Invalid($"cannot join {left.Describe()} and {right.Describe()} element by element");
            core[^i] = kept == 1 ? keptToo : keptToo == 1 || keptToo == kept ? kept
                : throw node.Invalid($"cannot join {left.Describe()} and {right.Describe()} element by element");
        }

        return (core, shape);
    }

    /// <summary>The places in a tensor of all elements of a shape.</summary>
    private static int[] Along(Constant value, int[] core) => Places.Of(core, Places.Strides(value.Core, core));
}
