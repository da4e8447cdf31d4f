namespace GruGen.Generator.Specs;

/// <summary>What a kernel is written for. Layers of one shape share one kernel, whatever model they are in.</summary>
/// <param name="Name">The name of the kernel's type, such as <c>Gru16x64</c>.</param>
internal abstract record LayerShape(string Name);

/// <summary>A recurrent layer of <paramref name="HiddenSize"/> units on <paramref name="InputSize"/> inputs.</summary>
internal sealed record GruShape(int InputSize, int HiddenSize) : LayerShape($"Gru{InputSize}x{HiddenSize}");

/// <summary>A fully connected layer of <paramref name="Units"/> units on <paramref name="InputSize"/> inputs.</summary>
internal sealed record DenseShape(int InputSize, int Units) : LayerShape($"Dense{InputSize}x{Units}");

/// <summary>A table of <paramref name="Vocabulary"/> vectors of <paramref name="Size"/> numbers.</summary>
internal sealed record EmbeddingShape(int Vocabulary, int Size) : LayerShape($"Embedding{Vocabulary}x{Size}");
