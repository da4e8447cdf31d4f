// A switch between network namespaces that holds each frame for a set time before it forwards it: what `tc … netem delay` does, for kernels without netem. In each namespace
// that is named it makes a TAP device eth0, says "ready", and then reads from its input how long frames are held from there on, in microseconds, one number a line. It ends
// with its input. tests/cluster-network builds and runs it: network-delay grugen1 grugen2
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PORTS = 8, QUEUED = 1 << 13, FRAME = 1518 };

struct frame {
    long long due; // ns
    int from;      // port
    int length;
    unsigned char bytes[FRAME]; // destination address, source address, …
};

static struct frame queue[QUEUED]; // a ring: what came first is due first
static unsigned first, count;
static struct pollfd ports[MAX_PORTS + 1]; // the last one in use is the input
static unsigned char addresses[MAX_PORTS][6]; // from which each port has sent last
static int port_count;

static void fail(const char *what)
{
    fprintf(stderr, "network-delay: %s: %s\n", what, strerror(errno));
    exit(1);
}

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int open_port(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "/run/netns/%s", name);
    int namespace = open(path, O_RDONLY | O_CLOEXEC);
    if (namespace < 0 || setns(namespace, CLONE_NEWNET) != 0) fail(path);
    close(namespace);
    int port = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    struct ifreq request = { .ifr_name = "eth0", .ifr_flags = IFF_TAP | IFF_NO_PI };
    if (port < 0 || ioctl(port, TUNSETIFF, &request) != 0) fail("/dev/net/tun");
    return port;
}

// Takes what a port has sent, as long as there is room.
static void receive(int port, long long delay)
{
    while (count < QUEUED) {
        struct frame *frame = &queue[(first + count) % QUEUED];
        frame->length = read(ports[port].fd, frame->bytes, FRAME);
        if (frame->length < 14) return; // nothing more
        frame->due = now() + delay;
        frame->from = port;
        memcpy(addresses[port], frame->bytes + 6, 6);
        count++;
    }
}

// Gives a frame to the port with its destination address, or to all others if there is none. One that a port has no room for is lost, as on a wire.
static void forward(const struct frame *frame)
{
    int known = 0;
    for (int port = 0; port < port_count; port++) known |= memcmp(addresses[port], frame->bytes, 6) == 0;
    for (int port = 0; port < port_count; port++) {
        int is_for = known ? memcmp(addresses[port], frame->bytes, 6) == 0 : port != frame->from;
        if (is_for && write(ports[port].fd, frame->bytes, frame->length) < 0 && errno != EIO && errno != EAGAIN && errno != ENOBUFS) fail("write");
    }
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc - 1 > MAX_PORTS) {
        fprintf(stderr, "network-delay: 1 to %d namespaces are expected\n", MAX_PORTS);
        return 2;
    }
    port_count = argc - 1;
    for (int port = 0; port < port_count; port++) ports[port] = (struct pollfd) { .fd = open_port(argv[port + 1]), .events = POLLIN };
    ports[port_count] = (struct pollfd) { .fd = STDIN_FILENO, .events = POLLIN };
    prctl(PR_SET_TIMERSLACK, 1UL);
    struct sched_param priority = { .sched_priority = 1 };
    if (sched_setscheduler(0, SCHED_FIFO, &priority) != 0) fprintf(stderr, "network-delay: runs at the priority of all others: %s\n", strerror(errno));
    puts("ready");
    fflush(stdout);

    for (long long delay = 0;;) {
        long long wait = count == 0 ? 1000000000LL : queue[first].due - now();
        struct timespec timeout = { .tv_sec = 0, .tv_nsec = wait < 0 ? 0 : wait < 999999999LL ? wait : 999999999LL };
        int used = port_count + 1;
        if (ppoll(count < QUEUED ? ports : &ports[port_count], count < QUEUED ? used : 1, &timeout, NULL) < 0 && errno != EINTR) fail("poll");
        if (ports[port_count].revents != 0) {
            char line[64];
            ssize_t length = read(STDIN_FILENO, line, sizeof line - 1);
            if (length <= 0) return 0;
            line[length] = 0;
            delay = atoll(line) * 1000;
        }
        for (int port = 0; port < port_count; port++) receive(port, delay);
        while (count > 0 && queue[first].due <= now()) {
            forward(&queue[first]);
            first = (first + 1) % QUEUED;
            count--;
        }
    }
}
