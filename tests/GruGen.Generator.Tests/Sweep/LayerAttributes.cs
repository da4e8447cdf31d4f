namespace GruGen.Generator.Tests.Sweep;

/// <summary>The attributes of a model as a user writes them: only what is not so anyway.</summary>
internal static class LayerAttributes
{
    /// <summary>Without brackets: <c>GruModel(inputSize: 3), Gru(5), Dense(2)</c>.</summary>
    public static string Of(ModelSchema schema)
    {
        string file = schema.ToCSharp();
        int start = file.IndexOf('[', StringComparison.Ordinal) + 1, end = file.LastIndexOf(']');
        return file[start..end].Replace("]\n[", ", ", StringComparison.Ordinal).Replace("(\n    ", "(", StringComparison.Ordinal)
            .Replace("\n    ", " ", StringComparison.Ordinal);
    }
}
