using System.Collections;
using System.Reflection;
using GruGen.Kernels;

namespace GruGen.Tests.Subnormals;

/// <summary>
/// Finds subnormal numbers, by their bits, in all floats that an object holds. Processors differ in how long an operation on one takes, so
/// tests count them instead of measuring time.
/// </summary>
internal static class Subnormals
{
    /// <summary>Nothing that <paramref name="owner"/> holds, however deep, is subnormal.</summary>
    public static void AssertNoneIn(object owner)
    {
        var found = new List<string>();
        long floats = 0;
        Walk(owner, owner.GetType().Name, new HashSet<object>(ReferenceEqualityComparer.Instance), found, ref floats);
        Assert.True(floats > 0, $"{owner.GetType().Name} holds no floats.");
        Assert.True(found.Count == 0, string.Join("; ", found));
    }

    /// <summary>Nothing in a span is subnormal.</summary>
    public static void AssertNoneIn(ReadOnlySpan<float> values, string name) => Assert.True(Count(values) == 0, $"{name}: {Count(values)} of {values.Length}");

    /// <summary>How many are subnormal.</summary>
    public static int Count(ReadOnlySpan<float> values)
    {
        int count = 0;
        foreach (float value in values)
        {
            uint bits = BitConverter.SingleToUInt32Bits(value) & 0x7FFFFFFF;
            count += bits is > 0 and < 0x00800000 ? 1 : 0;
        }

        return count;
    }

    private static void Walk(object? at, string path, HashSet<object> seen, List<string> found, ref long floats)
    {
        if (at is null or string or Delegate or MemberInfo or Type || at.GetType().IsPrimitive || at.GetType().IsEnum || !seen.Add(at))
        {
            return;
        }

        if (at is AlignedBuffer or float[])
        {
            ReadOnlySpan<float> values = at is AlignedBuffer buffer ? buffer.Span : (float[])at;
            floats += values.Length;
            if (Count(values) is > 0 and int count)
            {
                found.Add($"{path}: {count} of {values.Length}");
            }

            return;
        }

        if (at is IEnumerable list)
        {
            int i = 0;
            foreach (object? item in list)
            {
                Walk(item, $"{path}[{i++}]", seen, found, ref floats);
            }
        }
        else if (at.GetType().Assembly == typeof(AlignedBuffer).Assembly || at.GetType().Assembly == typeof(Subnormals).Assembly)
        {
            for (Type? type = at.GetType(); type is not null && type != typeof(object); type = type.BaseType)
            {
                foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                {
                    if (!field.FieldType.IsPointer && !field.FieldType.IsByRefLike)
                    {
                        Walk(field.GetValue(at), $"{path}.{field.Name}", seen, found, ref floats);
                    }
                }
            }
        }
    }
}
