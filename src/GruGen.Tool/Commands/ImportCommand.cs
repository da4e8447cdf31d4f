using System.CommandLine;
using System.Globalization;
using System.Text;

namespace GruGen.Tool;

/// <summary><c>grugen import FILE</c>: a class and its weights out of a file.</summary>
internal static class ImportCommand
{
    private const string FirstLine = "// Written by grugen from ";

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A file of PyTorch, Keras, ONNX, RTNeural, NumPy or safetensors." };
        var output = new Option<string>("-o")
        {
            Description = "The file of the class; the weights are written beside it. Otherwise the class's name.",
        };
        var space = new Option<string>("--namespace") { Description = "The namespace of the class." };
        var force = new Option<bool>("--force") { Description = "Overwrites files that are there." };
        var settings = new ImportSettings();
        var command = new Command(
            "import", "Writes a model's class and its weights, and compares both with the original.") { file, output, space, force };
        settings.AddTo(command);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            ImportOptions options = settings.Read(parsed, path);
            string code = parsed.GetValue(output) ?? options.Name + ".cs";
            Run(path, options, code, parsed.GetValue(space), parsed.GetValue(force), parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static void Run(string path, ImportOptions options, string code, string? space, bool force, TextWriter output)
    {
        string weights = Path.ChangeExtension(code, ".safetensors");
        if (weights == code)
        {
            throw new UsageException($"'{Printed.Line(code)}' is to be the class, but its weights would have that name; end it in .cs.");
        }

        CheckTargets(path, code, weights, force);
        WeightFile file = WeightFiles.Open(path);
        ImportedModel imported = file.Import(options);
        string text = Text(path, file, imported, space);
        CompiledModel compiled = CompiledModel.Of(text, Path.GetFileName(code));
        compiled.Load(imported.Parameters);
        string check = imported.Original is { } original ? Check(compiled, original) : "nothing here can run the original";
        output.WriteLine($"read    {Printed.Line(Path.GetFileName(path))}: {file.Format}");
        foreach (string line in Printed.Layers(imported.Schema))
        {
            output.WriteLine($"layer   {line}");
        }

        foreach (string note in imported.Notes)
        {
            output.WriteLine($"note    {Printed.Line(note)}");
        }

        output.WriteLine($"check   {check}");
        compiled.Save(weights);
        AtomicFile.Write(code, stream => stream.Write(Encoding.UTF8.GetBytes(text))); // last: a class is never there without its weights
        output.WriteLine($"wrote   {Printed.Line(code)}, {Printed.Line(weights)}");
    }

    /// <summary>How far the compiled class is from the original, in words.</summary>
    private static string Check(CompiledModel compiled, IOriginal original)
    {
        Comparison comparison = Comparison.Of(compiled, original);
        string figure = comparison.Difference.ToString("G2", CultureInfo.InvariantCulture);
        return comparison.Agrees
            ? $"the largest difference from {original.Description} is {figure} in {comparison.Steps} steps of drawn input"
            : throw new InvalidDataException(
                $"The model differs by {figure} from {original.Description}, which is more than rounding explains; nothing is written.");
    }

    /// <summary>The file of the class.</summary>
    private static string Text(string path, WeightFile file, ImportedModel imported, string? space)
    {
        string declaration;
        try
        {
            declaration = imported.Schema.ToCSharp(@namespace: space);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException($"{exception.Message} '--name' and '--namespace' give others.", exception);
        }

        IEnumerable<string> comment =
        [
            FirstLine + $"{Printed.Cut(Path.GetFileName(path), 80)} ({file.Format}).",
            $"// SHA-256 {Printed.Sha256(path)}",
            .. imported.Notes.SelectMany(note => Printed.Comment("- " + note)),
        ];
        return string.Concat(comment.Select(line => line + "\n")) + declaration;
    }

    private static void CheckTargets(string path, string code, string weights, bool force)
    {
        foreach (string target in new[] { code, weights })
        {
            if (Path.GetFullPath(target) == Path.GetFullPath(path))
            {
                throw new UsageException($"'{target}' would replace the file that is read; '-o' gives another place.");
            }

            if (!force && File.Exists(target)
                && !(target == code && File.ReadLines(target).FirstOrDefault("").StartsWith(FirstLine, StringComparison.Ordinal)))
            {
                throw new UsageException($"'{target}' is there already; '--force' overwrites it.");
            }

            Targets.Check(target);
        }
    }
}
