namespace GruGen.Generator.Models;

/// <summary>What became of a declaration: a model, or why there is none.</summary>
internal sealed record DeclaredModel(ModelSpec? Model, RefusedSpec? Refused)
{
    public string MetadataName => Model?.MetadataName ?? Refused!.MetadataName;
}
