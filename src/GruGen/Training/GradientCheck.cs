using System.Globalization;
using System.Text;

namespace GruGen;

/// <summary>
/// Compares the gradients of a model's backward pass with finite differences of its loss, tensor by tensor (PyTorch's
/// <c>gradcheck</c>): a test of a custom loss, a changed layer or a new combination of layers.
/// </summary>
/// <remarks>
/// <para>The slope of the loss is estimated by central differences: one parameter at a time is moved both ways, by steps that begin at
/// the size of its tensor's values and shrink until three of them agree, with extrapolation. The loss is added up in double
/// precision.</para>
/// <para>Outputs are float32, which limits the comparison: the loss is known to about 1e-7, a slope over a step of 0.1 to 1e-6, and
/// gradients of recurrent weights are often no larger than 1e-3. So errors are relative to the largest gradient of the tensor, not to the
/// element itself, which may be nearly zero. Correct gradients have errors of 1e-6 to 3e-3, with ReLU up to 1e-2; wrong ones mostly 0.1 or
/// more. A gradient that is wrong only where it is below a hundredth of the tensor's largest is not noticed.</para>
/// <para>A slope that cannot be estimated to a hundredth of the largest gradient is not compared: the loss has a kink there (ReLU), or
/// depends on the tensor so little that rounding hides it. With another seed of the model, or fewer sequences, the kinks are
/// elsewhere.</para>
/// </remarks>
public sealed class GradientCheck
{
    /// <summary>The value of <c>samples</c> that compares every parameter.</summary>
    public const int All = int.MaxValue;

    private const double Resolution = 1e-2; // of the largest gradient: slopes that are known worse are not compared
    private const double SmallestStep = 0.1; // to begin with, of a tensor whose values are smaller or zero

    private readonly string _model;

    private GradientCheck(string model, double loss, IEnumerable<TensorCheck> tensors)
    {
        _model = model;
        Loss = loss;
        Tensors = [.. tensors.OrderByDescending(tensor => double.IsNaN(tensor.Error)).ThenByDescending(tensor => tensor.Error)];
    }

    /// <summary>
    /// The result for each tensor that is not frozen by its kind (<see cref="TensorSchema.IsFrozen"/>): first those of which nothing could
    /// be compared, then the others from the largest error to the smallest.
    /// </summary>
    public IReadOnlyList<TensorCheck> Tensors { get; }

    /// <summary>The mean loss over the data.</summary>
    public double Loss { get; }

    /// <summary>Checks the gradients of a model.</summary>
    /// <remarks>
    /// The check works on a copy of the parameters that predictions use, so the model is not changed, and may predict and even train
    /// meanwhile. Each sampled parameter takes 6 to 16 runs of the model over the data.
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="data">
    /// Sequences with targets, which are run as one batch; a few are enough (<see cref="SequenceDataset{TInput}.Take"/>).
    /// </param>
    /// <param name="loss">The loss; null for the one that goes with the last activation.</param>
    /// <param name="samples">
    /// How many parameters of each tensor to compare, <see cref="All"/> for every one. A tensor is divided into half as many parts; from
    /// each, the parameter with the largest gradient and a random one are taken.
    /// </param>
    /// <param name="seed">The seed of the random choice of parameters.</param>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    /// <exception cref="ArgumentException">
    /// The data is empty or for another kind of model, no target of it counts, or the loss does not fit the last activation or the targets.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="samples"/> is below 1.</exception>
    /// <exception cref="NotFiniteNumberException">The loss is not finite, so it has no slope.</exception>
    /// <exception cref="InsufficientMemoryException">The data does not fit into memory as one batch.</exception>
    public static GradientCheck Run<TInput>(
        SequenceModel<TInput> model, SequenceDataset<TInput> data, Loss? loss = null, int samples = 20, int seed = 0)
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        Check.Positive(samples, nameof(samples));
        data.CheckFits(model.Schema);
        loss ??= GruGen.Loss.For(model.Schema);
        loss.CheckFits(model.Schema, data);
        var probe = new LossProbe<TInput>(model, data, loss);
        return Compare(model.Schema, probe, probe.Gradients().ToArray(), samples, seed);
    }

    /// <summary>
    /// Whether every tensor has an error of at most <paramref name="tolerance"/>. A tensor of which nothing could be compared fails.
    /// </summary>
    /// <param name="tolerance">The largest error, relative to the largest gradient of a tensor.</param>
    public bool Passed(double tolerance = 1e-2) => Tensors.All(tensor => tensor.Error <= tolerance);

    /// <summary>A table: each tensor with its largest error, and where that is; the worst first.</summary>
    /// <returns>Lines that end in <c>\n</c>.</returns>
    public override string ToString()
    {
        string[][] rows =
        [
            ["Tensor", "Compared", "Error", "Worst at", "Gradient", "Slope"],
            .. Tensors.Select(tensor => new[]
            {
                tensor.Name,
                string.Create(CultureInfo.InvariantCulture, $"{tensor.Compared} of {tensor.Sampled}"),
                Number(tensor.Error, "0.0e+00"),
                $"[{string.Join(", ", tensor.WorstPlace)}]",
                Number(tensor.Gradient, "0.00000e+00"),
                Number(tensor.Slope, "0.00000e+00"),
            }),
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Gradients of {_model} and slopes of its loss, {Loss:G6}\n");
        foreach (string[] row in rows)
        {
            IEnumerable<string> cells = row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]));
            text.AppendJoin("  ", cells).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Compares gradients, wherever they come from, with slopes.</summary>
    internal static GradientCheck Compare<TInput>(ModelSchema schema, LossProbe<TInput> probe, float[] gradients, int samples, int seed)
        where TInput : unmanaged
    {
        double loss = probe.Loss();
        if (!double.IsFinite(loss))
        {
            throw new NotFiniteNumberException($"The loss of {schema.Name} is {loss}, which has no slope.", loss);
        }

        var random = new RandomSource((ulong)seed, RandomSource.GradientCheckStream);
        IEnumerable<TensorCheck> tensors = schema.Tensors
            .Where(tensor => !tensor.IsFrozen)
            .Select(tensor => Compare(tensor, probe, loss, gradients, samples, random));
        return new GradientCheck(schema.Name, loss, tensors);
    }

    private static TensorCheck Compare<TInput>(
        TensorSchema tensor, LossProbe<TInput> probe, double loss, float[] all, int samples, RandomSource random)
        where TInput : unmanaged
    {
        (int offset, int length) = ((int)tensor.Offset, (int)tensor.Length);
        float[] gradients = all[offset..(offset + length)];
        int[] indices = Sample(gradients, samples, random);
        double largest = gradients.Where(float.IsFinite).Select(MathF.Abs).DefaultIfEmpty().Max();
        double step = Math.Max(RootMeanSquare(probe.Parameters.Slice(offset, length)), SmallestStep);
        LossSlope[] slopes = [.. indices.Select(index => probe.Slope(offset + index, step, loss, wanted: Resolution / 10 * largest))];

        // a backward pass may have forgotten all of them: slopes that are surely not zero count too
        IEnumerable<LossSlope> known = slopes.Where(slope => slope.Uncertainty <= Math.Abs(slope.Value) / 2);
        largest = known.Select(slope => Math.Abs(slope.Value)).Append(largest).Max();
        int shown = Enumerable.Range(0, indices.Length).MaxBy(i => Math.Abs(gradients[indices[i]]));
        var result = new TensorCheck
        {
            Tensor = tensor,
            Sampled = indices.Length,
            Error = double.NaN,
            WorstIndex = indices[shown],
            Gradient = gradients[indices[shown]],
            Slope = slopes[shown].Value,
        };
        for (int i = 0; i < indices.Length; i++)
        {
            (double gradient, double slope) = (gradients[indices[i]], slopes[i].Value);
            if (double.IsFinite(gradient) && !(slopes[i].Uncertainty <= Resolution * largest))
            {
                continue;
            }

            result = result with { Compared = result.Compared + 1 };
            if (gradient == 0 && slope == 0 && largest > 0)
            {
                continue; // says nothing of those that are not zero
            }

            double error = !double.IsFinite(gradient) ? double.PositiveInfinity : largest > 0 ? Math.Abs(gradient - slope) / largest : 0;
            if (!(error <= result.Error))
            {
                result = result with { Error = error, WorstIndex = indices[i], Gradient = gradient, Slope = slope };
            }
        }

        return result;
    }

    /// <summary>Of each of samples / 2 equal parts the element with the largest gradient and a random one; or all elements.</summary>
    private static int[] Sample(ReadOnlySpan<float> gradients, int samples, RandomSource random)
    {
        if (samples >= gradients.Length)
        {
            return [.. Enumerable.Range(0, gradients.Length)];
        }

        int parts = (samples + 1) / 2;
        var indices = new SortedSet<int>();
        for (int part = 0; part < parts; part++)
        {
            int start = (int)((long)part * gradients.Length / parts), end = (int)((part + 1L) * gradients.Length / parts);
            int largest = start;
            for (int i = start; i < end; i++)
            {
                // one that is NaN or infinite is taken before all others
                largest = float.IsFinite(gradients[largest]) && !(Math.Abs(gradients[i]) <= Math.Abs(gradients[largest])) ? i : largest;
            }

            indices.Add(largest);
            indices.Add(start + random.NextInt32(end - start));
        }

        return [.. indices];
    }

    private static double RootMeanSquare(ReadOnlySpan<float> values) => Math.Sqrt(Kernels.Reduce.SumOfSquares(values) / values.Length);

    private static string Number(double value, string format) =>
        double.IsNaN(value) ? "–" : value.ToString(format, CultureInfo.InvariantCulture);
}
