using GruGen.Generator.Emission;
using GruGen.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GruGen.Generator.Tests.Planning;

/// <summary>What a plan says of its methods is what the emitted text has: otherwise its budgets would mean nothing.</summary>
public sealed class BudgetTests
{
    private const int Count = 150;

    // a curve and the calls in it
    private const int Sigmoid = 16, Tanh = 14, HardSigmoid = 3, Softsign = 4, Affine = 2, LeakyRelu = 4, ScaledTanh = Tanh + 3, Elu = Tanh + 8, AsGate = 4;

    [Fact]
    public void A_plan_counts_what_is_in_the_tiles_of_a_GRU() => PlanShapes.ForAll(Count, (inputSize, hiddenSize) =>
        Assert.All(Variants.All.Select(variant => new GruShape(inputSize, hiddenSize, variant)), shape => AssertCounted(GruPlan.For(shape), shape)));

    private static void AssertCounted(KernelPlan plan, LayerShape shape)
    {
        MethodDeclarationSyntax[] methods =
            [.. TestCompilation.Parse(KernelFile.Write(shape, "Model"), 0).GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()];
        Assert.Equal(
            methods.Select(method => method.Identifier.Text).Where(name => name.Contains("Tile", StringComparison.Ordinal)).Order(),
            plan.Methods.Select(method => method.Name).Order());
        foreach (MethodBudget budget in plan.Methods)
        {
            MethodDeclarationSyntax method = methods.Single(method => method.Identifier.Text == budget.Name);
            InvocationExpressionSyntax[] calls = [.. method.DescendantNodes().OfType<InvocationExpressionSyntax>()];
            int CallsOfOwn(InvocationExpressionSyntax call) =>
                methods.SingleOrDefault(own => own.Identifier.Text == call.Expression.ToString() && own.ExpressionBody is not null)
                    ?.DescendantNodes().OfType<InvocationExpressionSyntax>().Sum(Calls) + 1 ?? 0;
            int properties = method.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Count(access => access.Name.Identifier.Text is "Zero" or "Count" or "Fuses");
            int locals = method.ParameterList.Parameters.Count + method.DescendantNodes().OfType<VariableDeclaratorSyntax>().Count();
            Assert.InRange(calls.Count(call => call.Expression.ToString() == "V.MultiplyAdd"), 1, budget.MultiplyAdds);
            Assert.InRange(calls.Sum(call => Calls(call) + CallsOfOwn(call)) + properties, 1, budget.InlinedCalls);
            Assert.InRange(locals, 1, budget.Locals);
        }
    }

    private static int Calls(InvocationExpressionSyntax invocation) => invocation.Expression.ToString() switch
    {
        "Sigmoid" or "SigmoidGate" => Sigmoid,
        "Tanh" => Tanh,
        "HardSigmoid" or "HardSigmoidKeras2" => HardSigmoid,
        "Softsign" => Softsign,
        "Affine" => Affine,
        "LeakyRelu" => LeakyRelu,
        "ScaledTanh" => ScaledTanh,
        "Elu" => Elu,
        "AsGate" => AsGate,
        { } call when call.EndsWith(".Put", StringComparison.Ordinal) => invocation.ArgumentList.Arguments.Count, // 2, or 3 with the one that adds
        { } call when call.StartsWith("V.", StringComparison.Ordinal) || call.EndsWith(".Store", StringComparison.Ordinal) => 1,
        _ => 0,
    };
}
