namespace GruGen.Tests.Passes;

/// <summary>What calls allocate on this thread, once warm.</summary>
internal static class Allocated
{
    public static void Nothing(string name, Action action)
    {
        for (int i = 0; i < 3; i++)
        {
            action();
        }

        // whatever a call allocates it allocates every time; a collection in between can put the count off, so the least counts
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 5; i++)
            {
                action();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.True(least == 0, $"{name} allocates {least / 5} bytes a call.");
    }
}
