using System.Globalization;
using GruGen.Generator.Emission;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Layers;

/// <summary>
/// How the file of a model names memory and what it calls. The file lives in the user's namespace, so every name in it is qualified.
/// </summary>
internal static class ModelText
{
    public const string Kernels = "global::GruGen.Kernels.";

    // nint and nuint are no keywords where a project has types or aliases of these names
    public const string Native = "global::System.IntPtr", UnsignedNative = "global::System.UIntPtr";

    public const string Outputs = "global::System.Span<float>";

    /// <summary>Where a span starts.</summary>
    public const string Reference = "ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference";

    /// <summary>A method of a layer's kernel.</summary>
    public static string Kernel(LayerPlan layer, string method) => Kernel(layer.KernelName, method);

    /// <summary>A method of the kernel of this type.</summary>
    public static string Kernel(string name, string method) => $"global::{KernelNames.Namespace}.{name}<TVector>.{method}";

    /// <summary>The field of a buffer.</summary>
    public static string Field(string name) => "_" + name;

    /// <summary>The field of the buffer that is named after a layer.</summary>
    public static string Field(LayerPlan layer) => Field(layer.Name);

    /// <summary>The field of the buffer of some gradients.</summary>
    public static string GradientField(string name) => "_d" + char.ToUpperInvariant(name[0]) + name.Substring(1);

    /// <summary>The member of a block of steps that has these rows.</summary>
    public static string BlockName(Rows rows) => char.ToUpperInvariant(rows.Name[0]) + rows.Name.Substring(1);

    /// <summary>Where some rows start, if those that others are a part of start there.</summary>
    public static string Within(Rows rows, Func<Rows, string> place) =>
        rows.Whole is { } whole ? PartOf(place(whole), rows.Start, rows.Name) : place(rows);

    /// <summary>A part of each row.</summary>
    public static string PartOf(string place, int start, string name) => start == 0 ? place : $"ref At({place}, {Named(start, name)})";

    /// <summary>Where some rows lie, from the row <paramref name="first"/> on.</summary>
    public static string At(Rows rows, string? first = null) =>
        rows.Whole is not null
            ? Within(rows, whole => At(whole, first))
            : rows.IsInput
            ? OfInput("Features", rows, first)
            : $"ref {(rows.IsFinalState ? $"State({rows.FinalState}).Final" : Field(rows.Name))}{From(rows, first)}";

    /// <summary>Where their gradients lie.</summary>
    public static string GradientAt(Rows rows, string? first = null) => rows.Whole is not null
        ? Within(rows, whole => GradientAt(whole, first))
        : rows.IsInput
        ? OfInput("FeatureGradients", rows, first)
        : rows.IsFinalState
        ? $"ref State({rows.FinalState}).Gradient{From(rows, first)}"
        : $"ref {GradientField((rows.GradientOf ?? rows).Name)}{From(rows, first)}";

    /// <summary>So far into a buffer, where <paramref name="name"/> lies.</summary>
    public static string At(string buffer, long offset, string name) =>
        offset == 0 ? $"ref {buffer} /* {name} */" : $"ref At(ref {buffer}, {Named(offset, name)})";

    /// <summary>So far into the packed weights.</summary>
    public static string Packed(long offset, string name) => $"ref Packed({Named(offset, name)})";

    /// <summary>So far into the weights that lie row by row.</summary>
    public static string PackedBackward(long offset, string name) => $"ref PackedBackward({Named(offset, name)})";

    /// <summary>So far into what predictions read beside the packed weights.</summary>
    public static string Prepared(long offset, string name) => $"ref Prepared({Named(offset, name)})";

    /// <summary>So far into the sums of gradients.</summary>
    public static string GradientSums(long offset, string name) => $"ref _gradients.At({Named(offset, name)})";

    /// <summary>A distance beside the name of what lies there.</summary>
    public static string Named(long offset, string name) => $"{Offset(offset)} /* {name} */";

    /// <summary>The gradients of rows of a tensor, from their sums.</summary>
    public static string Stored(string name, long sums, int stride, long tensor, int rows, int size) =>
        $"{Kernels}Faint.CopyRows({GradientSums(sums, name)}, {stride}, {At("gradients", tensor, name)}, {size}, {rows}, {size});";

    /// <summary>The number of rows.</summary>
    public static string Count(Rows rows) => !rows.PerStep ? "BatchSize" : rows.Clock == 0 ? "rows" : $"RowsOf({rows.Clock})";

    /// <summary>Where the rows of their steps lie.</summary>
    public static string PlacesOf(Rows rows) => rows.Clock == 0 ? "Places" : $"PlacesOf({rows.Clock})";

    /// <summary>The first of the steps at hand, and the step after them.</summary>
    public static string StepsOf(Rows rows) => rows.Clock == 0 ? "first, end" : $"0, StepsOf({rows.Clock})";

    /// <summary>The number of their steps in a block of a runner.</summary>
    public static string BlockCount(Rows rows) => rows.Clock == 0 ? "count" : $"count{rows.Clock}";

    /// <summary>Whether their clock has a step now, in a step of a stream.</summary>
    public static string StepEnds(Rows rows) => $"ends{rows.Clock}";

    /// <summary>Where the rows of their steps lie in a block of a runner.</summary>
    public static string BlockPlaces(Rows rows) => rows.Clock == 0 ? "places" : $"places{rows.Clock}";

    /// <summary>What one of the rows is of.</summary>
    public static string Unit(Rows rows) => rows.PerStep ? "rows" : "sequences";

    public static string Flag(bool value) => value ? "true" : "false";

    public static string Real(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A member whose body is one statement, which then is an expression, or several.</summary>
    public static string Member(string head, IEnumerable<string> body)
    {
        string[] lines = [.. body.SelectMany(line => line.Split('\n'))];
        return lines.Length == 1 ? $"{head} => {lines[0]}" : $$"""
            {{head}}
            {
                {{Lines(4, lines)}}
            }
            """;
    }

    /// <summary>Lines for one thread alone.</summary>
    public static string IfFirst(string lines) => $$"""
        if (share.IsFirst)
        {
            {{Lines(4, [lines])}}
        }
        """;

    /// <summary>The gradient of the inputs only where somebody asked for it.</summary>
    public static string IfWanted(Rows source, string line) => !source.AreInputs ? line : $$"""
        if (InputGradients)
        {
            {{line}}
        }
        """;

    private static string OfInput(string memory, Rows rows, string? first) =>
        first is null ? $"ref {memory}" : $"ref At(ref {memory}, {first} * {rows.Stride})";

    private static string From(Rows rows, string? first) => first is null ? ".Start" : $".At({first} * {rows.Stride})";
}
