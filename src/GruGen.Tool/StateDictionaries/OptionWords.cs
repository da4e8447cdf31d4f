namespace GruGen.Tool;

/// <summary>The options of all layers: those of the file, and over them those that a user gives, by the file's names or by ours.</summary>
internal sealed class OptionWords
{
    private readonly Dictionary<string, string> _file;
    private readonly Dictionary<string, string> _given;
    private readonly HashSet<string> _used = [];
    private readonly string _source;

    public OptionWords(IReadOnlyDictionary<string, string> file, ImportOptions options, string source)
    {
        _file = new Dictionary<string, string>(file, StringComparer.Ordinal);
        _given = new Dictionary<string, string>(options.Set, StringComparer.Ordinal);
        _source = source;
    }

    /// <summary>Those of a layer.</summary>
    /// <param name="fileName">What the file calls it.</param>
    /// <param name="own">What it is called here.</param>
    /// <param name="isGru">Whether options for all GRUs are for it too, whose keys begin with <c>*</c>.</param>
    public LayerWords Of(string fileName, string own, bool isGru = false)
    {
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((Dictionary<string, string> from, string name) in
            new[] { (_file, fileName), (_given, isGru ? "*" : own), (_given, own), (_given, fileName) })
        {
            foreach ((string key, string value) in from)
            {
                if (Split(key) is (var layer, var option) && layer == name)
                {
                    words[option] = value;
                    _used.Add(key);
                }
            }
        }

        return new LayerWords(fileName.Length > 0 ? fileName : own, words);
    }

    /// <summary>Checks that no option was given to a layer that is not there.</summary>
    public void CheckAllUsed()
    {
        string[] left = [.. _file.Keys.Concat(_given.Keys).Except(_used)];
        if (left.Length > 0)
        {
            throw new InvalidDataException($"{_source} has no layer for the option {string.Join(", ", left)}.");
        }
    }

    private static (string Layer, string Option) Split(string key)
    {
        int dot = key.LastIndexOf('.');
        return (key[..Math.Max(dot, 0)], key[(dot + 1)..]);
    }
}
