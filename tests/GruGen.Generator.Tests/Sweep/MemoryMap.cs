using System.Reflection;
using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generator.Tests.Sweep;

/// <summary>The buffers that kernels may touch, and how often they write each float: code with unchecked references is held to them.</summary>
internal sealed class MemoryMap
{
    [ThreadStatic]
    private static MemoryMap? s_current;

    private readonly Dictionary<string, (AlignedBuffer Buffer, int[] Writes)> _buffers = [];

    /// <summary>The buffers that <paramref name="owner"/> has, by the names of its fields.</summary>
    public MemoryMap(object owner) => Collect(owner, "");

    /// <summary>Runs kernels on <see cref="Recorded{TLanes}"/> and notes what they write; a place outside of all buffers is an exception.</summary>
    public void Record(Action kernels)
    {
        foreach ((_, int[] writes) in _buffers.Values)
        {
            Array.Clear(writes);
        }

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

    /// <summary>How often each float of a buffer was written.</summary>
    public ReadOnlySpan<int> Writes(string name) => _buffers[name].Writes;

    /// <summary>A kernel reads so many floats.</summary>
    public static void Read(ref float place, int count) => s_current?.Find(ref place, count);

    /// <summary>A kernel writes so many floats.</summary>
    public static void Write(ref float place, int count)
    {
        if (s_current is not null)
        {
            foreach (ref int writes in s_current.Find(ref place, count).AsSpan())
            {
                writes++;
            }
        }
    }

    private ArraySegment<int> Find(ref float place, int count)
    {
        (string Name, nint Offset) nearest = ("", nint.MaxValue);
        foreach ((string name, (AlignedBuffer buffer, int[] writes)) in _buffers)
        {
            nint offset = Unsafe.ByteOffset(ref buffer.Start, ref place) / sizeof(float);
            if (offset >= 0 && offset + count <= buffer.Length)
            {
                return new ArraySegment<int>(writes, (int)offset, count);
            }

            nint past = offset < 0 ? offset : offset + count - buffer.Length;
            nearest = nint.Abs(past) < nint.Abs(nearest.Offset) ? (name, past) : nearest;
        }

        throw new InvalidOperationException($"A kernel touches {count} floats outside of its buffers, {nearest.Offset} from {nearest.Name}.");
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
                        _buffers.Add(path + field.Name, (buffer, new int[buffer.Length]));
                        break;
                    case PackedWeights weights:
                        Collect(weights, $"{path}{field.Name}.");
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
