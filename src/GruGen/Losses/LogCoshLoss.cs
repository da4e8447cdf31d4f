using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

public abstract partial class Loss
{
    /// <summary>
    /// <c>ln cosh e</c> of the error e = a − y, about e²/2 where e is small and |e| − ln 2 where it is large; the output a may have any
    /// activation, the target y is a number, or the label 0 or 1 of a single output (Keras' <c>LogCosh</c>).
    /// </summary>
    public static Loss LogCosh { get; } = new LogCoshLoss();
}

/// <summary><c>ln cosh(a − y)</c> with the gradient <c>tanh(a − y)·a'</c>.</summary>
public sealed class LogCoshLoss : RowLoss
{
    /// <summary>The loss, as <see cref="Loss.LogCosh"/> is.</summary>
    public LogCoshLoss()
        : base("LogCosh")
    {
    }

    private protected override bool WritesFlushedGradients => true;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets) => RequireValues(targets);

    /// <inheritdoc/>
    protected internal override void Compute(in OutputRows rows) => LossRows.RunOnOutputs(rows, default(ElementLosses<LogCoshError>));

    private readonly struct LogCoshError : IElementLoss
    {
        private const float Ln2 = 0.69314718f;

        [MethodImpl(Jit.Inline)]
        public V Element<V>(V output, V target, out V slope)
            where V : struct, ISimd<V>
        {
            V error = V.Subtract(output, target), size = V.Abs(error);
            slope = Activate.Tanh(error);

            // ln cosh e = |e| − ln 2 + ln(1 + e^−2|e|), in which nothing cancels where e is large
            V power = V.Flush(Activate.Exp(V.MultiplyAdd(size, -2f, 0f)), Faint.SubnormalBits);
            V large = V.Add(V.Subtract(size, V.Create(Ln2)), Logarithm.OnePlus(power));

            // and −½·ln(1 − tanh² e), which is as good where tanh² e ≤ ½
            V tanh = V.Flush(slope, Faint.SquareBits);
            V square = V.Clamp(V.Multiply(tanh, tanh), 0f, 0.5f);
            V small = V.MultiplyAdd(Logarithm.OnePlus(V.Subtract(0f, square)), -0.5f, 0f);
            V isSmall = V.Subtract(0.5f, square);
            return V.Add(V.WherePositive(isSmall, small), V.Subtract(large, V.WherePositive(isSmall, large)));
        }
    }
}
