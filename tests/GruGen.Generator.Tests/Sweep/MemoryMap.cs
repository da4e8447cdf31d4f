using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen.Generator.Tests.Sweep;

/// <summary>
/// The buffers that kernels may touch, and how often they write each float: code with unchecked references is held to them.
/// </summary>
internal sealed class MemoryMap
{
    [ThreadStatic]
    private static MemoryMap? s_current;

    private readonly Dictionary<string, (AlignedBuffer Buffer, int[] Writes)> _buffers = [];
    private readonly AlignedBuffer _origin = new(1);
    private (nint Start, nint End, int[] Writes)[] _places = []; // in bytes from the origin, in the order of memory
    private int _last; // most of what a kernel touches lies near what it touched before

    /// <summary>The buffers that objects have, by the names of their fields.</summary>
    public MemoryMap(params object[] owners)
    {
        foreach (object owner in owners)
        {
            Collect(owner, "");
        }
    }

    /// <summary>
    /// Runs kernels on <see cref="Recorded{TLanes}"/> and notes what they write; a place outside of all buffers is an exception.
    /// </summary>
    public void Record(Action kernels)
    {
        foreach ((_, int[] writes) in _buffers.Values)
        {
            Array.Clear(writes);
        }

        _places = [.. _buffers.Values.Where(buffer => buffer.Buffer.Length > 0).Select(buffer => Place(buffer.Buffer, buffer.Writes)).OrderBy(place => place.Start)];
        _last = 0;
        s_current = this;
        try
        {
            kernels();
        }
        finally
        {
            s_current = null;
        }
    }

    /// <summary>A buffer that belongs to none of them.</summary>
    public void Add(string name, AlignedBuffer buffer) => _buffers.Add(name, (buffer, new int[buffer.Length]));

    /// <summary>How often each float of a buffer was written.</summary>
    public ReadOnlySpan<int> Writes(string name) => _buffers[name].Writes;

    /// <summary>A kernel reads so many floats.</summary>
    public static void Read(ref float place, int count)
    {
        if (s_current is { } map && !map.TryFind(ref place, count, out _) && !IsConstant(ref place, count))
        {
            throw map.Outside(ref place, count);
        }
    }

    /// <summary>A kernel writes so many floats.</summary>
    public static void Write(ref float place, int count)
    {
        if (s_current is { } map)
        {
            foreach (ref int writes in map.TryFind(ref place, count, out Span<int> found) ? found : throw map.Outside(ref place, count))
            {
                writes++;
            }
        }
    }

    /// <summary>Whether a kernel reads numbers of its own, which are part of the program.</summary>
    private static bool IsConstant(ref float place, int count)
    {
        nint offset = Unsafe.ByteOffset(ref MemoryMarshal.GetReference(Normalization.Lanes), ref place) / sizeof(float);
        return offset >= 0 && offset + count <= Normalization.Lanes.Length;
    }

    /// <summary>Buffers are pinned, so that distances from an origin are places.</summary>
    private (nint Start, nint End, int[] Writes) Place(AlignedBuffer buffer, int[] writes)
    {
        nint start = Distance(ref buffer.Start);
        return (start, start + (buffer.Length * sizeof(float)), writes);
    }

    private nint Distance(ref float place) => Unsafe.ByteOffset(ref _origin.Start, ref place);

    private bool TryFind(ref float place, int count, out Span<int> writes)
    {
        nint start = Distance(ref place), end = start + (count * sizeof(float));
        for (int i = 0; i < _places.Length; i++)
        {
            int at = _last + i < _places.Length ? _last + i : _last + i - _places.Length;
            if (start >= _places[at].Start && end <= _places[at].End)
            {
                _last = at;
                writes = _places[at].Writes.AsSpan((int)((start - _places[at].Start) / sizeof(float)), count);
                return true;
            }
        }

        writes = default;
        return false;
    }

    private InvalidOperationException Outside(ref float place, int count)
    {
        (string Name, nint Offset) nearest = ("", nint.MaxValue);
        foreach ((string name, (AlignedBuffer buffer, _)) in _buffers)
        {
            nint offset = Unsafe.ByteOffset(ref buffer.Start, ref place) / sizeof(float);
            nint past = offset < 0 ? offset : offset + count - buffer.Length;
            nearest = nint.Abs(past) < nint.Abs(nearest.Offset) ? (name, past) : nearest;
        }

        return new InvalidOperationException($"A kernel touches {count} floats outside of its buffers, {nearest.Offset} from {nearest.Name}.");
    }

    private void Collect(object owner, string path)
    {
        for (Type? type = owner.GetType(); type is not null; type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            {
                switch (field.GetValue(owner))
                {
                    case AlignedBuffer buffer:
                        Add(path + field.Name, buffer);
                        break;
                    case GradientSet gradients:
                        Collect(gradients, $"{path}{field.Name}.");
                        break;
                    case PackedWeights weights:
                        Collect(weights, $"{path}{field.Name}.");
                        break;
                    case OutputHead[] heads:
                        for (int i = 0; i < heads.Length; i++)
                        {
                            Collect(heads[i], $"{path}{field.Name}[{i}].");
                        }

                        break;
                    case RecurrentState[] states:
                        for (int i = 0; i < states.Length; i++)
                        {
                            Collect(states[i], $"{path}{field.Name}[{i}].");
                        }

                        break;
                }
            }
        }
    }
}
