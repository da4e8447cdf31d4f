using System.Reflection;

namespace GruGen.Generator.Attributes;

/// <summary>
/// The addresses of the pages in <c>docs/diagnostics</c>, if the build was given one: <c>-p:DiagnosticPages=https://…</c>.
/// </summary>
internal static class HelpLinks
{
    private static readonly string? s_pages = typeof(HelpLinks).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(metadata => metadata.Key == "DiagnosticPages")?.Value;

    public static string? Of(string id) => Of(s_pages, id);

    /// <summary>No link rather than one that leads nowhere.</summary>
    public static string? Of(string? pages, string id) => string.IsNullOrEmpty(pages) ? null : $"{pages!.TrimEnd('/')}/{id}.md";
}
