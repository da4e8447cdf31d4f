namespace GruGen;

/// <summary>How a metric of single classes becomes one number. A class is that of labels, or an output that says yes or no.</summary>
public enum ClassAveraging
{
    /// <summary>
    /// The mean of the values of all classes, each as important as any other: those that neither occur nor are predicted are 0 in it,
    /// unless they are left out (<see cref="ClassMetric.LeavesOutAbsent"/>).
    /// </summary>
    Macro,

    /// <summary>The value of the counts of all classes together. For labels of classes it is the accuracy.</summary>
    Micro,

    /// <summary>The mean of the values of all classes, each weighted with how often it is the target.</summary>
    Weighted,
}
