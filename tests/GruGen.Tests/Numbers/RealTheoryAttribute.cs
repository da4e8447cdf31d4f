using GruGen.Tests.Reference;

namespace GruGen.Tests.Numbers;

/// <summary>A theory that reads weights from outside the repository; it is reported as skipped where they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealTheoryAttribute : TheoryAttribute
{
    public RealTheoryAttribute() => Skip = RealCase.Missing;
}
