using System.CommandLine;

namespace GruGen.Tool;

/// <summary><c>grugen export FILE --to FORMAT</c>: the weights of a model in another format, float32.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A file of GruGen, or one that can be imported." };
        var format = new Option<string>("--to") { Description = "The format.", Required = true };
        format.AcceptOnlyFromAmong("safetensors", "onnx", "npz");
        var output = new Option<string>("-o")
        {
            Description = "The file to write; otherwise the name of the file that is read, in the current folder.",
        };
        var model = new Option<string>("--model")
        {
            Description = "The C# file that declares the model; otherwise the file's metadata say what it is.",
        };
        var force = new Option<bool>("--force") { Description = "Overwrites a file that is there." };
        var settings = new ImportSettings();
        var command = new Command("export", "Writes the weights of a model in another format.") { file, format, output, model, force };
        settings.AddTo(command);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file), to = parsed.GetRequiredValue(format);
            string target = parsed.GetValue(output) ?? Path.ChangeExtension(Path.GetFileName(path), "." + to);
            if (Path.GetFullPath(target) == Path.GetFullPath(path) || (File.Exists(target) && !parsed.GetValue(force)))
            {
                throw new UsageException(
                    $"'{target}' is there already; '-o' gives another place, and '--force' overwrites a file that is not read.");
            }

            Targets.Check(target);
            TextWriter printed = parsed.InvocationConfiguration.Output;
            CompiledModel compiled = Model(path, parsed.GetValue(model), settings.Read(parsed, path), printed);
            if (to == "npz")
            {
                NpzWriter.Write(target, compiled.Schema, compiled.Parameters);
            }
            else if (to == "onnx")
            {
                compiled.SaveOnnx(target);
            }
            else
            {
                compiled.Save(target);
            }

            printed.WriteLine($"wrote   {Printed.Line(target)}: {compiled.Schema.Tensors.Length} tensors");
        });
        return command;
    }

    private static CompiledModel Model(string path, string? declaration, ImportOptions options, TextWriter output)
    {
        if (declaration is not null)
        {
            CompiledModel declared = CompiledModel.Of(File.ReadAllText(declaration), Path.GetFileName(declaration));
            declared.Load(path);
            return declared;
        }

        ImportedModel imported = WeightFiles.Open(path).Import(options);
        CompiledModel compiled = CompiledModel.Of(imported.Schema.ToCSharp("Model"), "the declaration");
        compiled.Load(imported.Parameters);
        foreach (string note in imported.Notes)
        {
            output.WriteLine($"note    {Printed.Line(note)}");
        }

        return compiled;
    }
}
