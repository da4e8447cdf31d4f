using GruGen.Kernels;

namespace GruGen;

/// <content>Greedy decoding: each token is the most probable one after those before it.</content>
public sealed partial class EncoderDecoder<TSource>
{
    private GreedyDecoder? _idleDecoder;

    /// <summary>Writes the target of one source, greedily: each token is the most probable one after those before it.</summary>
    /// <param name="source">The encoder's tokens, or the features of all its steps one after another; may be empty.</param>
    /// <param name="maxLength">The largest number of tokens to write.</param>
    /// <returns>The tokens before the end token; <paramref name="maxLength"/> tokens if the decoder did not give it before.</returns>
    /// <exception cref="ArgumentException">The number of features is no multiple of the encoder's input size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A token is not in the encoder's vocabulary, or <paramref name="maxLength"/> is negative.
    /// </exception>
    public int[] Decode(ReadOnlySpan<TSource> source, int maxLength) => Decode([source.ToArray()], maxLength)[0];

    /// <summary>Writes the targets of many sources greedily, side by side, which is faster than one after another.</summary>
    /// <param name="sources">The sources: tokens, or the features of all steps one after another.</param>
    /// <param name="maxLength">The largest number of tokens to write for each.</param>
    /// <returns>For each source the target that <see cref="Decode(ReadOnlySpan{TSource}, int)"/> gives.</returns>
    /// <exception cref="ArgumentException">
    /// A source is null, or its number of features is no multiple of the encoder's input size.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A token is not in the encoder's vocabulary, or <paramref name="maxLength"/> is negative.
    /// </exception>
    public int[][] Decode(IReadOnlyList<TSource[]> sources, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentOutOfRangeException.ThrowIfNegative(maxLength);
        for (int i = 0; i < sources.Count; i++)
        {
            Encoder.CheckInput(sources[i] ?? throw new ArgumentException($"Source {i} is null.", nameof(sources)), nameof(sources));
        }

        GreedyDecoder decoder = Interlocked.Exchange(ref _idleDecoder, null) ?? new GreedyDecoder(Decoder, StartToken, EndToken);
        var sink = new DecodingSink(decoder, LatestWeights(decoder), maxLength, new int[sources.Count][]);
        Encoder.RunMany(
            new SequenceModel<TSource>.ArrayBatches(sources, Encoder.Schema, PredictOptions.Default), ref sink, CancellationToken.None);
        _idleDecoder = decoder;
        return sink.Targets;
    }

    /// <summary>The encoder's weights, after the decoder has taken those that were published with them.</summary>
    private PackedWeights LatestWeights(GreedyDecoder decoder)
    {
        lock (Publishing)
        {
            decoder.Refresh();
            return Encoder.Weights.Current();
        }
    }

    /// <summary>Runs the decoder from the final states of each batch of sources.</summary>
    private struct DecodingSink(GreedyDecoder decoder, PackedWeights encoderWeights, int maxLength, int[][] targets) : IRowSink<TSource>
    {
        private int _first;

        public readonly int[][] Targets => targets;

        public void Begin(SequencePass<TSource> pass, int first, scoped ReadOnlySpan<int> lengths)
        {
            pass.UseWeights(encoderWeights);
            _first = first;
        }

        public readonly void Take(SequencePass<TSource> pass, nint first, int rows, scoped ref OutputWalk walk)
        {
        }

        public readonly void End(SequencePass<TSource> pass)
        {
            pass.CopyFinalStatesTo(decoder.StatesOf(pass.Layout.BatchSize));
            decoder.Run(pass.Layout.BatchSize, maxLength, targets.AsSpan(_first));
        }
    }
}
