namespace GruGen.Generator.Tests.Sweep;

/// <summary>Random models whose layers read several of those before them, and that have several outputs.</summary>
internal static class RandomGraph
{
    /// <summary>Models from a fixed seed: those of <see cref="RandomModel"/>, wired anew.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="seed">The same seed gives the same models.</param>
    /// <param name="first">The number of the first one.</param>
    public static IReadOnlyList<RandomModel> Draw(int count, ulong seed, int first = 0)
    {
        var random = new RandomSource(seed);
        return [.. RandomModel.Draw(count, seed, first, convolves: true).Select(model => model with { Schema = Wired(model.Schema, random) })];
    }

    private static ModelSchema Wired(ModelSchema schema, RandomSource random)
    {
        List<LayerSchema> layers = [];
        for (int i = 0; i < schema.Layers.Length; i++)
        {
            LayerSchema layer = schema.Layers[i];
            bool hasOwnSize = layer.Kind is LayerKind.Gru or LayerKind.Dense or LayerKind.Conv1D && !layer.Residual;
            if (hasOwnSize && random.NextInt32(3) > 0)
            {
                layer = layer with { Name = $"path_{i}" };
            }

            string below = i == 0 ? "input" : layers[^1].Name;
            layer = layer with { From = [below] };
            if (hasOwnSize && i > 0 && random.NextInt32(4) > 0)
            {
                layer = Read(schema, layers, layer, below, random);
            }

            if (layer.From.Length > 1 && layers.Count % 2 == 0)
            {
                layers.Add(LayerSchema.Join() with { Name = $"both_{i}", From = layer.From, Combine = layer.Combine });
                layer = layer with { From = [layers[^1].Name], Combine = Combine.Concat };
            }

            bool mayBeOutput = layer.Kind is LayerKind.Gru or LayerKind.Dense && schema.Layers[i].Output == schema.Output;
            layers.Add(layer with { IsOutput = mayBeOutput && random.NextInt32(3) == 0 });
        }

        return schema.ReadsTokens
            ? ModelSchema.ForTokens(schema.Name, [.. layers])
            : ModelSchema.ForFeatures(schema.Name, schema.InputSize, [.. layers]);
    }

    /// <summary>A layer that reads more than the one before it: what is there for as many steps.</summary>
    private static LayerSchema Read(ModelSchema schema, List<LayerSchema> before, LayerSchema layer, string below, RandomSource random)
    {
        SequenceOutput steps = StepsOf(below);
        string[] others =
        [
            .. before.Where(other => other.Kind != LayerKind.Join).Select(other => other.Name)
                .Where(name => name != below).Append(schema.ReadsTokens ? "" : "input")
                .Where(name => name.Length > 0 && name != below && StepsOf(name) == steps),
        ];
        int[] order = [.. Enumerable.Range(0, others.Length)];
        random.Shuffle(order);
        string[] added = [.. order.Take(random.NextInt32(3)).Select(i => others[i])];
        string[] same = [.. added.Where(name => SizeOf(name) == SizeOf(below))];
        return added.Length == 0 ? layer
            : same.Length > 0 && random.NextInt32(2) == 0 ? layer with { From = [below, .. same], Combine = Combine.Sum }
            : layer with { From = random.NextInt32(2) == 0 ? [below, .. added] : [.. added, below] };

        SequenceOutput StepsOf(string name) =>
            name == "input" ? SequenceOutput.EveryStep : Drawn(name).Output;
        int SizeOf(string name) =>
            name == "input" ? schema.InputSize : Drawn(name).OutputSize;

        // The layer as it was drawn, with its size and steps; those between have none of their own.
        LayerSchema Drawn(string name) =>
            schema.Layers[before.Where(other => other.Kind != LayerKind.Join).TakeWhile(other => other.Name != name).Count()];
    }
}
