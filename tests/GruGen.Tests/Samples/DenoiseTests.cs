using System.Numerics;
using Denoise;

namespace GruGen.Tests.Samples;

/// <summary>What the sample Denoise makes of sound.</summary>
public sealed class DenoiseTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.wav");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void What_is_written_is_read()
    {
        float[] samples = [0, 0.5f, -1, 32767 / 32768f, -1 / 32768f];
        WaveFile.Write(_path, [.. samples, 2, -2]);
        Assert.Equal([.. samples, 32767 / 32768f, -1], WaveFile.Read(_path));
    }

    [Theory] // ITU-T G.711, table 2b
    [InlineData(0x80, 32124)]
    [InlineData(0x00, -32124)]
    [InlineData(0xFF, 0)]
    [InlineData(0xFE, 8)]
    [InlineData(0xA0, 7932)]
    [InlineData(0x6F, -132)]
    public void Mu_law_is_that_of_G711(byte code, int value)
    {
        File.WriteAllBytes(_path, Wave(kind: 7, bits: 8, [code, 0xFF]));
        Assert.Equal([value / 32768f, 0], WaveFile.Read(_path));
    }

    [Fact]
    public void Other_files_are_refused()
    {
        byte[] wave = Wave(kind: 3, bits: 32, [0, 0, 0, 0]);
        Assert.Contains("format 3 and 32 bits", Refusal(wave), StringComparison.Ordinal);
        Assert.Contains("of 4 bytes, of which 3", Refusal(wave[..^1]), StringComparison.Ordinal);
        Assert.Contains("no chunk 'data'", Refusal(wave[..36]), StringComparison.Ordinal);
        Assert.Contains("is no WAV file", Refusal(wave[1..]), StringComparison.Ordinal);

        string Refusal(byte[] bytes)
        {
            File.WriteAllBytes(_path, bytes);
            return Assert.Throws<InvalidDataException>(() => WaveFile.Read(_path)).Message;
        }
    }

    [Fact]
    public void The_transform_is_the_sum_that_defines_it()
    {
        const int Size = 16;
        var random = new Random(1);
        float[] real = [.. Enumerable.Range(0, Size).Select(_ => random.NextSingle())];
        float[] imaginary = [.. real.Select(_ => random.NextSingle())];
        Complex[] expected =
        [
            .. Enumerable.Range(0, Size).Select(k => Enumerable.Range(0, Size).Aggregate(Complex.Zero, (sum, n) =>
                sum + new Complex(real[n], imaginary[n]) * Complex.FromPolarCoordinates(1, -Math.Tau * k * n / Size))),
        ];
        new Fourier(Size).Transform(real, imaginary);
        for (int k = 0; k < Size; k++)
        {
            Assert.Equal(expected[k].Real, real[k], 1e-5);
            Assert.Equal(expected[k].Imaginary, imaginary[k], 1e-5);
        }
    }

    [Fact]
    public void With_gains_of_one_a_signal_is_as_it_was()
    {
        float[] samples = Noise(Frame.Size * 8, seed: 2), output = Denoiser.Process(samples, new EqualGains(1));
        Assert.Equal(samples.Length - Frame.Hop, output.Length);
        Assert.True(samples.Zip(output, (a, b) => Math.Abs(a - b)).Max() < 1e-5);
    }

    [Fact]
    public void A_gain_of_a_tenth_leaves_twenty_decibels_less()
    {
        float[] samples = Noise(Frame.Size * 8, seed: 3), output = Denoiser.Process(samples, new EqualGains(0.1f));
        Assert.True(samples.Zip(output, (a, b) => Math.Abs(a / 10 - b)).Max() < 1e-6);
        Assert.Equal(20 * Math.Log10(1 / 0.9), SegmentalSnr.Of(samples, output), 1e-3); // nine tenths of the speech are missing
    }

    [Fact]
    public void The_bands_have_all_of_the_energy()
    {
        var frame = new Frame();
        frame.Analyze(Noise(Frame.Size, seed: 4));
        float[] energies = new float[Bands.Count];
        Bands.Energies(frame, energies);
        Assert.Equal(Enumerable.Range(0, Frame.Bins).Sum(frame.Energy), energies.Sum(), 0.1);
        Assert.All(energies, energy => Assert.True(energy > 0));
    }

    [Fact]
    public void A_mixture_has_the_ratio_that_was_asked_for()
    {
        float[] speech = Noise(20_000, seed: 5), noise = Noise(30_000, seed: 6);
        var mixture = Mixture.Of(speech, noise, ratio: 6, level: -20);
        Assert.Equal(speech.Length, mixture.Sum.Length);
        Assert.Equal(speech[7] / 10, mixture.Speech[7], 6);
        Assert.Equal(6, SegmentalSnr.Of(mixture.Speech, mixture.Sum), 0.1);

        var lesson = Lesson.Of(mixture);
        Assert.Equal(lesson.Voice.Length * Bands.Count, lesson.Gains.Length);
        Assert.Equal(1 / (1 + Math.Pow(10, -0.6)), lesson.Gains.Average(), 0.03); // of both, speech has four fifths
        Assert.All(lesson.Voice, voice => Assert.Equal(1, voice));
    }

    [Fact]
    public void The_floor_of_a_steady_noise_takes_most_of_it_away()
    {
        float[] noise = Noise(Frame.Size * 100, seed: 7), rest = Denoiser.Process(noise, new FloorGains());
        Assert.True(Energy(rest[^Frame.Size..]) < Energy(noise[^Frame.Size..]) / 4);

        static double Energy(float[] samples) => samples.Sum(sample => (double)sample * sample);
    }

    private static float[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    private static byte[] Wave(short kind, short bits, byte[] data) =>
    [
        .. "RIFF"u8, .. BitConverter.GetBytes(36 + data.Length), .. "WAVEfmt "u8, 16, 0, 0, 0, .. BitConverter.GetBytes(kind), 1, 0,
        .. BitConverter.GetBytes(WaveFile.Rate), .. BitConverter.GetBytes(WaveFile.Rate), 1, 0, .. BitConverter.GetBytes(bits),
        .. "data"u8, .. BitConverter.GetBytes(data.Length), .. data,
    ];

    private sealed class EqualGains(float gain) : IGains
    {
        public void Next(ReadOnlySpan<float> energies, Span<float> gains) => gains.Fill(gain);
    }
}
