namespace GruGen.Tool;

/// <summary>One direction of a GRU, its weights by gate (<c>r</c>, <c>z</c>, <c>n</c>), unit and input.</summary>
/// <param name="Units">The size of the state.</param>
/// <param name="Input">W(gate, unit, input)</param>
/// <param name="Recurrent">U(gate, unit, unit of the state)</param>
/// <param name="InputBias">The bias of W·x.</param>
/// <param name="RecurrentBias">The bias of U·h.</param>
internal sealed record GruCell(
    int Units,
    Func<char, int, int, double> Input,
    Func<char, int, int, double> Recurrent,
    Func<char, int, double> InputBias,
    Func<char, int, double> RecurrentBias)
{
    /// <summary>Whether r multiplies U·h + b, or h before the product.</summary>
    public bool ResetAfter { get; init; } = true;

    /// <summary>Whether z is the part that is replaced.</summary>
    public bool Replaces { get; init; }

    /// <summary>The activation of n.</summary>
    public Func<double, double> Activation { get; init; } = Math.Tanh;

    /// <summary>The activation of r and z.</summary>
    public Func<double, double> Gate { get; init; } = x => 1 / (1 + Math.Exp(-x));

    /// <summary>The bound of arguments of activations; infinite without one.</summary>
    public double Clip { get; init; } = double.PositiveInfinity;

    /// <summary>The state before the first step; null for zeros.</summary>
    public double[]? InitialState { get; init; }

    /// <summary>PyTorch's tensors: weight_ih [3H, I], weight_hh [3H, H], rows of r, z, n.</summary>
    public static GruCell Torch(
        int units, int inputs, StoredNumbers weightIh, StoredNumbers weightHh, StoredNumbers? biasIh, StoredNumbers? biasHh) => new(
        units,
        (gate, unit, i) => weightIh[((("rzn".IndexOf(gate, StringComparison.Ordinal) * units) + unit) * inputs) + i],
        (gate, unit, i) => weightHh[((("rzn".IndexOf(gate, StringComparison.Ordinal) * units) + unit) * units) + i],
        (gate, unit) => biasIh?[("rzn".IndexOf(gate, StringComparison.Ordinal) * units) + unit] ?? 0,
        (gate, unit) => biasHh?[("rzn".IndexOf(gate, StringComparison.Ordinal) * units) + unit] ?? 0);

    /// <summary>Keras' tensors: kernel [I, 3H], recurrent_kernel [H, 3H], bias [2, 3H] or [3H], columns of z, r, h.</summary>
    public static GruCell Keras(int units, StoredNumbers kernel, StoredNumbers recurrent, StoredNumbers? bias) => new(
        units,
        (gate, unit, i) => kernel[(i * 3 * units) + ("zrn".IndexOf(gate, StringComparison.Ordinal) * units) + unit],
        (gate, unit, i) => recurrent[(i * 3 * units) + ("zrn".IndexOf(gate, StringComparison.Ordinal) * units) + unit],
        (gate, unit) => bias?[("zrn".IndexOf(gate, StringComparison.Ordinal) * units) + unit] ?? 0,
        (gate, unit) => bias?.Length == 6 * units ? bias[(3 * units) + ("zrn".IndexOf(gate, StringComparison.Ordinal) * units) + unit] : 0);

    /// <summary>The state after a step.</summary>
    public double[] Step(double[] x, double[] h)
    {
        double[] r = Each(unit => Gate(Clipped(W('r', unit) + U('r', unit, h))));
        double[] z = Each(unit => Gate(Clipped(W('z', unit) + U('z', unit, h))));
        double[] product = ResetAfter ? Each(unit => r[unit] * U('n', unit, h))
            : Each(unit => U('n', unit, [.. r.Zip(h, (a, b) => a * b)]));
        double[] n = Each(unit => Activation(Clipped(W('n', unit) + product[unit])));
        return Each(unit => Replaces ? ((1 - z[unit]) * h[unit]) + (z[unit] * n[unit]) : (z[unit] * h[unit]) + ((1 - z[unit]) * n[unit]));

        double W(char gate, int unit) => InputBias(gate, unit) + x.Select((value, i) => Input(gate, unit, i) * value).Sum();

        double U(char gate, int unit, double[] state) =>
            RecurrentBias(gate, unit) + state.Select((value, i) => Recurrent(gate, unit, i) * value).Sum();

        double[] Each(Func<int, double> value) => [.. Enumerable.Range(0, Units).Select(value)];

        double Clipped(double value) => Math.Clamp(value, -Clip, Clip);
    }
}

/// <summary>A GRU over a sequence, in one direction or both.</summary>
/// <param name="forward">The direction that reads from the start, or, alone and reversed, from the end; null if there is none.</param>
/// <param name="backward">The direction that reads from the end; null if there is none.</param>
/// <param name="merge">How both are put together.</param>
/// <param name="everyStep">Whether every step has an output.</param>
internal sealed class TextbookGru(GruCell? forward, GruCell? backward, Merge merge, bool everyStep) : TextbookLayer
{
    public override Signal Run(Signal input)
    {
        double[][] ahead = forward is null ? [] : Outputs(forward, input, [.. Enumerable.Range(0, input.Steps.Length)]);
        double[][] back = backward is null ? [] : Outputs(backward, input, [.. Enumerable.Range(0, input.Steps.Length).Reverse()]);
        if (!everyStep)
        {
            (ahead, back) = (ahead.Length > 0 ? [ahead[^1]] : ahead, back.Length > 0 ? [back[0]] : back);
        }

        double[][] outputs = back.Length == 0 ? ahead : ahead.Length == 0 ? back : [.. ahead.Zip(back, Merged)];
        return everyStep ? input with { Steps = outputs } : new Signal(outputs);
    }

    private double[] Merged(double[] one, double[] other) => merge switch
    {
        Merge.Concat => [.. one, .. other],
        Merge.Sum => [.. one.Zip(other, (a, b) => a + b)],
        Merge.Multiply => [.. one.Zip(other, (a, b) => a * b)],
        _ => [.. one.Zip(other, (a, b) => (a + b) / 2)],
    };

    /// <summary>A step that is not read leaves the state, and repeats the output.</summary>
    private static double[][] Outputs(GruCell cell, Signal input, int[] order)
    {
        double[] state = cell.InitialState ?? new double[cell.Units];
        double[][] outputs = new double[input.Steps.Length][];
        foreach (int t in order)
        {
            state = input.IsRead(t) ? cell.Step(input.Steps[t], state) : state;
            outputs[t] = state;
        }

        return outputs;
    }
}
