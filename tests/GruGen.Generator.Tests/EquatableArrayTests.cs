using System.Collections.Immutable;
using Xunit;

namespace GruGen.Generator.Tests;

/// <summary>Arrays that compare by value.</summary>
public sealed class EquatableArrayTests
{
    [Fact]
    public void Equal_elements_make_equal_arrays()
    {
        EquatableArray<string> one = ImmutableArray.Create("a", "b");
        EquatableArray<string> two = ImmutableArray.Create("a", new string('b', 1));
        Assert.True(one == two);
        Assert.True(one.Equals((object)two));
        Assert.Equal(one.GetHashCode(), two.GetHashCode());
    }

    [Fact]
    public void Other_elements_another_order_or_length_make_other_arrays()
    {
        EquatableArray<int> array = ImmutableArray.Create(1, 2);
        Assert.True(array != ImmutableArray.Create(1, 3));
        Assert.True(array != ImmutableArray.Create(2, 1));
        Assert.True(array != ImmutableArray.Create(1, 2, 3));
        Assert.False(array.Equals(new object()));
    }

    [Fact]
    public void The_default_is_empty()
    {
        EquatableArray<int> array = default;
        Assert.Empty(array);
        Assert.True(array == ImmutableArray<int>.Empty);
        Assert.Equal(array.GetHashCode(), new EquatableArray<int>([]).GetHashCode());
    }

    [Fact]
    public void Elements_are_read_in_order()
    {
        EquatableArray<int> array = ImmutableArray.Create(3, 1, 2);
        Assert.Equal([3, 1, 2], array);
        Assert.Equal(1, array[1]);
    }
}
