using System.CommandLine;
using System.CommandLine.Help;

namespace GruGen.Tool;

/// <summary>The command line: <c>grugen import|inspect|export FILE</c>.</summary>
internal static class Program
{
    private const int Done = 0, Failed = 1, Misused = 2;

    private static int Main(string[] args) => Run(args, Console.Out, Console.Error);

    /// <summary>Runs a command.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="output">What it prints.</param>
    /// <param name="errors">What went wrong, a plain sentence.</param>
    /// <returns>0 if it is done, 1 if the file or the model is the reason that it is not, 2 if the command line is.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter errors)
    {
        var root = new Command("grugen", "Brings the model you have to GruGen, and back.")
        {
            ImportCommand.Create(), InspectCommand.Create(), ExportCommand.Create(), new HelpOption(), new VersionOption(),
        };
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0 || args.Count == 0)
        {
            string[] messages = [.. parsed.Errors.Select(error => error.Message)];
            string message = args.Count == 0 ? "A command is expected: import, inspect or export."
                : Array.Find(messages, text => text.Contains('\'', StringComparison.Ordinal)) ?? messages[0]; // which names the word
            errors.WriteLine($"{Printed.Line(message)} 'grugen --help' and 'grugen import --help' say what there is.");
            return Misused;
        }

        try
        {
            parsed.Invoke(new InvocationConfiguration { Output = output, Error = errors, EnableDefaultExceptionHandler = false });
            return Done;
        }
        catch (Exception exception) when (exception is UsageException or ArgumentException)
        {
            errors.WriteLine(exception.Message);
            return Misused;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or NotSupportedException
            or UnauthorizedAccessException or InsufficientMemoryException)
        {
            errors.WriteLine(Printed.Line(exception.Message));
            return Failed;
        }
    }
}
