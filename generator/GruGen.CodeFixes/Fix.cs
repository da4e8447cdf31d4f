using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace GruGen.CodeFixes;

/// <summary>What an editor offers.</summary>
/// <param name="title">What it does, as an instruction.</param>
/// <param name="edits">How, in any of the project's files.</param>
internal sealed class Fix(string title, params IEnumerable<Edit> edits)
{
    public string Title => title;

    public ImmutableArray<Edit> Edits { get; } = [.. edits];

    public async Task<Solution> ApplyAsync(Solution solution, CancellationToken cancellationToken)
    {
        foreach (IGrouping<SyntaxTree, Edit> file in Edits.GroupBy(edit => edit.Tree))
        {
            // what another generator emits cannot be edited
            if (solution.GetDocument(file.Key) is { } document and not SourceGeneratedDocument)
            {
                SourceText text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
                solution = solution.WithDocumentText(document.Id, text.WithChanges(file.Select(edit => edit.Change)));
            }
        }

        return solution;
    }
}
