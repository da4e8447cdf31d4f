namespace GruGen;

/// <summary>Whose definition is meant where PyTorch and Keras mean different things by one word.</summary>
public enum Convention
{
    /// <summary>PyTorch's.</summary>
    PyTorch,

    /// <summary>Keras'.</summary>
    Keras,
}
