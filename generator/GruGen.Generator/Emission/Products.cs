using GruGen.Generator.Planning;
using GruGen.Generator.Values;

namespace GruGen.Generator.Emission;

/// <summary>Writes the two products that a backward pass is made of.</summary>
internal static class Products
{
    private const string Entry = "[@MethodImpl(Optimized)]";
    private const string Tile = "[@MethodImpl(Tile)]";

    /// <summary>d = g·W, tile by tile; <paramref name="equation"/> is what the product is good for.</summary>
    public static string InputGradient(InputProduct plan, string equation, bool parameters = true)
    {
        bool asked = plan.Segments == Planning.InputProduct.AsAsked;
        string depth = asked ? $"gates · {plan.SegmentLength}" : $"{plan.Segments * plan.SegmentLength}";
        (int rows, int vectors) = (plan.Tile.Rows, plan.Tile.Vectors);
        string summary = !parameters ? $"/// <summary>{equation}.</summary>" : $$"""
            /// <summary>
            /// {{equation}}: columns outside, so that a strip of the weights serves all rows. g[rows, {{plan.RowStride}}], of which {{depth}} count,
            /// and {{plan.MostRows - 1}} rows past the last are read; weights[{{depth}}, stride]; d[rows, columns].
            /// </summary>
            """;
        (string parameter, string argument) = asked ? (", nuint gates", ", gates") : ("", "");
        string done = plan.ReachesBack ? ", done: next - column" : "";
        return $$"""
            {{summary}}
            {{Entry}}
            private static void Gradient{{plan.Tile}}(ref float g, ref float weights, nuint stride, ref float d, nuint columns, nuint rows{{parameter}}, bool add)
            {
                nuint lanes = (nuint)V.Count;
                {{Columns(plan.ReachesBack, vectors)}}
                    for (nuint row = 0; row < rows; row += {{(plan.HasWide ? $"V.Count == {Simd.MaxLanes} ? {2 * rows}u : {rows}u" : rows)}})
                    {
                        GradientTile{{plan.Tile}}(
                            ref Unsafe.Add(ref g, row * {{plan.RowStride}}), ref Unsafe.Add(ref weights, column), stride, ref Unsafe.Add(ref d, (row * columns) + column), columns, rows - row{{argument}}, add{{done}});
                    }
                }
            }

            {{InputTile(plan)}}
            """;
    }

    /// <summary>dW += leftᵀ·right, tile by tile.</summary>
    /// <param name="plan">The product.</param>
    /// <param name="sides">What the sides are called, and the columns of the left one.</param>
    /// <param name="summary">What it is good for.</param>
    public static string WeightGradient(WeightProduct plan, (string Left, string Columns, string Right) sides, string summary)
    {
        (string left, string columns, string right) = sides;
        bool asked = plan.Columns == WeightProduct.AsAsked;
        string one = columns.Substring(0, columns.Length - 1); // of the inputs, an input
        string step = !plan.HasWide && !plan.HasHalf ? $"{plan.Tile.Rows}"
            : (plan.HasWide ? $"V.Count == {Simd.MaxLanes} ? {plan.Most}u : " : "") + (plan.HasHalf ? $"V.Fuses ? {plan.Tile.Rows}u : {plan.Fewest}u" : $"{plan.Tile.Rows}u");
        return $$"""
            /// <summary>{{summary}}</summary>
            {{Entry}}
            private static void WeightGradient{{plan.Tile}}(ref float {{left}}, nuint stride, nuint {{columns}}, ref float {{right}}, {{(asked ? "nuint columns, " : "")}}ref float dWeight, nuint rows, Share share)
            {
                nuint lanes = (nuint)V.Count;
                (nuint start, nuint end) = share.Of({{columns}}, {{plan.Tile.Rows}});
                for (nuint column = 0; column < {{(asked ? "columns" : Text.Literal(plan.Columns))}}; column += {{Text.Vectors(plan.Tile.Vectors)}})
                {
                    for (nuint {{one}} = start; {{one}} < end; {{one}} += {{step}})
                    {
                        WeightTile{{plan.Tile}}(ref Unsafe.Add(ref {{left}}, {{one}}), stride, ref Unsafe.Add(ref {{right}}, column), ref Unsafe.Add(ref dWeight, ({{one}} * {{plan.ResultStride}}) + column), rows{{(plan.HasWide ? $", end - {one}" : "")}});
                    }
                }
            }

            {{WeightTile(plan, left, columns, right)}}
            """;
    }

    private static string InputTile(InputProduct plan)
    {
        (int rows, int most, int vectors) = (plan.Tile.Rows, plan.MostRows, plan.Tile.Vectors);
        IEnumerable<string> sums = Enumerable.Range(0, most).Select(row => "V " + Text.Each(vectors, ", ", v => $"d{row}{v} = V.Zero") + ";");
        IEnumerable<string> Products(int from, int to) => Enumerable.Range(from, to - from).Select(row =>
            $"V g{row} = V.Broadcast(ref g, {(row == 0 ? "k" : $"{row * plan.RowStride} + k")});  " + Text.Each(vectors, "  ", v => $"d{row}{v} = V.MultiplyAdd(g{row}, w{v}, d{row}{v});"));

        // a row is stored if it is there, and a vector unless a tile before has done so: it must not be added twice
        IEnumerable<string> Results(int from, int to) => !plan.ReachesBack
            ? Enumerable.Range(from, to - from).Select(row => Stored(row, Text.Each(vectors, "  ", v => Put(row, v))))
            : Stores(vectors, v => Enumerable.Range(from, to - from).Select(row => Stored(row, Put(row, v))));

        string loop = $$"""
            for (nuint k = 0; k < {{Text.Literal(plan.SegmentLength)}}; k++, w = ref Unsafe.Add(ref w, stride))
            {
                V {{Text.Each(vectors, ", ", v => $"w{v} = V.Load(ref w, {Offset(0, v)})")}};
                {{Text.Lines(4, Products(0, rows).Concat(!plan.HasWide ? [] : If("wide", Products(rows, most))))}}
            }
            """;
        string depth = plan.Segments == 1 ? loop : $$"""
            for (nuint gate = 0; gate < {{(plan.Segments == Planning.InputProduct.AsAsked ? "gates" : plan.Segments)}}; gate++, g = ref Unsafe.Add(ref g, {{plan.SegmentStride}}))
            {
                {{Text.Lines(4, [loop])}}
            }
            """;
        return $$"""
            /// <summary>{{rows}} rows by {{(vectors == 1 ? "one vector" : $"{vectors} vectors")}}{{(plan.HasWide ? $", of 512 bits up to {most} rows" : "")}}.</summary>
            {{Tile}}
            private static void GradientTile{{plan.Tile}}(ref float g, ref float w, nuint stride, ref float d, nuint columns, nuint rows, {{(plan.Segments == Planning.InputProduct.AsAsked ? "nuint gates, " : "")}}bool add{{(plan.ReachesBack ? ", nuint done" : "")}})
            {
                {{Lanes(vectors)}}{{(plan.HasWide ? $"bool wide = V.Count == {Simd.MaxLanes} && rows > {rows};\n    " : "")}}{{Text.Lines(4, sums)}}
                {{Text.Lines(4, [depth])}}

                {{Text.Lines(4, Results(0, rows).Concat(!plan.HasWide ? [] : If("wide", Results(rows, most))))}}
            }
            """;

        static string Put(int row, int vector) => $"d{row}{vector}.Put(ref d, {Offset(row, vector)}, add);";

        string Stored(int row, string store) => row == 0 || row == rows ? store : $"if (rows > {row}) {{ {store} }}";
    }

    private static string WeightTile(WeightProduct plan, string left, string columns, string right)
    {
        (int rows, int vectors, string l, string r) = (plan.Tile.Rows, plan.Tile.Vectors, Letter(left), Letter(right));
        List<(int From, int To, string Condition)> parts = [(0, plan.Fewest, "")];
        if (plan.HasHalf)
        {
            parts.Add((plan.Fewest, rows, "V.Fuses"));
        }

        if (plan.HasWide)
        {
            parts.Add((rows, plan.Most, "wide"));
        }

        string note = (plan.HasWide ? $", of 512 bits up to {plan.Most} {columns}" : "") + (plan.HasHalf ? $"; {plan.Fewest} where a product takes a register of its own" : "");
        string At(int row, int v) => $"ref dw, {Text.Place((long)row * plan.ResultStride, v)}";
        string Start(string condition, int row, int v) => condition == "" ? $"d{row}{v} = V.Load({At(row, v)})" : $"d{row}{v} = {condition} ? V.Load({At(row, v)}) : V.Zero";
        IEnumerable<string> Parts(Func<int, string> line) => parts.SelectMany<(int From, int To, string Condition), string>((part, i) =>
            i == 0 ? Of(part.From, part.To, line) : [.. i == 1 ? (string[])[] : [""], .. If(part.Condition, Of(part.From, part.To, line))]);

        return $$"""
            /// <summary>{{rows}} {{columns}} by {{(vectors == 1 ? "one vector" : $"{vectors} vectors")}} of {{right}}{{note}}.</summary>
            {{Tile}}
            private static void WeightTile{{plan.Tile}}(ref float {{left}}, nuint stride, ref float {{right}}, ref float dw, nuint rows{{(plan.HasWide ? $", nuint {columns}" : "")}})
            {
                {{Lanes(vectors)}}{{(plan.HasWide ? $"bool wide = V.Count == {Simd.MaxLanes} && {columns} > {rows};\n    " : "")}}{{Text.Lines(4, parts.SelectMany(part => Of(part.From, part.To, row => "V " + Text.Each(vectors, ", ", v => Start(part.Condition, row, v)) + ";")))}}
                for (; rows > 0; rows--, {{left}} = ref Unsafe.Add(ref {{left}}, stride), {{right}} = ref Unsafe.Add(ref {{right}}, {{plan.RowStride}}))
                {
                    V {{Text.Each(vectors, ", ", v => $"{r}{v} = V.Load(ref {right}, {Text.Vectors(v)})")}};
                    {{Text.Lines(8, Parts(row => $"V {l}{row} = V.Broadcast(ref {left}, {row});  " + Text.Each(vectors, "  ", v => $"d{row}{v} = V.MultiplyAdd({l}{row}, {r}{v}, d{row}{v});")))}}
                }

                {{Text.Lines(4, Parts(row => Text.Each(vectors, "  ", v => $"d{row}{v}.Put({At(row, v)});")))}}
            }
            """;

        static string Letter(string side) => side.Substring(side.Length - 1).ToLowerInvariant();

        static IEnumerable<string> Of(int from, int to, Func<int, string> line) => Enumerable.Range(from, to - from).Select(line);
    }

    /// <summary>What a tile does with the part of it that is not always there.</summary>
    private static IEnumerable<string> If(string condition, IEnumerable<string> lines) =>
        [$"if ({condition})", "{", .. lines.SelectMany(line => line.Split('\n')).Select(line => line.Length == 0 ? line : "    " + line), "}"];

    /// <summary>The stores of each vector of a tile that reaches back, unless one before it has done them; the last vector is always new.</summary>
    private static IEnumerable<string> Stores(int vectors, Func<int, IEnumerable<string>> of) =>
        Enumerable.Range(0, vectors).SelectMany<int, string>(v => v == vectors - 1 ? of(v) :
        [
            v == 0 ? "if (done == 0)" : $"if (done <= {Offset(0, v)})",
            "{",
            .. of(v).Select(line => "    " + line),
            "}\n",
        ]);

    /// <summary>The loop over tiles side by side; the last one may reach back.</summary>
    private static string Columns(bool reachesBack, int vectors) => Text.Lines(4, [reachesBack
        ? $"for (nuint next = 0; next < columns; next += {Text.Vectors(vectors)})\n{{\n    nuint column = nuint.Min(next, columns - ({Text.Vectors(vectors)}));"
        : $"for (nuint column = 0; column < columns; column += {Text.Vectors(vectors)})\n{{"]);

    private static string Lanes(int vectors) => vectors > 1 ? "nuint lanes = (nuint)V.Count;\n    " : "";

    /// <summary>So many rows and vectors further.</summary>
    private static string Offset(int rows, int vectors) => (rows, vectors) switch
    {
        (0, 0) => "0",
        (0, 1) => "lanes",
        (0, _) => $"{vectors} * lanes",
        (1, 0) => "columns",
        (1, 1) => "columns + lanes",
        (_, 0) => $"{rows} * columns",
        (1, _) => $"columns + ({vectors} * lanes)",
        (_, 1) => $"({rows} * columns) + lanes",
        _ => $"({rows} * columns) + ({vectors} * lanes)",
    };
}
