// Switches every thread of a process to flush-to-zero and denormals-are-zero, as audio hosts do: built and preloaded by tests/flush-to-zero.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
static void flush_to_zero(void) { _mm_setcsr(_mm_getcsr() | 0x8040); } // FTZ is bit 15, DAZ bit 6
#elif defined(__aarch64__)
static void flush_to_zero(void)
{
    unsigned long fpcr;
    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
    __asm__ volatile("msr fpcr, %0" : : "r"(fpcr | (1ul << 24))); // FZ is both
}
#else
#error "Which bits flush to zero here?"
#endif

struct start { void *(*run)(void *); void *argument; };

static void *run(void *memory)
{
    struct start start = *(struct start *)memory;
    free(memory);
    flush_to_zero();
    return start.run(start.argument);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument)
{
    static int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    if (create == NULL)
    {
        create = dlsym(RTLD_NEXT, "pthread_create");
    }

    struct start *start = malloc(sizeof *start);
    start->run = body;
    start->argument = argument;
    return create(thread, attributes, run, start);
}

__attribute__((constructor)) static void begin(void) { flush_to_zero(); }
