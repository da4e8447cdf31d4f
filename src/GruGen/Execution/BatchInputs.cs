using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// The inputs of a batch, read into the rows that its layout gives them: tokens[rows] or features[rows, input size, padded].
/// </summary>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
internal sealed class BatchInputs<TInput>
    where TInput : unmanaged
{
    private readonly ModelSchema _schema;
    private readonly BatchLayout _layout;
    private readonly AlignedBuffer? _features;
    private readonly int[] _tokens = [];
    private readonly BatchTokens? _batchTokens; // while training a model that reads tokens
    private readonly int[] _stepsOfRows = []; // the step of the input that each row is, where some steps only fill sequences
    private readonly int[] _cursors = []; // of each sequence, how far it is loaded
    private AlignedBuffer? _featureGradients;

    public BatchInputs(ModelSchema schema, BatchLayout layout, PassSize size)
    {
        (_schema, _layout) = (schema, layout);
        FeatureStride = Simd.Padded(schema.InputSize);
        if (schema.MasksSteps)
        {
            _stepsOfRows = new int[(int)size.BlockRows];
            _cursors = new int[size.MaxBatch];
        }

        if (!schema.ReadsTokens)
        {
            _features = new AlignedBuffer(size.BlockRows * FeatureStride);
            return;
        }

        _tokens = new int[(int)size.BlockRows];
        _batchTokens = size.Training ? new BatchTokens(schema.InputSize, size.BlockRows) : null;
    }

    /// <summary>tokens[rows] of the steps at hand.</summary>
    public ref int Tokens => ref MemoryMarshal.GetArrayDataReference(_tokens);

    /// <summary>The tokens of the batch, each once; null in a pass without a backward pass, or for features.</summary>
    public BatchTokens? BatchTokens => _batchTokens;

    /// <summary>features[rows, input size, padded] of the steps at hand.</summary>
    public AlignedBuffer Features => _features!;

    /// <summary>The gradient of <see cref="Features"/>, once it was wanted.</summary>
    public AlignedBuffer FeatureGradients => _featureGradients ?? _features!;

    /// <summary>The floats from one row of features to the next.</summary>
    public int FeatureStride { get; }

    /// <summary>The step of the input that each row is, where some steps only fill sequences; else empty.</summary>
    public ReadOnlySpan<int> StepsOfRows => _stepsOfRows;

    /// <summary>The number of steps of a sequence, without those that only fill it.</summary>
    public int StepsOf(ReadOnlySpan<TInput> sequence) => _schema.StepsOf(sequence);

    /// <summary>Has memory for the gradients of the features.</summary>
    public void WantGradients() => _featureGradients ??= new AlignedBuffer(Features.Length);

    /// <summary>The rows of some steps are loaded: finds the tokens in them, each once.</summary>
    public void FindTokens(nint rows) => _batchTokens?.Find(_tokens.AsSpan(0, (int)rows));

    /// <summary>
    /// Fills in the steps <paramref name="from"/> … <paramref name="to"/> − 1 of the sequence that has <paramref name="row"/>.
    /// </summary>
    [MethodImpl(Jit.Optimized)]
    public void LoadRow(int row, ReadOnlySpan<TInput> sequence, int from, int to)
    {
        to = Math.Min(to, _layout.Lengths[row]);
        nint origin = _layout.Offset(from) - row;
        if (typeof(TInput) == typeof(int))
        {
            LoadTokens(row, MemoryMarshal.Cast<TInput, int>(sequence), from, to, origin);
        }
        else if (_schema.MasksSteps)
        {
            LoadMasked(row, MemoryMarshal.Cast<TInput, float>(sequence), from, to, origin);
        }
        else
        {
            int size = _schema.InputSize;
            ReadOnlySpan<float> given = MemoryMarshal.Cast<TInput, float>(sequence)[..(Math.Max(to, 0) * size)];
            ref float features = ref MemoryMarshal.GetReference(given);
            for (int t = from; t < to; t++)
            {
                ref float own = ref Features.At((_layout.Offset(t) - origin) * FeatureStride);
                Faint.CopyRow(ref Unsafe.Add(ref features, (nint)t * size), ref own, size);
            }
        }
    }

    /// <summary>Takes one step of every sequence, which are in the order of their rows.</summary>
    public void LoadStep(ReadOnlySpan<TInput> inputs)
    {
        if (typeof(TInput) == typeof(int))
        {
            MemoryMarshal.Cast<TInput, int>(inputs).CopyTo(_tokens);
            return;
        }

        int size = _schema.InputSize;
        ref float features = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<TInput, float>(inputs));
        Faint.CopyRows(ref features, size, ref Features.Start, FeatureStride, _layout.BatchSize, size);
    }

    /// <summary>Writes the gradients of the features, each sequence in its place.</summary>
    /// <param name="destination">Receives [batch, steps, input size], zeros past a sequence's length.</param>
    /// <param name="steps">The steps that each sequence has room for.</param>
    [MethodImpl(Jit.Optimized)]
    public void WriteGradients(Span<float> destination, int steps)
    {
        int size = _schema.InputSize;
        ref float gradients = ref MemoryMarshal.GetReference(destination);
        for (int row = 0; row < _layout.BatchSize; row++)
        {
            nint place = (nint)_layout.Order[row] * steps * size;
            int length = _layout.Lengths[row];
            if (_schema.MasksSteps)
            {
                destination.Slice((int)place, steps * size).Clear();
                for (int t = 0; t < length; t++)
                {
                    nint own = _layout.Offset(t) + row, step = _stepsOfRows[own];
                    Packing.CopyRow(
                        ref FeatureGradients.At(own * FeatureStride), ref Unsafe.Add(ref gradients, place + step * size), size);
                }

                continue;
            }

            for (int t = 0; t < length; t++, place += size)
            {
                Packing.CopyRow(
                    ref FeatureGradients.At((_layout.Offset(t) + row) * FeatureStride), ref Unsafe.Add(ref gradients, place), size);
            }

            destination.Slice((int)place, (steps - length) * size).Clear();
        }
    }

    /// <summary>The same for features, where some steps only fill the sequence.</summary>
    private void LoadMasked(int row, ReadOnlySpan<float> features, int from, int to, nint origin)
    {
        int size = _schema.InputSize, place = from == 0 ? 0 : _cursors[row];
        for (int t = from; t < to; t++, place++)
        {
            while (_schema.IsMasked(features, place))
            {
                place++;
            }

            nint own = _layout.Offset(t) - origin;
            Faint.CopyRow(
                ref MemoryMarshal.GetReference(features.Slice(place * size, size)), ref Features.At(own * FeatureStride), size);
            _stepsOfRows[own] = place;
        }

        _cursors[row] = place;
    }

    private void LoadTokens(int row, ReadOnlySpan<int> tokens, int from, int to, nint origin)
    {
        int padding = _schema.PaddingToken, place = from == 0 || padding < 0 ? from : _cursors[row];
        for (int t = from; t < to; t++, place++)
        {
            int token = tokens[place];
            while (token == padding && padding >= 0)
            {
                token = tokens[++place];
            }

            if ((uint)token >= (uint)_schema.InputSize)
            {
                throw BadToken(token, place, _schema.InputSize, "inputs");
            }

            _tokens[_layout.Offset(t) - origin] = token;
            if (padding >= 0)
            {
                _stepsOfRows[_layout.Offset(t) - origin] = place;
            }
        }

        if (padding >= 0)
        {
            _cursors[row] = place;
        }
    }

    /// <summary>The exception for a token outside the vocabulary.</summary>
    public static ArgumentOutOfRangeException BadToken(int token, int step, int vocabulary, string name) => new(
        name, token, $"The token at step {step} is {token}, but the vocabulary has the tokens 0 to {vocabulary - 1}.");
}
