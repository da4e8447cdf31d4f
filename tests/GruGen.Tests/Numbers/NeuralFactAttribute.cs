using GruGen.Tests.Reference;

namespace GruGen.Tests.Numbers;

/// <summary>A test that reads models from outside the repository; it is reported as skipped where they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeuralFactAttribute : FactAttribute
{
    public NeuralFactAttribute() => Skip = NeuralCase.Missing;
}
