namespace GruGen;

/// <content>The outputs by their names.</content>
public sealed partial class ModelSchema
{
    /// <summary>The names of the outputs, for messages.</summary>
    internal string OutputNames => string.Join(", ", Outputs.Select(output => output.Name));

    /// <summary>Which output has a name; −1 if none has.</summary>
    internal int FindOutput(string name)
    {
        for (int i = 0; i < Outputs.Length; i++)
        {
            if (Outputs[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }
}
