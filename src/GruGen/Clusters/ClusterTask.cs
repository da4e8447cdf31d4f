namespace GruGen;

/// <summary>What processes do together. Each of them says it before, so that one that does something else is found.</summary>
internal enum ClusterTask
{
    /// <summary>Training begins or goes on: the settings of all are compared.</summary>
    Begin,

    /// <summary>Whether any of the processes has had enough.</summary>
    Stop,

    /// <summary>A step of training.</summary>
    Step,

    /// <summary>The sums of the losses and the metrics of an epoch or of a validation.</summary>
    Sums,

    /// <summary>The states of streams, for a file.</summary>
    States,

    /// <summary>A file is written.</summary>
    Saved,

    /// <summary>A training or an epoch is through.</summary>
    End,

    /// <summary>A process leaves the cluster.</summary>
    Leave,
}
