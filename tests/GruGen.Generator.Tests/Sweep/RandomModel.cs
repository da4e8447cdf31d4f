namespace GruGen.Generator.Tests.Sweep;

/// <summary>A model whose layers were drawn at random, beside its declaration.</summary>
/// <param name="Number">Its number among all, from 0.</param>
/// <param name="Schema">The layers, put together without the generator.</param>
internal sealed record RandomModel(int Number, ModelSchema Schema)
{
    /// <summary>The name of the declared class.</summary>
    public string ClassName => $"Model{Number:00}";

    /// <summary>The name in test results.</summary>
    public string Name => $"{Number:00} {(Schema.ReadsTokens ? "" : $"{Schema.InputSize}, ")}{string.Join(", ", Schema.Layers.Select(Attribute))}";

    /// <summary>The declaration as a user writes it.</summary>
    public string Declaration => $$"""
        [GruModel{{(Schema.ReadsTokens ? "" : $"({Schema.InputSize})")}}, {{string.Join(", ", Schema.Layers.Select(Attribute))}}]
        internal partial class {{ClassName}};
        """;

    /// <summary>A recurrent layer says what it hands on only where that is not what it would do anyway.</summary>
    private string Attribute(LayerSchema layer) => layer.Kind switch
    {
        LayerKind.Embedding => $"Embedding({layer.InputSize}, {layer.OutputSize})",
        LayerKind.Dense => $"Dense({layer.OutputSize}{(layer.Activation == Activation.Linear ? "" : $", Activation.{layer.Activation}")})",
        _ when layer.Output == Steps.Every && layer == Schema.Layers.Last(any => any.Kind == LayerKind.Gru) => $"Gru({layer.OutputSize}, Output = Steps.Every)",
        _ => $"Gru({layer.OutputSize})",
    };

    /// <summary>
    /// Models from a fixed seed. Sizes are dealt from a shuffled deck, so that each of them comes as often as any other, in every place.
    /// </summary>
    public static IReadOnlyList<RandomModel> Draw(int count, ulong seed)
    {
        var random = new RandomSource(seed);
        var sizes = new Deck<int>(random, 1, 2, 3, 5, 7, 8, 15, 16, 17, 20, 31, 32, 33, 48, 63, 64, 65, 80, 96, 100, 112, 129);
        var vocabularies = new Deck<int>(random, 1, 2, 3, 17, 33, 100);
        var recurrentLayers = new Deck<int>(random, 1, 1, 1, 2, 2, 3);
        var denseAbove = new Deck<int>(random, 0, 1, 1, 2);
        var activations = new Deck<Activation>(random, Enum.GetValues<Activation>());
        var outputs = new Deck<Steps>(random, Steps.Last, Steps.Every);
        var isTrue = new Deck<bool>(random, true, false, false);
        return [.. Enumerable.Range(0, count).Select(number => new RandomModel(number, Model($"Model{number:00}")))];

        ModelSchema Model(string name)
        {
            List<LayerSchema> layers = [];
            bool readsTokens = isTrue.Next();
            if (readsTokens)
            {
                layers.Add(LayerSchema.Embedding(vocabularies.Next(), sizes.Next()));
            }

            for (int recurrent = recurrentLayers.Next(); recurrent > 0; recurrent--)
            {
                AddDense(isTrue.Next() ? 1 : 0);
                layers.Add(LayerSchema.Gru(sizes.Next(), recurrent > 1 ? Steps.Every : outputs.Next()));
            }

            AddDense(denseAbove.Next());
            return readsTokens ? ModelSchema.ForTokens(name, [.. layers]) : ModelSchema.ForFeatures(name, sizes.Next(), [.. layers]);

            void AddDense(int number)
            {
                for (; number > 0; number--)
                {
                    layers.Add(LayerSchema.Dense(sizes.Next(), activations.Next()));
                }
            }
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
