using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <content>Other axes for the same elements.</content>
internal sealed partial class Interpreter
{
    private static Signal Reshaped(OnnxNode node, Signal x, Value?[] inputs)
    {
        Constant shape = Known(node, inputs, 1, "shape");
        if (shape is not { Rank: 1, Numbers: { } sizes } || sizes.Length > 8 || shape.Core[0] != sizes.Length)
        {
            throw node.Invalid("has no shape");
        }

        bool keepsZero = node.Integer("allowzero", 0) == 1;
        return Regrouped(node, x, [.. sizes.Select((size, i) => size != 0 || keepsZero ? size
            : i < x.Axes.Length ? x.SizeOf(x.Axes[i]) : throw node.Invalid("keeps an axis that is not there"))]);
    }

    private static Signal Flattened(OnnxNode node, Signal x)
    {
        long axis = node.Integer("axis", 1);
        int at = axis == x.Axes.Length ? x.Axes.Length : ConstantFolder.Axis(node, axis, x.Axes.Length);
        return Regrouped(node, x, [x.SizeOf(string.Concat(x.Axes.Take(at))), x.SizeOf(string.Concat(x.Axes.Skip(at)))]);
    }

    /// <summary>
    /// The elements in their order on other axes: each of these takes the next letters whose sizes multiply to its own, and one that is
    /// open takes what is left.
    /// </summary>
    private static Signal Regrouped(OnnxNode node, Signal x, Dim?[] sizes)
    {
        var letters = new LinkedList<string>(x.Axes.SelectMany(axis => axis.Select(letter => letter.ToString())));
        int slots = x.Slots.Length, width = x.Width;
        int open = Array.FindIndex(sizes, size => size is null || size == -1);
        var axes = new string[sizes.Length];
        for (int i = 0; i < (open < 0 ? sizes.Length : open); i++)
        {
            axes[i] = Take(sizes[i]!.Value, fromEnd: false);
        }

        for (int i = sizes.Length - 1; open >= 0 && i > open; i--)
        {
            axes[i] = sizes[i] is { } size && size != -1 ? Take(size, fromEnd: true)
                : throw Refuse("makes two axes of sizes that cannot be said");
        }

        string rest = Without(string.Concat(letters));
        if (open >= 0)
        {
            axes[open] = rest;
        }
        else if (letters.Any(letter => SizeOf(letter) != 1))
        {
            throw Refuse($"does not fit {x.AxesText}");
        }

        // Directions and features in this order are features; split features are directions.
        ImmutableArray<ImmutableArray<Segment>> places = x.Slots;
        if (slots > x.Slots.Length)
        {
            places = [.. Enumerable.Range(0, slots).Select(slot => Signal.Part(x.Slots[0], slot * width, width))];
        }

        if (Array.IndexOf(axes, "SF") is >= 0 and int merged)
        {
            axes[merged] = Signal.Feature;
            places = [Signal.Joined(places.SelectMany(slot => slot))];
        }

        return Array.Find(axes, axis => axis is not ("" or "B" or "T" or "F" or "S" or "BT" or "TB")) is { } mixed
            ? throw Refuse(mixed.Contains('S', StringComparison.Ordinal) && mixed.Contains('B', StringComparison.Ordinal)
                ? $"puts parts of the features of {x.AxesText} beside the batch, as attention with several heads does, which is not read"
                : $"makes one axis of {string.Join(" and ", mixed.Select(Signal.Word))} of {x.AxesText}")
            : x.With([.. axes], places);

        string Take(Dim size, bool fromEnd)
        {
            string taken = "";
            Dim? product = 1;
            while (product != size || (taken.Length == 0 && letters.Count > 0 && SizeOf(Next(fromEnd)) == 1))
            {
                if (letters.Count == 0)
                {
                    throw Refuse($"does not fit {x.AxesText}");
                }

                string letter = Next(fromEnd);
                Dim? grown = Dim.Multiply(product, SizeOf(letter));
                if (letter == Signal.Feature && slots == 1 && grown != size
                    && Dim.Divide(size, product) is { IsNumber: true, Factor: > 1 } part
                    && part.Factor < width && width % part.Factor == 0)
                {
                    // A part of the features: the first factor is what stands beside each other, the second the features of each.
                    (slots, width) = fromEnd ? (width / (int)part.Factor, (int)part.Factor) : ((int)part.Factor, width / (int)part.Factor);
                    letters.Find(letter)!.Value = Signal.Feature;
                    letters.AddBefore(letters.Find(Signal.Feature)!, Signal.Stack);
                    continue;
                }

                taken = fromEnd ? letter + taken : taken + letter;
                product = grown;
                Remove(fromEnd);
                if (product is null || (product is { IsNumber: true } known && size.IsNumber && known.Factor > size.Factor))
                {
                    throw Refuse($"does not fit {x.AxesText}");
                }
            }

            return Without(taken);
        }

        // Axes of one element beside others, of which the features of directions are none.
        string Without(string taken) => string.Concat(taken.Where(letter => taken.Length == 1 || letter == 'S'
            || (letter == 'F' && taken.Contains('S', StringComparison.Ordinal)) || SizeOf(letter.ToString()) != 1));

        string Next(bool fromEnd) => fromEnd ? letters.Last!.Value : letters.First!.Value;

        void Remove(bool fromEnd)
        {
            if (fromEnd)
            {
                letters.RemoveLast();
            }
            else
            {
                letters.RemoveFirst();
            }
        }

        Dim? SizeOf(string letter) => letter switch
        {
            Signal.Stack => slots,
            Signal.Feature => width,
            _ => x.SizeOf(letter),
        };
    }
}
