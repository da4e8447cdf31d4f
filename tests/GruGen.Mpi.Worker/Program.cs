// One process of several: mpirun -n 4 dotnet GruGen.Mpi.Worker.dll transport
using System.Globalization;
using GruGen.Mpi;
using GruGen.Mpi.Worker;

switch (args)
{
    case ["library"]:
        using (MpiCluster cluster = MpiCluster.Join())
        {
            Console.WriteLine($"process {cluster.Rank} of {cluster.Size}: {cluster.Abi}, {cluster.LibraryVersion}");
        }

        return 0;
    case ["transport"]:
        using (MpiCluster cluster = MpiCluster.Join())
        {
            Console.WriteLine($"process {cluster.Rank} of {cluster.Size}: {Transport.Run(cluster)}");
        }

        return 0;
    case ["allocations"]:
        using (MpiCluster cluster = MpiCluster.Join())
        {
            Console.WriteLine($"process {cluster.Rank} of {cluster.Size}: {Transport.Allocations(cluster)} bytes allocated");
        }

        return 0;
    case ["train", string threads]:
        using (MpiCluster cluster = MpiCluster.Join())
        {
            foreach (string result in Trainings.Run(cluster, int.Parse(threads, CultureInfo.InvariantCulture)))
            {
                Console.WriteLine($"process {cluster.Rank} of {cluster.Size}: {result}");
            }
        }

        return 0;
    case ["resume", string folder]:
        using (MpiCluster cluster = MpiCluster.Join())
        {
            Console.WriteLine($"process {cluster.Rank} of {cluster.Size} is {Environment.ProcessId}");
            Console.WriteLine($"process {cluster.Rank} of {cluster.Size}: {Trainings.Long(cluster, folder)}");
        }

        return 0;
    case ["page", string path]:
        PageTraining.Run(path);
        return 0;
    case [string end]:
        Endings.Run(end);
        return 0;
    default:
        Console.Error.WriteLine("What is to be done?");
        return 2;
}
