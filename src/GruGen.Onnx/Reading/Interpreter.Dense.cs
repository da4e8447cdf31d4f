using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <content>Dense layers, and what is folded into their weights.</content>
internal sealed partial class Interpreter
{
    /// <summary>
    /// The weights [rows, features] of a product as those of the whole layers that it reads, and what a shift of these adds to each row.
    /// </summary>
    private (Weights Weights, float[]? Added, int Columns) Widened(Operand operand, Weights weights)
    {
        (float[] values, int width) = (weights.Values, operand.Width);
        int rows = values.Length / width;
        float[]? added = null;
        ImmutableHashSet<string> from = weights.From;
        if (operand.Affine is { } affine)
        {
            from = from.Union(affine.From);
            if (affine.Shift is { } shift)
            {
                added = new float[rows];
                for (int row = 0; row < rows; row++)
                {
                    double sum = 0;
                    for (int i = 0; i < width; i++)
                    {
                        sum += (double)values[row * width + i] * shift[i];
                    }

                    added[row] = (float)sum;
                }
            }

            values = affine.Scale is { } scale ? [.. values.Select((value, i) => value * scale[i % width])] : values;
        }

        if (operand.Columns is not { } columns)
        {
            return (new(values, from), added, width);
        }

        int all = operand.Sources.Sum(source => source.Node.Size);
        _folder.Charge((long)rows * all);
        float[] wide = new float[rows * all];
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < width; i++)
            {
                wide[row * all + columns[i]] += values[row * width + i];
            }
        }

        return (new(wide, from), added, all);
    }

    /// <summary>A bias with what a shift of the operand adds to each row.</summary>
    private static Weights? Shifted(Weights? bias, float[]? added, Operand operand) => added is null ? bias
        : bias is null ? new(added, operand.Affine!.From) : bias.Map((value, i) => value + added[i], operand.Affine!.From);

    /// <summary>A Dense layer.</summary>
    /// <param name="node">The node that it is from.</param>
    /// <param name="operand">What it reads.</param>
    /// <param name="weights">[units, features]</param>
    /// <param name="bias">[units], if there is one.</param>
    private Node Dense(OnnxNode node, Operand operand, Weights weights, Weights? bias)
    {
        int units = weights.Values.Length / operand.Width;
        (Weights wide, float[]? added, _) = Widened(operand, weights);
        Weights? all = Shifted(bias, added, operand);
        return Make(NodeKind.Dense, node, units, operand.Sources) with
        {
            W = [wide],
            B = all is null ? [] : [all],
            IsTimed = operand.IsTimed,
        };
    }

    /// <summary>A Dense layer that gives what it reads, scaled and shifted and chosen as that is.</summary>
    private Node Unit(OnnxNode node, Operand operand)
    {
        int width = operand.Width <= MostIdentity ? operand.Width
            : throw Refuse($"would become a product of {operand.Width} features with themselves");
        _folder.Charge((long)width * width);
        float[] identity = new float[width * width];
        for (int i = 0; i < width; i++)
        {
            identity[i * width + i] = 1;
        }

        return Dense(node, operand, new(identity, []), bias: null);
    }
}
