using GruGen.Generator.Planning;

namespace GruGen.Generator.Emission;

/// <summary>Writes the two products that a backward pass is made of.</summary>
internal static class Products
{
    private const string Entry = "[MethodImpl(Optimized)]";
    private const string Tile = "[MethodImpl(Tile)]";

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
                    for (nuint row = 0; row < rows; row += {{(plan.HasWide ? $"V.Count == {KernelPlan.MaxLanes} ? {2 * rows}u : {rows}u" : rows)}})
                    {
                        GradientTile{{plan.Tile}}(
                            ref Unsafe.Add(ref g, row * {{plan.RowStride}}), ref Unsafe.Add(ref weights, column), stride, ref Unsafe.Add(ref d, (row * columns) + column), columns, rows - row{{argument}}, add{{done}});
                    }
                }
            }

            {{InputTile(plan)}}
            """;
    }

    /// <summary>dW += gᵀ·x, tile by tile.</summary>
    public static string WeightGradient(WeightProduct plan, string equation = "dW += gᵀ·x, row after row", bool parameters = true)
    {
        (int units, int vectors) = (plan.Tile.Rows, plan.Tile.Vectors);
        bool asked = plan.Units == WeightProduct.AsAsked;
        string count = asked ? "units" : Text.Literal(plan.Units);
        string summary = !parameters ? $"/// <summary>{equation}.</summary>" : $$"""
            /// <summary>{{equation}}, for a share of the units: g[rows, {{plan.RowStride}}], x[rows, columns], dW[{{count}}, columns].</summary>
            """;
        return $$"""
            {{summary}}
            {{Entry}}
            private static void WeightGradient{{plan.Tile}}(ref float g, ref float x, ref float dWeight, {{(asked ? "nuint units, " : "")}}nuint columns, nuint rows, Share share)
            {
                nuint lanes = (nuint)V.Count;
                (nuint start, nuint end) = share.Of({{count}}, {{plan.MostUnits}});
                {{Columns(plan.ReachesBack, vectors)}}
                    for (nuint unit = start; unit < end; unit += {{(plan.HasWide ? $"V.Count == {KernelPlan.MaxLanes} ? {2 * units}u : {units}u" : units)}})
                    {
                        WeightTile{{plan.Tile}}(ref Unsafe.Add(ref g, unit), ref Unsafe.Add(ref x, column), ref Unsafe.Add(ref dWeight, (unit * columns) + column), columns, rows{{(plan.ReachesBack ? ", done: next - column" : "")}});
                    }
                }
            }

            {{WeightTile(plan)}}
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
                {{Text.Lines(4, Products(0, rows).Concat(IfWide(plan.HasWide, Products(rows, most))))}}
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
                {{Lanes(vectors)}}{{(plan.HasWide ? $"bool wide = V.Count == {KernelPlan.MaxLanes} && rows > {rows};\n    " : "")}}{{Text.Lines(4, sums)}}
                {{Text.Lines(4, [depth])}}

                {{Text.Lines(4, Results(0, rows).Concat(IfWide(plan.HasWide, Results(rows, most))))}}
            }
            """;

        static string Put(int row, int vector) => $"Rows.Put(d{row}{vector}, ref d, {Offset(row, vector)}, add);";

        string Stored(int row, string store) => row == 0 || row == rows ? store : $"if (rows > {row}) {{ {store} }}";
    }

    private static string WeightTile(WeightProduct plan)
    {
        (int units, int most, int vectors) = (plan.Tile.Rows, plan.MostUnits, plan.Tile.Vectors);
        string At(int unit, int v) => unit < units ? $"ref dw, {Offset(unit, v)}" : $"ref more, {Offset(unit - units, v)}";
        IEnumerable<string> loads = Enumerable.Range(0, most).Select(unit => "V " + Text.Each(vectors, ", ", v => $"d{unit}{v} = V.Load({At(unit, v)})") + ";");
        IEnumerable<string> Products(int from, int to) => Enumerable.Range(from, to - from)
            .Select(unit => $"V g{unit} = V.Broadcast(ref g, {unit});  "
                + Text.Each(vectors, "  ", v => $"d{unit}{v} = V.MultiplyAdd(g{unit}, x{v}, d{unit}{v});"));
        IEnumerable<string> StoresOf(int from, int to) => !plan.ReachesBack
            ? Enumerable.Range(from, to - from).Select(unit => Text.Each(vectors, "  ", v => $"d{unit}{v}.Store({At(unit, v)});"))
            : Stores(vectors, v => Enumerable.Range(from, to - from).Select(unit => $"d{unit}{v}.Store({At(unit, v)});"));

        return $$"""
            /// <summary>{{units}} units by {{(vectors == 1 ? "one vector" : $"{vectors} vectors")}}{{(plan.HasWide ? $", of 512 bits {most} units" : "")}}.</summary>
            {{Tile}}
            private static void WeightTile{{plan.Tile}}(ref float g, ref float x, ref float dw, nuint columns, nuint rows{{(plan.ReachesBack ? ", nuint done" : "")}})
            {
                {{Lanes(vectors)}}{{(plan.HasWide ? $"bool wide = V.Count == {KernelPlan.MaxLanes};\n    ref float more = ref Unsafe.Add(ref dw, wide ? {Offset(units, 0)} : 0); // the second half of the units\n    " : "")}}{{Text.Lines(4, loads)}}
                for (; rows > 0; rows--, g = ref Unsafe.Add(ref g, {{plan.RowStride}}), x = ref Unsafe.Add(ref x, columns))
                {
                    V {{Text.Each(vectors, ", ", v => $"x{v} = V.Load(ref x, {Offset(0, v)})")}};
                    {{Text.Lines(8, Products(0, units).Concat(IfWide(plan.HasWide, Products(units, most))))}}
                }

                {{Text.Lines(4, StoresOf(0, units).Concat(IfWide(plan.HasWide, StoresOf(units, most))))}}
            }
            """;
    }

    /// <summary>What a tile does with the part of it that only vectors of 512 bits have.</summary>
    private static IEnumerable<string> IfWide(bool has, IEnumerable<string> lines) =>
        !has ? [] : ["if (wide)", "{", .. lines.SelectMany(line => line.Split('\n')).Select(line => line.Length == 0 ? line : "    " + line), "}"];

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
