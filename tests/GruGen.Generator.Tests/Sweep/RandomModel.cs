namespace GruGen.Generator.Tests.Sweep;

/// <summary>A model whose layers were drawn at random, beside its declaration.</summary>
/// <param name="Number">Its number among all, from 0.</param>
/// <param name="Schema">The layers, put together without the generator.</param>
internal sealed record RandomModel(int Number, ModelSchema Schema)
{
    /// <summary>The name of the declared class.</summary>
    public string ClassName => $"Model{Number:000}";

    /// <summary>The name in test results.</summary>
    public string Name => $"{Number:000} {LayerAttributes.Of(Schema)}";

    /// <summary>The declaration as a user writes it.</summary>
    public string Declaration => $$"""
        [{{LayerAttributes.Of(Schema)}}]
        internal partial class {{ClassName}};
        """;

    /// <summary>Whether training sets any number to zero.</summary>
    public bool Drops => Schema.Layers.Any(layer => layer.Rate > 0 || layer.Options is { Dropout: > 0 } or { RecurrentDropout: > 0 });

    /// <summary>Whether the model has initial states of its own.</summary>
    public bool LearnsStates => Schema.Layers.Any(layer => layer.Options is { InitialState: InitialState.Learned });

    /// <summary>
    /// Models from a fixed seed. Sizes and options are dealt from shuffled decks, so that each of them comes as often as any other of its
    /// kind, in every place and beside all others.
    /// </summary>
    /// <param name="count">How many there are.</param>
    /// <param name="seed">The same seed gives the same models.</param>
    /// <param name="first">The number of the first one.</param>
    /// <param name="later">Whether what came later is dealt too, so that the models from before stay as they were.</param>
    /// <param name="isForeign">
    /// Whether recurrent layers have what only other frameworks' have too: any activation with any numbers, and clipped arguments.
    /// </param>
    /// <param name="convolves">Whether there are convolutions below, between and above the recurrent layers.</param>
    /// <param name="resamples">Whether there are layers that make one step of several, and batch normalisations.</param>
    public static IReadOnlyList<RandomModel> Draw(
        int count, ulong seed, int first = 0, bool later = false, bool isForeign = false, bool convolves = false, bool resamples = false)
    {
        var dealer = new Dealer(new RandomSource(seed), later, isForeign, convolves, resamples);
        return [.. Enumerable.Range(first, count).Select(number => new RandomModel(number, dealer.Model($"Model{number:000}")))];
    }

    /// <summary>Deals layers that stand on each other.</summary>
    private sealed class Dealer(RandomSource random, bool later, bool isForeign, bool convolves, bool resamples)
    {
        private static readonly GateActivation[] s_unlimited =
            [GateActivation.Linear, GateActivation.Relu, GateActivation.LeakyRelu, GateActivation.Elu, GateActivation.Affine];

        private readonly Deck<Activation> _foreignCurves = new(random, [.. Enum.GetValues<Activation>().Where(curve => curve != Activation.Softmax && !curve.NeedsArgument())]);
        private readonly Deck<GateActivation> _foreignGates = new(random, Enum.GetValues<GateActivation>());
        private readonly Deck<double?> _alphas = new(random, null, 0.25, 0.5, 0.8);
        private readonly Deck<double?> _betas = new(random, null, 0.3, 0.5);
        private readonly Deck<double> _clips = new(random, 0, 0, 0.7, 3);
        private readonly Deck<bool> _isOther = new(random, true, true, false);
        private readonly Deck<int> _sizes = new(random, 1, 2, 3, 5, 7, 8, 15, 16, 17, 20, 31, 32, 33, 48, 63, 64, 65, 80, 96, 100, 112, 129);
        private readonly Deck<int> _vocabularies = new(random, 1, 2, 3, 17, 33, 100);
        private readonly Deck<int> _recurrentLayers = new(random, 1, 1, 1, 2, 2, 3);
        private readonly Deck<int> _denseAbove = new(random, 0, 1, 1, 2);
        private readonly Deck<Activation> _activations = new(random, later
            ? [Activation.Linear, Activation.Softmax, Activation.Silu, Activation.Gelu, Activation.Elu, Activation.LeakyRelu]
            : [Activation.Linear, Activation.Sigmoid, Activation.Tanh, Activation.Relu, Activation.Softmax, Activation.Softsign]);
        private readonly Deck<SequenceOutput> _outputs = new(random, SequenceOutput.Final, SequenceOutput.EveryStep);
        private readonly Deck<bool> _isTrue = new(random, true, false, false);
        private readonly Deck<bool> _isPlain = new(random, true, false, false, false);
        private readonly Deck<bool> _isSpecial = new(random, true, false, false, false, false);
        private readonly Deck<bool> _isPadded = new(random, true, false);
        private readonly Deck<int> _directions = new(random, 0, 0, 0, 1, 1, 2);
        private readonly Deck<Merge> _merges = new(random, Enum.GetValues<Merge>());
        private readonly Deck<Activation> _curves = new(random, later
            ? [Activation.Elu, Activation.LeakyRelu]
            : [Activation.Tanh, Activation.Tanh, Activation.Tanh, Activation.Relu, Activation.Linear, Activation.Sigmoid, Activation.Softsign]);
        private readonly Deck<GateActivation> _gates = new(random, GateActivation.Sigmoid, GateActivation.Sigmoid, GateActivation.HardSigmoid, GateActivation.HardSigmoidKeras2);
        private readonly Deck<double> _rates = new(random, 0, 0, 0, 0.25, 0.5);
        private readonly Deck<double> _layerRates = new(random, 0, 0.1, 0.2, 0.3, 0.5);
        private readonly Deck<double> _epsilons = new(random, 1e-5, 1e-3, 0.1);
        private readonly Deck<Pooling> _poolings = new(random, Enum.GetValues<Pooling>());
        private readonly Deck<Activation> _convolved = new(
            random, [.. Enum.GetValues<Activation>().Where(curve => curve is not (Activation.ScaledTanh or Activation.Affine or Activation.HardSigmoid))]);
        private readonly Deck<int> _convolutions = new(random, 0, 1, 1, 1, 2);
        private readonly Deck<int> _kernelSizes = new(random, 1, 2, 3, 3, 4, 5, 7, 12);
        private readonly Deck<int> _dilations = new(random, 1, 1, 1, 2, 3, 5, 16);
        private readonly Deck<ConvPadding> _paddings = new(random, ConvPadding.Causal, ConvPadding.Causal, ConvPadding.Same);
        private readonly Deck<ConvPadding> _allPaddings = new(random, [.. Enum.GetValues<ConvPadding>(), ConvPadding.Valid]);
        private readonly Deck<int> _fewTaps = new(random, 1, 1, 2, 3);
        private readonly Deck<int> _strides = new(random, 1, 1, 2, 3);
        private readonly Deck<int> _windows = new(random, 1, 2, 2, 3);
        private readonly List<LayerSchema> _layers = [];
        private int _size;

        public ModelSchema Model(string name)
        {
            _layers.Clear();
            bool readsTokens = _isTrue.Next();
            int inputSize = _size = _sizes.Next();
            if (readsTokens)
            {
                int vocabulary = _vocabularies.Next();
                Add(LayerSchema.Embedding(vocabulary, _size, _isPadded.Next() ? random.NextInt32(vocabulary) : -1));
            }

            SequenceOutput output = SequenceOutput.EveryStep;
            for (int recurrent = _recurrentLayers.Next(); recurrent > 0; recurrent--)
            {
                AddBetween();
                AddDense(_isTrue.Next() ? 1 : 0);
                AddConvolutions();
                output = recurrent > 1 ? SequenceOutput.EveryStep : _outputs.Next();
                Add(Gru(output));
            }

            AddBetween();
            if (output == SequenceOutput.EveryStep)
            {
                AddConvolutions();
            }

            if (output == SequenceOutput.EveryStep && _isTrue.Next())
            {
                Add(LayerSchema.Pool(_poolings.Next()));
                AddBetween();
            }

            AddDense(_denseAbove.Next());
            ModelSchema schema = readsTokens ? ModelSchema.ForTokens(name, [.. _layers]) : ModelSchema.ForFeatures(name, inputSize, [.. _layers]);
            return isForeign ? Masked(schema) : schema;
        }

        /// <summary>Some steps of features only fill sequences, and repeat outputs as padding tokens do.</summary>
        private ModelSchema Masked(ModelSchema schema)
        {
            if (!schema.ReadsTokens && _isOther.Next())
            {
                schema = schema.WithMaskValue(0.25f);
            }

            bool isMixed = schema.Layers.Last(layer => layer.Kind == LayerKind.Gru).Options!.Bidirectional;
            return schema.MasksSteps && schema.Output == SequenceOutput.EveryStep && !isMixed ? schema.With(MaskedOutput.Repeat) : schema;
        }

        /// <summary>A recurrent layer; a residual connection wants it to give as many numbers as it is given.</summary>
        private LayerSchema Gru(SequenceOutput output)
        {
            int size = _sizes.Next();
            if (!isForeign && _isPlain.Next())
            {
                return LayerSchema.Gru(size, output);
            }

            int direction = _directions.Next();
            GruOptions options = new()
            {
                Bidirectional = direction == 1,
                Reverse = direction == 2,
                Merge = direction == 1 ? _merges.Next() : default,
                ResetAfter = !_isTrue.Next(),
                UpdateGate = _isTrue.Next() ? UpdateGate.Replace : UpdateGate.Keep,
                Bias = !_isTrue.Next(),
                Activation = _curves.Next(),
                GateActivation = _gates.Next(),
                InitialState = _isTrue.Next() ? InitialState.Learned : InitialState.Zero,
                Dropout = _rates.Next(),
                RecurrentDropout = _rates.Next(),
                Residual = output == SequenceOutput.EveryStep && _isTrue.Next(),
            };
            options = isForeign ? Foreign(options) : options;
            bool doubles = options is { Bidirectional: true, Merge: Merge.Concat };
            if (!options.Residual)
            {
                return LayerSchema.Gru(size, output, options);
            }

            return doubles && _size % 2 == 0 ? LayerSchema.Gru(_size / 2, output, options)
                : LayerSchema.Gru(_size, output, doubles ? options with { Merge = Merge.Sum } : options);
        }

        /// <summary>Gates without a limit of their own would let a state grow without an end: their arguments are clipped.</summary>
        private GruOptions Foreign(GruOptions options)
        {
            options = options with { Activation = _foreignCurves.Next(), GateActivation = _foreignGates.Next(), Clip = _clips.Next() };
            options = options with
            {
                ActivationAlpha = Alpha(options.Activation.ToString()),
                ActivationBeta = Beta(options.Activation.ToString()),
                GateActivationAlpha = Alpha(options.GateActivation.ToString()),
                GateActivationBeta = Beta(options.GateActivation.ToString()),
            };
            if (options.Bidirectional && _isOther.Next())
            {
                Activation curve = _foreignCurves.Next();
                options = options with { ReverseActivation = curve, ReverseActivationAlpha = Alpha(curve.ToString()), ReverseGateActivation = _foreignGates.Next() };
            }

            bool grows = s_unlimited.Contains(options.GateActivation) || (options.ReverseGateActivation is { } gates && s_unlimited.Contains(gates));
            return grows ? options with { Clip = 0.5 } : options;
        }

        private double? Alpha(string curve) => curve is "Elu" or "LeakyRelu" or "ScaledTanh" or "Affine" or "HardSigmoid" ? _alphas.Next() : null;

        private double? Beta(string curve) => curve is "ScaledTanh" or "Affine" or "HardSigmoid" or "HardSigmoidKeras2" ? _betas.Next() : null;

        private void AddDense(int number)
        {
            for (; number > 0; number--)
            {
                bool residual = _isSpecial.Next();
                Add(LayerSchema.Dense(residual ? _size : _sizes.Next(), _activations.Next(), residual, bias: !later || !_isTrue.Next()));
            }
        }

        private void AddConvolutions()
        {
            for (int number = convolves ? _convolutions.Next() : 0; number > 0; number--)
            {
                Add(resamples
                    ? Resampled()
                    : LayerSchema.Conv1D(
                        _sizes.Next(), _kernelSizes.Next(), _convolved.Next(), _dilations.Next(), _paddings.Next(), bias: !_isSpecial.Next()));
            }
        }

        /// <summary>A convolution that may leave out steps; few taps, because batches have few steps.</summary>
        private LayerSchema Resampled()
        {
            ConvPadding padding = _allPaddings.Next();
            int size = _fewTaps.Next(), dilation = _fewTaps.Next(), stride = _strides.Next();
            return LayerSchema.Conv1D(
                _sizes.Next(), size, _convolved.Next(), dilation, padding, bias: !_isSpecial.Next(), stride: padding == ConvPadding.Same ? 1 : stride);
        }

        private void AddBetween()
        {
            if (_isSpecial.Next())
            {
                Add(LayerSchema.Dropout(_layerRates.Next()));
            }

            // a single number is nothing but the bias after it, and gradients below vanish
            if (_isSpecial.Next() && _size > 1)
            {
                // few numbers may lie close together, and so may states of a leaky ReLU: 1/σ would make their last bits count
                double epsilon = _epsilons.Next();
                Add(LayerSchema.LayerNorm(_size < 8 || later ? 0.1 : epsilon));
            }

            if (later && _isTrue.Next())
            {
                Add(LayerSchema.PReLU());
            }

            if (resamples && _isTrue.Next())
            {
                Add(LayerSchema.BatchNorm(_epsilons.Next()));
            }

            // above a final state there are no steps
            if (resamples && EndsWithSteps && _isSpecial.Next())
            {
                Add(LayerSchema.Pool(_poolings.Next(), _windows.Next(), _strides.Next()));
            }
        }

        /// <summary>Whether the layers so far hand on every step.</summary>
        private bool EndsWithSteps => _layers.LastOrDefault(layer => layer.Kind is LayerKind.Gru or LayerKind.Pool)
            is null or { Kind: LayerKind.Gru, Output: SequenceOutput.EveryStep } or { Window: > 0 };

        private void Add(LayerSchema layer)
        {
            _layers.Add(layer);
            _size = layer.OutputSize == 0 ? _size : layer.OutputSize;
        }
    }

    /// <summary>Cards that are dealt until none is left, and then shuffled again.</summary>
    private sealed class Deck<T>(RandomSource random, params T[] cards)
    {
        private readonly Queue<int> _left = [];

        public T Next()
        {
            if (_left.Count == 0)
            {
                int[] order = [.. Enumerable.Range(0, cards.Length)];
                random.Shuffle(order);
                Array.ForEach(order, _left.Enqueue);
            }

            return cards[_left.Dequeue()];
        }
    }
}
