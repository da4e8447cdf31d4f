using System.CommandLine;
using System.Globalization;

namespace GruGen.Tool;

/// <summary><c>grugen inspect FILE</c>: what is in a file.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file")
        {
            Description = "A file of PyTorch, Keras, ONNX, RTNeural, NumPy, safetensors or of GruGen itself.",
        };
        var settings = new ImportSettings();
        var command = new Command("inspect", "Prints the tensors, metadata and layers of a file.") { file };
        settings.AddTo(command);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            Run(path, settings.Read(parsed, path), parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static void Run(string path, ImportOptions options, TextWriter output)
    {
        WeightFile file = WeightFiles.Open(path);
        output.WriteLine(
            $"file      {Printed.Line(Path.GetFileName(path))}, {Number(new FileInfo(path).Length)} bytes, SHA-256 {Printed.Sha256(path)}");
        output.WriteLine($"format    {file.Format}");
        output.WriteLine($"tensors   {file.Tensors.Count}, {Number(file.Tensors.Sum(tensor => tensor.Length))} numbers");
        foreach (StoredTensor tensor in file.Tensors)
        {
            output.WriteLine($"          {Printed.Line(tensor.ToString())}");
        }

        foreach ((string key, string value) in file.Metadata)
        {
            output.WriteLine($"metadata  {Printed.Cut(key, 80)} = {Printed.Cut(value, 200)}");
        }

        try
        {
            foreach ((string key, string value) in file.Describe?.Invoke(options) ?? [])
            {
                output.WriteLine($"{Printed.Cut(key, 80),-9} {Printed.Cut(value, 200)}");
            }

            ImportedModel model = file.Import(options);
            foreach (string line in Printed.Layers(model.Schema))
            {
                output.WriteLine($"layer     {line}");
            }

            foreach (string note in model.Notes)
            {
                output.WriteLine($"note      {Printed.Line(note)}");
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or NotSupportedException)
        {
            output.WriteLine($"no model  {Printed.Line(exception.Message)}");
        }
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
