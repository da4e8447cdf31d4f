using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generator.Tests.Sweep;

/// <summary>
/// A vector without numbers, which tells <see cref="MemoryMap"/> where it was loaded from and stored to: kernels run on it unchanged.
/// </summary>
internal readonly struct Recorded<TLanes> : ISimd<Recorded<TLanes>>
    where TLanes : struct, ILanes
{
    public static int Count => TLanes.Count;

    public static bool Fuses => TLanes.Fuses;

    public static Recorded<TLanes> Zero => default;

    public static Recorded<TLanes> Broadcast(ref float source, nuint offset)
    {
        MemoryMap.Read(ref Unsafe.Add(ref source, offset), 1);
        return default;
    }

    public static Recorded<TLanes> Load(ref float source, nuint offset)
    {
        MemoryMap.Read(ref Unsafe.Add(ref source, offset), Count);
        return default;
    }

    public void Store(ref float destination, nuint offset) => MemoryMap.Write(ref Unsafe.Add(ref destination, offset), Count);

    public void Put(ref float destination, nuint offset) => Store(ref destination, offset);

    public void Put(ref float destination, nuint offset, bool add)
    {
        if (add)
        {
            Load(ref destination, offset);
        }

        Put(ref destination, offset);
    }

    public static Recorded<TLanes> Create(float value) => default;

    public static Recorded<TLanes> Add(Recorded<TLanes> a, Recorded<TLanes> b) => default;

    public static Recorded<TLanes> Subtract(Recorded<TLanes> a, Recorded<TLanes> b) => default;

    public static Recorded<TLanes> Subtract(float a, Recorded<TLanes> b) => default;

    public static Recorded<TLanes> Multiply(Recorded<TLanes> a, Recorded<TLanes> b) => default;

    public static Recorded<TLanes> Divide(Recorded<TLanes> a, Recorded<TLanes> b) => default;

    public static Recorded<TLanes> Divide(float a, Recorded<TLanes> b) => default;

    public static Recorded<TLanes> Abs(Recorded<TLanes> a) => default;

    public static Recorded<TLanes> Max(Recorded<TLanes> a, Recorded<TLanes> b) => default;

    public static Recorded<TLanes> Sqrt(Recorded<TLanes> a) => default;

    public static Recorded<TLanes> MultiplyAdd(Recorded<TLanes> a, Recorded<TLanes> b, Recorded<TLanes> c) => default;

    public static Recorded<TLanes> MultiplyAdd(Recorded<TLanes> a, float b, Recorded<TLanes> c) => default;

    public static Recorded<TLanes> MultiplyAdd(Recorded<TLanes> a, float b, float c) => default;

    public static Recorded<TLanes> MultiplyAdd(Recorded<TLanes> a, Recorded<TLanes> b, float c) => default;

    public static Recorded<TLanes> Clamp(Recorded<TLanes> value, float low, float high) => default;

    public static Recorded<TLanes> Clamp(Recorded<TLanes> value, float low, float end, float high) => default;

    public static Recorded<TLanes> Positive(Recorded<TLanes> value) => default;

    public static Recorded<TLanes> PowerOfTwo(Recorded<TLanes> shifted) => default;

    public static Recorded<TLanes> LowHalf(Recorded<TLanes> pairs) => default;

    public static Recorded<TLanes> HighHalf(Recorded<TLanes> pairs) => default;

    public static Recorded<TLanes> WherePositive(Recorded<TLanes> condition, Recorded<TLanes> value) => default;

    public static Recorded<TLanes> Flush(Recorded<TLanes> value, int bits) => default;

    public static Recorded<TLanes> Blend(Recorded<TLanes> z, Recorded<TLanes> n, Recorded<TLanes> h) => default;
}

/// <summary>A number of lanes as a type.</summary>
internal interface ILanes
{
    static abstract int Count { get; }

    static abstract bool Fuses { get; }
}

/// <summary>As many lanes as the widest vector has.</summary>
internal readonly struct Sixteen : ILanes
{
    public static int Count => 16;

    public static bool Fuses => true;
}

/// <summary>As many lanes as the narrowest vector has, without fused multiply-add.</summary>
internal readonly struct Four : ILanes
{
    public static int Count => 4;

    public static bool Fuses => false;
}
