namespace GruGen.Onnx.Tests;

/// <summary>ONNX' equations of a GRU in double precision, as its documentation has them.</summary>
internal static class Textbook
{
    /// <summary>Y and Y_h of a case with the default activations.</summary>
    public static (Numbers Y, Numbers H) Run(NodeTests.Case given)
    {
        bool batchFirst = given.Layout == 1;
        int steps = given.X.Shape[batchFirst ? 1 : 0], batch = given.X.Shape[batchFirst ? 0 : 1], inputs = given.X.Shape[2];
        (int directions, int size) = (given.W.Shape[0], given.R.Shape[2]);
        float[] y = new float[steps * directions * batch * size], final = new float[directions * batch * size];
        for (int d = 0; d < directions; d++)
        {
            bool reverse = given.Direction == "reverse" || d == 1;
            for (int b = 0; b < batch; b++)
            {
                double[] h = new double[size];
                for (int i = 0; i < steps; i++)
                {
                    int t = reverse ? steps - 1 - i : i;
                    double[] x = [.. Enumerable.Range(0, inputs).Select(k =>
                        (double)given.X.Values[(batchFirst ? b * steps + t : t * batch + b) * inputs + k])];
                    h = Step(given, d, x, h);
                    for (int j = 0; j < size; j++)
                    {
                        int place = batchFirst ? ((b * steps + t) * directions + d) * size + j
                            : ((t * directions + d) * batch + b) * size + j;
                        y[place] = (float)h[j];
                    }
                }

                for (int j = 0; j < size; j++)
                {
                    final[(batchFirst ? b * directions + d : d * batch + b) * size + j] = (float)h[j];
                }
            }
        }

        return batchFirst
            ? (new([batch, steps, directions, size], y), new([batch, directions, size], final))
            : (new([steps, directions, batch, size], y), new([directions, batch, size], final));
    }

    private static double[] Step(NodeTests.Case given, int direction, double[] x, double[] h)
    {
        int size = h.Length;
        double[] z = Gate(0), r = Gate(1);
        return [.. Enumerable.Range(0, size).Select(j =>
        {
            // linear_before_reset: tanh(W·x + r ∘ (R·h + Rb) + Wb); otherwise tanh(W·x + R·(r ∘ h) + Rb + Wb)
            double n = given.ResetsAfter
                ? Math.Tanh(Input(2, j) + r[j] * (Recurrent(2, j, h) + Bias(5, j)) + Bias(2, j))
                : Math.Tanh(Input(2, j) + Recurrent(2, j, [.. r.Zip(h, (one, other) => one * other)]) + Bias(5, j) + Bias(2, j));
            return (1 - z[j]) * n + z[j] * h[j];
        })];

        double[] Gate(int gate) => [.. Enumerable.Range(0, size).Select(j =>
            1 / (1 + Math.Exp(-(Input(gate, j) + Recurrent(gate, j, h) + Bias(gate, j) + Bias(gate + 3, j)))))];

        double Input(int gate, int j) =>
            x.Select((value, k) => value * given.W.Values[((direction * 3 + gate) * size + j) * x.Length + k]).Sum();

        double Recurrent(int gate, int j, double[] state) =>
            state.Select((value, k) => value * given.R.Values[((direction * 3 + gate) * size + j) * size + k]).Sum();

        double Bias(int block, int j) => given.B?.Values[(direction * 6 + block) * size + j] ?? 0;
    }
}
