using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <content>Products with weights, embeddings and normalisations.</content>
internal sealed partial class Interpreter
{
    private Signal MatMul(OnnxNode node, Signal x, Value second)
    {
        if (second is Signal)
        {
            throw Refuse("multiplies two values that the model computes, as attention does; only products with weights are read");
        }

        if (second is not Constant { Rank: 2 } weights || x.Axes is not [.., Signal.Feature])
        {
            throw Refuse($"multiplies {x.Describe()} with {second.Describe()}, where [features, units] is expected");
        }

        Operand operand = Read(x);
        int units = weights.Shape[1] is { IsNumber: true, Factor: > 0 } known ? (int)known.Factor
            : throw node.Invalid("has weights of no size");
        float[] values = Floats(node, weights, "weights", operand.Width, units);
        return x.With(Dense(node, operand, new(Transposed(values, operand.Width, units), weights.From), bias: null));
    }

    private Signal Gemm(OnnxNode node, Signal x, Value?[] inputs)
    {
        (float alpha, float beta) = (node.Number("alpha", 1), node.Number("beta", 1));
        (long transA, long transB) = (node.Integer("transA", 0), node.Integer("transB", 0));
        if (transA != 0 || x.Axes.Length != 2 || x.Axes[1] != Signal.Feature)
        {
            throw Refuse($"multiplies {x.AxesText}, where [batch, features] is expected");
        }

        Operand operand = Read(x);
        Constant weights = Known(node, inputs, 1, "B");
        int units = weights is { Rank: 2 } && weights.Shape[transB != 0 ? 0 : 1] is { IsNumber: true, Factor: > 0 } known
            ? (int)known.Factor : throw node.Invalid("has weights of no size");
        float[] values = transB != 0
            ? Floats(node, weights, "B", units, operand.Width)
            : Transposed(Floats(node, weights, "B", operand.Width, units), operand.Width, units);
        Weights? bias = null;
        if (inputs.ElementAtOrDefault(2) is not null)
        {
            Constant added = Known(node, inputs, 2, "C");
            bias = new([.. Vector(node, added, x.Axes, units).Select(value => beta * value)], added.From);
        }

        return x.With(Dense(node, operand, new(alpha == 1 ? values : [.. values.Select(value => alpha * value)], weights.From), bias));
    }

    /// <summary>[columns, rows] of [rows, columns].</summary>
    private static float[] Transposed(float[] matrix, int rows, int columns)
    {
        float[] transposed = new float[matrix.Length];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                transposed[j * rows + i] = matrix[i * columns + j];
            }
        }

        return transposed;
    }

    /// <summary>A number for each feature of a value on these axes: a constant that differs along the features alone.</summary>
    private float[] Vector(OnnxNode node, Constant value, ImmutableArray<string> axes, int width)
    {
        if (value.Floats is null || value.Rank > axes.Length)
        {
            throw Refuse($"computes with {value.Describe()}");
        }

        for (int i = 1; i <= value.Rank; i++)
        {
            if (value.Core[^i] != 1 && (axes[^i] != Signal.Feature || value.Core[^i] != width))
            {
                throw Refuse($"computes with {value.Describe()} along another axis than that of the {width} features");
            }
        }

        _folder.Charge(width);
        return value.Count == 1 ? [.. Enumerable.Repeat(value.Floats[0], width)] : value.Floats;
    }

    private Signal Embedding(OnnxNode node, Constant table, Signal tokens)
    {
        if (!tokens.IsTokens || table.Rank != 2 || node.Integer("axis", 0) != 0
            || table.Shape is not [{ IsNumber: true, Factor: > 0 } rows, { IsNumber: true, Factor: > 0 } size])
        {
            throw Refuse($"takes elements of {table.Describe()} by {tokens.Describe()}");
        }

        float[] values = Floats(node, table, "table", rows.Factor, size.Factor);
        Node embedding = Make(NodeKind.Embedding, node, (int)size.Factor, [new(tokens.Whole!.Value.Node, Moment.Whole)]) with
        {
            Vocabulary = (int)rows.Factor,
            W = [new(values, table.From)],
            IsTimed = true,
        };
        return new Signal([.. tokens.Axes, Signal.Feature], [[new(embedding, 0, embedding.Size)]])
        {
            BatchSize = tokens.BatchSize,
            Steps = tokens.Steps,
            IsReversed = tokens.IsReversed,
        };
    }

    private Signal BatchNormalization(OnnxNode node, Signal x, Value?[] inputs)
    {
        node.Ignore("momentum", "is_test");
        if (node.Integer("training_mode", 0) != 0 || node.Integer("spatial", 1) != 1
            || node.Outputs.Skip(1).Any(output => output.Length > 0))
        {
            throw Refuse("normalises by the batch, as in training; export the model for evaluation");
        }

        if (x.Axes.Length < 2 || x.Axes[1] != Signal.Feature)
        {
            throw Refuse($"normalises the axis 1 of {x.AxesText}, where the features are expected");
        }

        Constant[] given = [.. Enumerable.Range(1, 4).Select(i => Known(node, inputs, i, Names[i - 1]))];
        float[][] all = [.. given.Select((value, i) => Floats(node, value, Names[i], x.Width))];
        ImmutableArray<Source> sources = Plain(node, x);
        Weights[] weights = [.. all.Zip(given, (values, value) => new Weights(values, value.From))];
        return x.With((Affine?)null).With(Make(NodeKind.BatchNorm, node, x.Width, sources) with
        {
            Epsilon = Shortest(node.Number("epsilon", 1e-5f)),
            W = [weights[0]],
            B = [weights[1]],
            R = [weights[2], weights[3]],
            IsTimed = IsTimed(sources[0]),
        });
    }

    private static readonly string[] Names = ["scale", "B", "mean", "var"];

    private Signal LayerNormalization(OnnxNode node, Signal x, Value?[] inputs)
    {
        node.Ignore("stash_type");
        long axis = node.Integer("axis", -1);
        double epsilon = Shortest(node.Number("epsilon", 1e-5f));
        if (ConstantFolder.Axis(node, axis, x.Axes.Length) != x.Axes.Length - 1 || x.Axes[^1] != Signal.Feature
            || node.Outputs.Skip(1).Any(output => output.Length > 0))
        {
            throw Refuse($"normalises {x.AxesText} from the axis {axis} on, where that of the features is expected");
        }

        Constant scale = Known(node, inputs, 1, "Scale");
        Signal normal = Normalised(node, x, epsilon);
        normal = Scaled(normal, Floats(node, scale, "Scale", x.Width), null, scale.From, node);
        return inputs.ElementAtOrDefault(2) is null ? normal
            : Scaled(normal, null, Floats(node, Known(node, inputs, 2, "B"), "B", x.Width), Known(node, inputs, 2, "B").From, node);
    }

    /// <summary>(x − μ)/√(σ² + ε)</summary>
    private Signal Normalised(OnnxNode node, Signal x, double epsilon)
    {
        if (epsilon <= 0)
        {
            throw Refuse($"normalises with ε = {epsilon}, which has to be above 0");
        }

        ImmutableArray<Source> sources = Plain(node, x);
        int size = sources.Sum(source => source.Node.Size);
        return x.With(Make(NodeKind.LayerNorm, node, size, sources) with
        {
            Epsilon = epsilon,
            W = [new([.. Enumerable.Repeat(1f, size)], [])],
            B = [new(new float[size], [])],
            IsTimed = IsTimed(sources[0]),
        });
    }

    /// <summary>The double that is written as briefly as a float: 0.001, and not 0.0010000000474974513.</summary>
    private static double Shortest(float value) =>
        double.Parse(value.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
            System.Globalization.CultureInfo.InvariantCulture);
}
