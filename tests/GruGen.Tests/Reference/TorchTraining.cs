using System.Globalization;

namespace GruGen.Tests.Reference;

/// <summary>
/// A <c>train_*</c> case: twenty optimiser steps of PyTorch from given weights. The optimisers and losses here are plain loops in double
/// precision, so that what is held against PyTorch is the forward and backward pass alone.
/// </summary>
internal sealed class TorchTraining
{
    private readonly ReferenceFile _file;
    private readonly Dictionary<string, double[]> _parameters;
    private readonly Dictionary<string, double[]> _first; // momentum, or Adam's first moments
    private readonly Dictionary<string, double[]> _second;
    private int _updates;

    /// <summary>
    /// The case of this name; its model ends in logits, or in the probabilities that <paramref name="activated"/> makes of them.
    /// </summary>
    public TorchTraining(string name, bool activated = false)
    {
        _file = ReferenceFile.OfCase(name);
        Activation binary = activated ? Activation.Sigmoid : Activation.Linear, classes = activated ? Activation.Softmax : Activation.Linear;
        Schema = _file.Metadata["task"] switch
        {
            "regression" => ModelSchema.ForFeatures("Regression", InputSize, Gru(SequenceOutput.Final), LayerSchema.Dense(Outputs)),
            "binary" => ModelSchema.ForTokens("Binary", Embedding, Gru(SequenceOutput.Final), LayerSchema.Dense(Outputs, binary)),
            _ => ModelSchema.ForTokens("Text", Embedding, Gru(SequenceOutput.EveryStep), LayerSchema.Dense(Outputs, classes)),
        };
        _parameters = Schema.Tensors.ToDictionary(tensor => tensor.Name, tensor => (double[])Values("init.", tensor.Name).Clone());
        _first = Schema.Tensors.ToDictionary(tensor => tensor.Name, tensor => new double[tensor.Length]);
        _second = Schema.Tensors.ToDictionary(tensor => tensor.Name, tensor => new double[tensor.Length]);
    }

    public ModelSchema Schema { get; }

    public int BatchSize => _file.Number("batch");

    public int TimeSteps => _file.Number("time_steps");

    public int StepCount => _file.Number("steps");

    /// <summary>The loss before each step.</summary>
    public double[] Losses => _file["losses"].Values;

    /// <summary>The norm of all gradients at each step, before clipping.</summary>
    public double[] GradientNorms => _file["grad_norms"].Values;

    /// <summary>The logits of the first batch after the last step.</summary>
    public double[] LogitsAfter => _file["logits_first_batch_after"].Values;

    /// <summary>The optimiser and the clipping as the trainer has them, without shuffling.</summary>
    public TrainingOptions Options => new()
    {
        Optimizer = _file.Metadata["optimizer"] switch
        {
            "sgd" => new Sgd(0.1),
            "sgd_momentum" => new Sgd(0.05) { Momentum = 0.9 },
            _ => new Adam(0.01),
        },
        ClipNorm = ClipNorm,
        BatchSize = BatchSize,
        Shuffle = false,
    };

    private double ClipNorm => double.Parse(_file.Metadata["clip_grad_norm"], CultureInfo.InvariantCulture);

    private int InputSize => _file.Number("input_size");

    private LayerSchema Embedding => LayerSchema.Embedding(_file.Number("vocabulary"), InputSize);

    private int Outputs => _file.Number("outputs");

    /// <summary>The values PyTorch ends with.</summary>
    public double[] Final(string parameter) => Values("final.", parameter);

    /// <summary>The parameters as they are now.</summary>
    public IReadOnlyDictionary<string, double[]> Parameters => _parameters;

    /// <summary>The data, sequence by sequence.</summary>
    public SequenceDataset<TInput> Data<TInput>()
        where TInput : unmanaged
    {
        var data = new SequenceDataset<TInput>(Schema);
        double[] x = _file["x"].Values, y = _file["y"].Values;
        int count = 4 * BatchSize;
        for (int i = 0; i < count; i++)
        {
            TInput[] input = new Batch(Schema, 1, TimeSteps, Part(x, i, count), []).InputsAs<TInput>();
            double[] target = Part(y, i, count);
            switch (_file.Metadata["task"])
            {
                case "regression":
                    data.Add(input, Batch.Floats(target));
                    break;
                case "binary":
                    data.Add(input, (int)target[0]);
                    break;
                default:
                    data.AddPerStep(input, target.Select(label => (int)label).ToArray());
                    break;
            }
        }

        return data;
    }

    /// <summary>The inputs of step <paramref name="k"/>: the batches are the four quarters of the data in turn.</summary>
    public double[] Inputs(int k) => Part(_file["x"].Values, k % 4, 4);

    /// <summary>The loss of the outputs at step <paramref name="k"/>, and its gradient.</summary>
    public (double Loss, double[] Gradient) Loss(int k, double[] outputs)
    {
        double[] targets = Part(_file["y"].Values, k % 4, 4), gradient = new double[outputs.Length];
        double loss = 0;
        if (_file.Metadata["task"] == "lm")
        {
            for (int row = 0; row < targets.Length; row++)
            {
                loss += CrossEntropy(outputs.AsSpan(row * Outputs, Outputs), (int)targets[row], gradient.AsSpan(row * Outputs, Outputs));
            }
        }
        else
        {
            for (int row = 0; row < targets.Length; row++)
            {
                (double y, double t) = (outputs[row], targets[row]);
                bool binary = _file.Metadata["task"] == "binary";
                loss += binary ? Math.Log(1 + Math.Exp(y)) - t * y : (y - t) * (y - t);
                gradient[row] = binary ? 1 / (1 + Math.Exp(-y)) - t : 2 * (y - t);
            }
        }

        return (loss / targets.Length, [.. gradient.Select(value => value / targets.Length)]);
    }

    /// <summary>One step of the optimiser; gives the norm of all gradients before clipping.</summary>
    public double Update(Func<string, double[]> gradients)
    {
        double norm = Math.Sqrt(_parameters.Keys.Sum(name => gradients(name).Sum(value => value * value)));
        double scale = ClipNorm > 0 ? Math.Min(1, ClipNorm / (norm + 1e-6)) : 1;
        _updates++;
        foreach ((string name, double[] values) in _parameters)
        {
            double[] gradient = gradients(name);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] -= Change(gradient[i] * scale, ref _first[name][i], ref _second[name][i]);
            }
        }

        return norm;
    }

    private LayerSchema Gru(SequenceOutput output) => LayerSchema.Gru(_file.Number("hidden_size"), output);

    private double Change(double gradient, ref double first, ref double second)
    {
        switch (_file.Metadata["optimizer"])
        {
            case "sgd":
                return 0.1 * gradient;
            case "sgd_momentum":
                first = _updates == 1 ? gradient : 0.9 * first + gradient;
                return 0.05 * first;
            case "adam":
                first = 0.9 * first + 0.1 * gradient;
                second = 0.999 * second + 0.001 * gradient * gradient;
                double m = first / (1 - Math.Pow(0.9, _updates)), v = second / (1 - Math.Pow(0.999, _updates));
                return 0.01 * m / (Math.Sqrt(v) + 1e-8);
            default:
                throw new InvalidOperationException($"There is no optimiser '{_file.Metadata["optimizer"]}' here.");
        }
    }

    private static double CrossEntropy(ReadOnlySpan<double> logits, int label, Span<double> gradient)
    {
        double max = double.NegativeInfinity, sum = 0;
        foreach (double logit in logits)
        {
            max = Math.Max(max, logit);
        }

        for (int i = 0; i < logits.Length; i++)
        {
            sum += gradient[i] = Math.Exp(logits[i] - max);
        }

        for (int i = 0; i < logits.Length; i++)
        {
            gradient[i] = gradient[i] / sum - (i == label ? 1 : 0);
        }

        return max + Math.Log(sum) - logits[label];
    }

    private static double[] Part(double[] values, int index, int count)
    {
        int length = values.Length / count;
        return values[(index * length)..((index + 1) * length)];
    }

    /// <summary>gru1.weight_ih_l0 is gru.weight_ih_l0 there, and dense1.weight is dense.weight.</summary>
    private double[] Values(string prefix, string name) =>
        _file[prefix + name.Replace("gru1.", "gru.", StringComparison.Ordinal).Replace("dense1.", "dense.", StringComparison.Ordinal)].Values;
}
