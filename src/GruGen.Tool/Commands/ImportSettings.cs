using System.CommandLine;

namespace GruGen.Tool;

/// <summary>The options of the command line that say what a file does not say of itself.</summary>
internal sealed class ImportSettings
{
    private readonly Option<string> _name = new("--name") { Description = "The name of the class; otherwise that of the file." };

    private readonly Option<string> _output = Words(
        "--output", "every: an output for every step; final: one for the sequence.", "every", "final");

    private readonly Option<string> _pool = Words(
        "--pool", "How the steps above the topmost GRU become one vector.", "last", "mean", "max");

    private readonly Option<string> _order = new("--order")
    {
        Description = "The modules in the order in which they are applied: gru,norm,fc.",
    };

    private readonly Option<string[]> _parts = new("--part") { Description = "Reads only tensors whose names begin so. May be repeated." };

    private readonly Option<string[]> _ignored = new("--ignore") { Description = "Leaves out a tensor or a module. May be repeated." };

    private readonly Option<string[]> _tables = new("--embedding")
    {
        Description = "A matrix that is a table of vectors, one for each token. May be repeated.",
    };

    private readonly Option<string[]> _activations = new("--activation")
    {
        Description = "The activation of a layer, by its name in the file or here: fc=softmax. May be repeated.",
    };

    private readonly Option<bool> _resetBefore = new("--reset-before")
    {
        Description = "GRUs reset the state before the product (Cho et al. 2014); of ONNX files of PyTorch: they are "
            + "believed to.",
    };

    private readonly Option<bool> _logSoftmax = new("--log-softmax-as-softmax")
    {
        Description = "Takes a LogSoftmax at the end of an ONNX graph as a softmax.",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Any option of a layer in the words of docs/files.md: conv1.dilation=2, norm.epsilon=1e-3, "
            + "embedding.padding_token=0. May be repeated.",
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] options = [_name, _output, _pool, _order, _parts, _ignored, _tables, _activations, _resetBefore, _logSoftmax, _set];
        Array.ForEach(options, command.Add);
    }

    /// <summary>What is given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="UsageException">Something is no assignment.</exception>
    public ImportOptions Read(ParseResult parsed, string path)
    {
        var set = new Dictionary<string, string>(StringComparer.Ordinal);
        if (parsed.GetValue(_resetBefore))
        {
            set[ImportOptions.ResetOfAll] = "before";
        }

        foreach ((string name, string word) in (parsed.GetValue(_activations) ?? []).Select(Assignment))
        {
            set[name + ".activation"] = word;
        }

        foreach ((string name, string word) in (parsed.GetValue(_set) ?? []).Select(Assignment))
        {
            set[name] = word;
        }

        return new ImportOptions
        {
            Name = parsed.GetValue(_name) ?? ClassName(Path.GetFileName(path)),
            Output = parsed.GetValue(_output) switch { "every" => SequenceOutput.EveryStep, "final" => SequenceOutput.Final, _ => null },
            Pool = parsed.GetValue(_pool) switch { "last" => Pooling.Last, "mean" => Pooling.Mean, "max" => Pooling.Max, _ => null },
            Order = (parsed.GetValue(_order) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            Parts = parsed.GetValue(_parts) ?? [],
            Ignored = parsed.GetValue(_ignored) ?? [],
            Tables = parsed.GetValue(_tables) ?? [],
            ResetBefore = parsed.GetValue(_resetBefore),
            LogSoftmaxAsSoftmax = parsed.GetValue(_logSoftmax),
            Set = set,
        };
    }

    /// <summary>A name of a class out of that of a file: <c>my-tagger.v2.pt</c> is <c>MyTaggerV2</c>.</summary>
    public static string ClassName(string file)
    {
        string[] words = Path.GetFileNameWithoutExtension(file).Split([.. file.Where(c => !char.IsLetterOrDigit(c)).Distinct()]);
        string name = string.Concat(words.Where(word => word.Length > 0).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        return name.Length > 0 && char.IsLetter(name[0]) ? name : "Model" + name;
    }

    private static (string Name, string Word) Assignment(string text)
    {
        int sign = text.IndexOf('=', StringComparison.Ordinal);
        return sign > 0 ? (text[..sign], text[(sign + 1)..]) : throw new UsageException($"'{text}' is no assignment such as fc=softmax.");
    }

    private static Option<string> Words(string name, string description, params string[] words)
    {
        var option = new Option<string>(name) { Description = description };
        option.AcceptOnlyFromAmong(words);
        return option;
    }
}
