using System.Globalization;

namespace GruGen;

/// <content>
/// The number of steps on their way through the layers. The steps of the input are those of clock 0; each layer that makes one step of
/// several begins a clock of its own, which goes on in the layers above it.
/// </content>
public sealed partial class ModelSchema
{
    /// <summary>
    /// The number of outputs for a sequence of so many steps: as many, but of a model with layers that make one step of several, which are
    /// convolutions with a stride or without padding and pooling over windows, what these leave; 1 of a model with one output for a
    /// sequence.
    /// </summary>
    /// <remarks>
    /// A layer with windows of w steps, each s steps after the one before, makes <c>(n − w) div s + 1</c> steps of n, and none if n is less
    /// than w. A convolution without padding has windows of (kernel size − 1) · dilation + 1 steps, one that pads windows of 1.
    /// </remarks>
    /// <param name="steps">The steps of the sequence, without those that only fill it.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is negative.</exception>
    public int OutputSteps(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return Output == SequenceOutput.EveryStep ? StepsAfter(Layers.Length, steps) : 1;
    }

    /// <summary>Throws unless all that is read where steps became fewer has these steps, as has the one output.</summary>
    private void CheckClocks()
    {
        if (!ChangesSteps)
        {
            return;
        }

        if (Outputs.Length > 1)
        {
            throw new ArgumentException(
                $"{Layers.First(layer => layer.Windows is not null).Name} makes one step of several, but {Name} has several outputs.",
                "layers");
        }

        int most = 0; // of the layers so far, those that make fewer steps
        string newest = "";
        var changes = new Dictionary<string, int>(StringComparer.Ordinal) { [LayerNames.Input] = 0 };
        foreach (LayerSchema layer in Layers)
        {
            if (layer.From.FirstOrDefault(name => changes[name] < most) is { } other)
            {
                throw new ArgumentException(
                    $"{layer.Name} reads {other}, whose steps are others than those that {newest} makes of several.", "layers");
            }

            if (layer.Windows is not null)
            {
                (most, newest) = (most + 1, layer.Name);
            }

            changes.Add(layer.Name, most);
        }
    }

    /// <summary>Whether a layer makes one step of several.</summary>
    internal bool ChangesSteps { get; }

    /// <summary>The exception for a step that has to have an output, of a model of which only some have one.</summary>
    internal NotSupportedException OnlySomeSteps() =>
        new($"{Name} makes one step of several, so that only some steps have an output; use TryStep, which says which.");

    /// <summary>Whether predictions take some steps at a time, and not whole sequences.</summary>
    internal bool RunsInBlocks => CanStream && !ChangesSteps;

    /// <summary>The windows of each such layer, in order: those of the first make the steps of clock 1, and so on.</summary>
    internal IEnumerable<StepWindows> Clocks => Layers.Select(layer => layer.Windows).OfType<StepWindows>();

    /// <summary>
    /// The states that count the steps of the next window, one for each clock: which of all states it is, its place among the floats of
    /// all, and the windows.
    /// </summary>
    internal (int Index, int Place, StepWindows Windows)[] Counters => field ??= FindCounters();

    /// <summary>Throws unless each of those states is a number of steps that its next window can have.</summary>
    /// <param name="state">The states of a sequence, one after another.</param>
    /// <exception cref="ArgumentException">One is not.</exception>
    internal void CheckCounters(ReadOnlySpan<float> state)
    {
        foreach ((_, int place, StepWindows windows) in Counters)
        {
            float steps = state[place];
            int least = Math.Min(windows.Size - windows.Stride, 0);
            if (!(steps >= least && steps < windows.Size && steps == MathF.Truncate(steps)))
            {
                throw new ArgumentException(
                    $"Number {place} of '{nameof(state)}' is {steps}, but it says how many steps of a window there are, "
                        + $"{least} to {windows.Size - 1}.",
                    nameof(state));
            }
        }
    }

    /// <summary>Whether outputs are made of the same steps as those of another model.</summary>
    internal bool HasClocksOf(ModelSchema other) =>
        this == other || (!ChangesSteps && !other.ChangesSteps) || Clocks.SequenceEqual(other.Clocks);

    /// <summary>The number of steps that the first layers make of those of a sequence.</summary>
    /// <param name="layers">How many layers; of all of them it is what the last one that has steps makes.</param>
    /// <param name="steps">The steps of the sequence.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many layers, or a number is negative.</exception>
    public int StepsAfter(int layers, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layers);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layers, Layers.Length);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        for (int i = 0; i < layers; i++)
        {
            steps = Layers[i].Windows?.In(steps) ?? steps;
        }

        return steps;
    }

    /// <summary>How steps become outputs, for messages: <c>9 steps, 4 after conv1, 2 after pool1</c>.</summary>
    internal string DescribeSteps(int steps) => string.Create(CultureInfo.InvariantCulture, $"{steps} steps") + string.Concat(
        Layers.Select((layer, i) => layer.Windows is null ? "" : $", {StepsAfter(i + 1, steps)} after {layer.Name}"));

    private (int Index, int Place, StepWindows Windows)[] FindCounters()
    {
        List<(int, int, StepWindows)> counters = [];
        (int index, int place) = (0, 0);
        foreach (LayerSchema layer in Layers)
        {
            foreach (LayerState state in layer.States)
            {
                if (state.CountsSteps)
                {
                    counters.Add((index, place, layer.Windows!.Value));
                }

                (index, place) = (index + 1, place + state.Size);
            }
        }

        return [.. counters];
    }
}
