namespace GruGen.Tool;

/// <summary>
/// A layer as a textbook has it, in double precision, on the tensors of a file in the file's own layout: what an imported model is
/// compared with. It shares no code with the library.
/// </summary>
internal abstract class TextbookLayer
{
    public abstract Signal Run(Signal input);
}

/// <summary>A layer that is a function of each step.</summary>
internal sealed class TextbookEach(Func<double[], double[]> function) : TextbookLayer
{
    public override Signal Run(Signal input) => input.Each(function);

    /// <summary><c>y_o = f(Σ_i W(o, i)·x_i + b_o)</c></summary>
    public static TextbookEach Dense(
        int outputs, Func<int, int, double> weight, Func<int, double> bias, Func<double[], double[]> activation) => new(
        x => activation([.. Enumerable.Range(0, outputs).Select(o => bias(o) + x.Select((value, i) => weight(o, i) * value).Sum())]));

    /// <summary>The row of a token.</summary>
    public static TextbookEach Embedding(int size, Func<int, int, double> weight) => new(
        x => [.. Enumerable.Range(0, size).Select(i => weight((int)x[0], i))]);

    /// <summary><c>y = (x − μ)/√(σ² + ε) ∘ γ + β</c> over the features of a step.</summary>
    public static TextbookEach LayerNorm(double[] gamma, double[] beta, double epsilon) => new(x =>
    {
        double mean = x.Average(), variance = x.Average(value => (value - mean) * (value - mean));
        return [.. x.Select((value, i) => ((value - mean) / Math.Sqrt(variance + epsilon) * gamma[i]) + beta[i])];
    });

    /// <summary><c>y = (x − running mean)/√(running variance + ε) ∘ γ + β</c></summary>
    public static TextbookEach BatchNorm(double[]? gamma, double[]? beta, double[] mean, double[] variance, double epsilon) => new(
        x => [.. x.Select((value, i) => ((value - mean[i]) / Math.Sqrt(variance[i] + epsilon) * (gamma?[i] ?? 1)) + (beta?[i] ?? 0))]);

    /// <summary><c>y = max(0, x) + α·min(0, x)</c>, with one α or one for each feature.</summary>
    public static TextbookEach PRelu(double[] alpha) => new(
        x => [.. x.Select((value, i) => value >= 0 ? value : value * alpha[alpha.Length == 1 ? 0 : i])]);
}

/// <summary>A layer whose input is added to its output.</summary>
internal sealed class TextbookResidual(TextbookLayer layer) : TextbookLayer
{
    public override Signal Run(Signal input)
    {
        Signal output = layer.Run(input);
        return output with { Steps = [.. output.Steps.Zip(input.Steps, (y, x) => y.Zip(x, (a, b) => a + b).ToArray())] };
    }
}

/// <summary>Tokens or steps that only fill a sequence.</summary>
internal sealed class TextbookMask(Func<double[], bool> isMasked) : TextbookLayer
{
    public override Signal Run(Signal input) => input with { Masked = [.. input.Steps.Select(isMasked)] };
}

/// <summary>Reduces the steps that are read to one vector.</summary>
internal sealed class TextbookPool(Pooling pooling) : TextbookLayer
{
    public override Signal Run(Signal input)
    {
        double[][] read = [.. input.Steps.Where((_, t) => input.IsRead(t))];
        return new Signal(
        [
            read.Length == 0 ? new double[input.Steps[0].Length] : pooling switch
            {
                Pooling.Last => read[^1],
                Pooling.Mean => [.. Enumerable.Range(0, read[0].Length).Select(i => read.Average(step => step[i]))],
                _ => [.. Enumerable.Range(0, read[0].Length).Select(i => read.Max(step => step[i]))],
            },
        ]);
    }
}

/// <summary><c>y_t = f(Σ_j Σ_i W(o, i, j)·x_(t + j·dilation − before) + b_o)</c>, with zeros where there is no step.</summary>
internal sealed class TextbookConvolution(
    int outputs,
    int taps,
    int dilation,
    int before,
    Func<int, int, int, double> weight,
    Func<int, double> bias,
    Func<double[], double[]> activation) : TextbookLayer
{
    public override Signal Run(Signal input) =>
        input with { Steps = [.. input.Steps.Select((_, t) => activation(Output(input.Steps, t)))] };

    private double[] Output(double[][] steps, int t) =>
    [
        .. Enumerable.Range(0, outputs).Select(o => bias(o) + Enumerable.Range(0, taps)
            .Select(j => (Tap: j, Step: t + (j * dilation) - before))
            .Where(at => at.Step >= 0 && at.Step < steps.Length)
            .Sum(at => steps[at.Step].Select((value, i) => weight(o, i, at.Tap) * value).Sum())),
    ];
}

/// <summary>One layer upon another.</summary>
internal sealed class TextbookPair(TextbookLayer lower, TextbookLayer upper) : TextbookLayer
{
    public override Signal Run(Signal input) => upper.Run(lower.Run(input));
}
