namespace GruGen;

/// <summary>Which steps a recurrent layer hands on.</summary>
public enum Steps
{
    /// <summary>The state after the last step of each sequence.</summary>
    Last,

    /// <summary>The state after every step.</summary>
    Every,
}
