namespace GruGen.Tool;

/// <summary>The command line says something that cannot be.</summary>
internal sealed class UsageException(string message, Exception? cause = null) : Exception(message, cause);
