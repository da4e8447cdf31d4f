using System.Reflection.Metadata;
using System.Text;
using GruGen.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace GruGen.Generator.Tests;

/// <summary>What a debugger sees of emitted code: where each instruction stands, and what variables are called.</summary>
public sealed class SymbolTests
{
    private const string Source =
        """
        using GruGen;

        [GruModel]
        [Embedding(9, 4, PaddingToken = 0), Conv1D(6, 2), Gru(8, Bidirectional = true, Output = SequenceOutput.EveryStep), LayerNorm, Gru(5), Dense(2)]
        internal sealed partial class Everything;
        """;

    [Theory]
    [InlineData(OptimizationLevel.Debug)]
    [InlineData(OptimizationLevel.Release)]
    public void A_debugger_stops_at_the_statements_of_emitted_files(OptimizationLevel level)
    {
        GeneratorRun run = GeneratorRun.Of(Source);
        using MetadataReaderProvider provider = Symbols(run, level);
        MetadataReader symbols = provider.GetMetadataReader();
        Dictionary<string, SyntaxTree> emitted = run.Output.SyntaxTrees
            .Where(tree => run.Files.Keys.Any(file => tree.FilePath.EndsWith(file, StringComparison.Ordinal)))
            .ToDictionary(tree => tree.FilePath, StringComparer.Ordinal);
        Assert.Equal(3, emitted.Count); // the model, and two shapes

        HashSet<string> seen = [];
        int points = 0;
        foreach (MethodDebugInformation method in symbols.MethodDebugInformation.Select(symbols.GetMethodDebugInformation))
        {
            foreach (SequencePoint point in method.GetSequencePoints().Where(point => !point.IsHidden))
            {
                string file = symbols.GetString(symbols.GetDocument(point.Document).Name);
                if (!emitted.TryGetValue(file, out SyntaxTree? tree))
                {
                    continue;
                }

                SourceText text = tree.GetText();
                int start = text.Lines.GetPosition(new LinePosition(point.StartLine - 1, point.StartColumn - 1));
                int end = text.Lines.GetPosition(new LinePosition(point.EndLine - 1, point.EndColumn - 1));
                Assert.Equal(start, tree.GetRoot().FindToken(start).SpanStart);
                Assert.Equal(end, tree.GetRoot().FindToken(end - 1).Span.End);
                seen.Add(file);
                points++;
            }
        }

        Assert.Equal(emitted.Keys.Order(), seen.Order());
        Assert.True(points > 500, $"{points} places");
    }

    [Fact]
    public void Variables_have_the_names_of_the_equations()
    {
        using MetadataReaderProvider provider = Symbols(GeneratorRun.Of(Source), OptimizationLevel.Debug);
        MetadataReader symbols = provider.GetMetadataReader();
        HashSet<string> names = [.. symbols.LocalVariables.Select(variable => symbols.GetString(symbols.GetLocalVariable(variable).Name))];
        Assert.Superset(new HashSet<string> { "r0", "z0", "n0", "previous", "lanes", "unit" }, names);
    }

    private static MetadataReaderProvider Symbols(GeneratorRun run, OptimizationLevel level)
    {
        using var image = new MemoryStream();
        var symbols = new MemoryStream();
        CSharpCompilation project = run.Output.WithOptions(run.Output.Options.WithOptimizationLevel(level));
        foreach (SyntaxTree tree in project.SyntaxTrees.Where(tree => tree.Encoding is null)) // those of the test
        {
            project = project.ReplaceSyntaxTree(tree, tree.WithChangedText(SourceText.From(tree.ToString(), Encoding.UTF8)));
        }

        EmitResult result = project.Emit(
            image, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        symbols.Position = 0;
        return MetadataReaderProvider.FromPortablePdbStream(symbols);
    }
}
