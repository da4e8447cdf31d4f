namespace GruGen;

/// <summary>A token that was written after one of several prompts.</summary>
/// <param name="Prompt">The index of the prompt.</param>
/// <param name="Token">The token.</param>
public readonly record struct GeneratedToken(int Prompt, int Token);
