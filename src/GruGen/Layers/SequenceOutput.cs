namespace GruGen;

/// <summary>What a recurrent layer hands on of its steps.</summary>
public enum SequenceOutput
{
    /// <summary>The state after the last step of each sequence.</summary>
    Final,

    /// <summary>The state after every step.</summary>
    EveryStep,
}
