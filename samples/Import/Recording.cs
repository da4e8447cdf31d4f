namespace Import;

/// <summary>What an accelerometer gives while somebody moves it: noise, the movement, and gravity along z.</summary>
internal static class Recording
{
    /// <summary>What the model tells apart, in the order of its outputs.</summary>
    public static readonly string[] Movements = ["still", "shake", "circle", "lift"];

    /// <summary>Draws a recording, as tests/make-files/movements.py did for the training in Python.</summary>
    /// <param name="movement">The movement, 0 to 3.</param>
    /// <param name="isTurned">Whether the sensor lies on its side, so that its axes x, y and z are y, z and x.</param>
    /// <param name="random">Where the noise comes from.</param>
    /// <returns>x, y and z of 50 steps, one step after another.</returns>
    public static float[] Draw(int movement, bool isTurned, Random random)
    {
        double size = 0.5 + random.NextDouble(), speed = 0.3 + 0.3 * random.NextDouble(), start = Math.Tau * random.NextDouble();
        return [.. Enumerable.Range(0, 50).SelectMany(t =>
        {
            (double sin, double cos) = Math.SinCos(start + speed * t);
            float x = (float)(Noise() + (movement is 1 or 2 ? size * cos : 0));
            float y = (float)(Noise() + (movement is 2 ? size * sin : 0));
            float z = (float)(Noise() + (movement is 3 ? size * sin : 0) + 1);
            return isTurned ? new[] { y, z, x } : [x, y, z];
        })];

        double Noise() => random.NextDouble() - 0.5;
    }
}
