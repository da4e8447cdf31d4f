// A library with the binary interface of MPI 5.0, for the functions that GruGen.Mpi calls, on top of MPICH's libmpich.so.12 with its own:
// no MPI of Debian 12 has the interface yet. tests/mpi compiles it. Numbers are those of the standard's appendix A.
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct Comm *MPI_Comm;
typedef struct Datatype *MPI_Datatype;
typedef struct Errhandler *MPI_Errhandler;

static void *below(const char *name)
{
    static void *library;
    if (library == NULL && (library = dlopen("libmpich.so.12", RTLD_NOW)) == NULL)
        abort();
    return dlsym(library, name);
}

static int comm(MPI_Comm handle)
{
    if ((uintptr_t)handle != 0x101)
        abort(); // MPI_COMM_WORLD is the only one
    return 0x44000000;
}

static int datatype(MPI_Datatype handle)
{
    if ((uintptr_t)handle != 0x247)
        abort(); // MPI_BYTE
    return 0x4c00010d;
}

int MPI_Abi_get_version(int *major, int *minor)
{
    *major = 1;
    *minor = 0;
    return 0;
}

int MPI_Get_library_version(char *version, int *length)
{
    strcpy(version, "MPI 5 ABI above MPICH 4.0");
    *length = (int)strlen(version);
    return 0;
}

int MPI_Init_thread(int *argc, char ***argv, int required, int *provided)
{
    if (required != 2048)
        abort(); // MPI_THREAD_SERIALIZED
    int code = ((int (*)(int *, char ***, int, int *))below("MPI_Init_thread"))(argc, argv, 2, provided);
    *provided = getenv("MPI_ABI_FUNNELED") ? 1024 : *provided * 1024; // MPI_THREAD_FUNNELED, as of a library that cannot more
    return code;
}

int MPI_Comm_set_errhandler(MPI_Comm world, MPI_Errhandler handler)
{
    if ((uintptr_t)handler != 0x143)
        abort(); // MPI_ERRORS_RETURN
    return ((int (*)(int, int))below("MPI_Comm_set_errhandler"))(comm(world), 0x54000001);
}

int MPI_Initialized(int *flag) { return ((int (*)(int *))below("MPI_Initialized"))(flag); }

int MPI_Comm_rank(MPI_Comm world, int *rank) { return ((int (*)(int, int *))below("MPI_Comm_rank"))(comm(world), rank); }

int MPI_Comm_size(MPI_Comm world, int *size) { return ((int (*)(int, int *))below("MPI_Comm_size"))(comm(world), size); }

int MPI_Alltoallv(const void *send, const int *counts, const int *places, MPI_Datatype type,
                  void *receive, const int *receiveCounts, const int *receivePlaces, MPI_Datatype receiveType, MPI_Comm world)
{
    return ((int (*)(const void *, const int *, const int *, int, void *, const int *, const int *, int, int))below("MPI_Alltoallv"))(
        send, counts, places, datatype(type), receive, receiveCounts, receivePlaces, datatype(receiveType), comm(world));
}

int MPI_Allgatherv(const void *send, int count, MPI_Datatype type,
                   void *receive, const int *counts, const int *places, MPI_Datatype receiveType, MPI_Comm world)
{
    return ((int (*)(const void *, int, int, void *, const int *, const int *, int, int))below("MPI_Allgatherv"))(
        send, count, datatype(type), receive, counts, places, datatype(receiveType), comm(world));
}

int MPI_Error_string(int code, char *text, int *length) { return ((int (*)(int, char *, int *))below("MPI_Error_string"))(code, text, length); }

int MPI_Abort(MPI_Comm world, int code) { return ((int (*)(int, int))below("MPI_Abort"))(comm(world), code); }

int MPI_Finalize(void) { return ((int (*)(void))below("MPI_Finalize"))(); }
