namespace GruGen.Onnx;

/// <summary>Where elements of a row-major tensor lie.</summary>
internal static class Places
{
    /// <summary>The number of elements.</summary>
    public static int Count(ReadOnlySpan<int> shape)
    {
        long count = 1;
        foreach (int size in shape)
        {
            count = Math.Min(count * size, int.MaxValue);
        }

        return (int)count;
    }

    /// <summary>
    /// For each axis of <paramref name="shape"/> how far apart its elements are in a tensor of the shape <paramref name="core"/>, whose
    /// last axes these are; 0 where that has one element.
    /// </summary>
    public static int[] Strides(int[] core, int[] shape)
    {
        int[] strides = new int[shape.Length];
        int step = 1;
        for (int i = 1; i <= core.Length; i++)
        {
            strides[^i] = core[^i] == 1 ? 0 : step;
            step *= core[^i];
        }

        return strides;
    }

    /// <summary>The place of each element of a shape, in order.</summary>
    public static int[] Of(int[] shape, int[] strides, int first = 0)
    {
        int[] places = new int[Count(shape)];
        int[] index = new int[shape.Length];
        int place = first;
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = place;
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                place += strides[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }

                place -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }

        return places;
    }
}
