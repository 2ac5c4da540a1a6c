/*
 * The C that packetlab latency is held against: ping-pong of messages over TCP, UDP or a Unix stream, as plainly as it can
 * be written. A peer of packetlab latency (--peer PROGRAM):
 *
 *   ping-pong TRANSPORT WAIT SIZE WARM MESSAGES CLIENT-CPU SERVER-CPU PROCESSES
 *
 * TRANSPORT is tcp, udp or unix-stream; WAIT is block or spin; a CPU of -1 is any; the server is a thread (PROCESSES 1) or a
 * process (2). Prints, in nanoseconds: count min p50 p90 p99 p99.9 max and mean absolute deviation.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static int size, flags, server_cpu, server_fd, datagrams;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void pin(int cpu)
{
    cpu_set_t set;
    if (cpu < 0)
        return;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) < 0)
        fail("sched_setaffinity");
}

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* 0 at the end of a stream. */
static int receive(int fd, char *message)
{
    int length = 0;
    while (length < size) {
        ssize_t n = recv(fd, message + length, size - length, flags);
        if (n > 0)
            length += n;
        else if (n == 0)
            return 0;
        else if (errno != EAGAIN || !flags)
            fail("recv");
        if (datagrams && length)
            return length;
    }
    return length;
}

static void transmit(int fd, const char *message)
{
    for (int length = 0; length < size;) {
        ssize_t n = send(fd, message + length, size - length, MSG_NOSIGNAL);
        if (n < 0)
            fail("send");
        length += n;
    }
}

static void *serve(void *unused)
{
    char *message = malloc(size);
    int fd = server_fd;
    (void) unused;
    pin(server_cpu);
    if (datagrams) {
        struct sockaddr_in from;
        for (;;) {
            socklen_t length = sizeof from;
            ssize_t n = recvfrom(fd, message, size, flags, (struct sockaddr *) &from, &length);
            if (n > 0)
                sendto(fd, message, n, 0, (struct sockaddr *) &from, length);
            else if (n == 0 || (errno != EAGAIN && errno != EINTR))
                return NULL;
        }
    }
    fd = accept(server_fd, NULL, NULL);
    if (fd < 0)
        fail("accept");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int) {1}, sizeof(int));
    while (receive(fd, message))
        transmit(fd, message);
    return NULL;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;
    return x < y ? -1 : x > y;
}

static int64_t percentile(const int64_t *sorted, long count, double percent)
{
    long at = (long) (count * percent / 100);
    return sorted[at >= count ? count - 1 : at];
}

int main(int argc, char **argv)
{
    if (argc != 9) {
        fprintf(stderr, "ping-pong TRANSPORT WAIT SIZE WARM MESSAGES CLIENT-CPU SERVER-CPU PROCESSES\n");
        return 2;
    }
    int local = !strcmp(argv[1], "unix-stream"), processes = atoi(argv[8]), client_cpu = atoi(argv[6]);
    long warm = atol(argv[4]), messages = atol(argv[5]);
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr *to = local ? (struct sockaddr *) &name : (struct sockaddr *) &address;
    socklen_t length = local ? sizeof name : sizeof address;
    datagrams = !strcmp(argv[1], "udp");
    flags = strcmp(argv[2], "spin") ? 0 : MSG_DONTWAIT;
    size = atoi(argv[3]);
    server_cpu = atoi(argv[7]);
    if (size < 1 || messages < 1 || (!local && !datagrams && strcmp(argv[1], "tcp"))) {
        fprintf(stderr, "ping-pong: no such transport, or nothing to send\n");
        return 2;
    }
    if (local)      /* an abstract name, which leaves no file */
        snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "ping-pong-%d", getpid());
    server_fd = socket(local ? AF_UNIX : AF_INET, datagrams ? SOCK_DGRAM : SOCK_STREAM, 0);
    if (server_fd < 0 || bind(server_fd, to, length) < 0 || (!datagrams && listen(server_fd, 1) < 0))
        fail("bind");
    if (!local)
        getsockname(server_fd, to, &length);

    if (processes == 2) {
        pid_t parent = getpid(), child = fork();
        if (child < 0)
            fail("fork");
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (getppid() == parent)
                serve(NULL);
            _exit(0);
        }
    } else {
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, NULL))
            fail("pthread_create");
    }
    pin(client_cpu);
    int fd = socket(local ? AF_UNIX : AF_INET, datagrams ? SOCK_DGRAM : SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, to, length) < 0)
        fail("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int) {1}, sizeof(int));
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval) {10, 0}, sizeof(struct timeval));

    char *message = calloc(1, size);
    int64_t *samples = malloc(messages * sizeof *samples);
    for (long i = -warm; i < messages; i++) {
        int64_t began = now();
        transmit(fd, message);
        if (!receive(fd, message))
            fail("the server has gone");
        if (i >= 0)
            samples[i] = now() - began;
    }
    double mean = 0, deviation = 0;
    for (long i = 0; i < messages; i++)
        mean += (double) samples[i] / messages;
    for (long i = 0; i < messages; i++)
        deviation += (samples[i] > mean ? samples[i] - mean : mean - samples[i]) / messages;
    qsort(samples, messages, sizeof *samples, compare);
    printf("%ld %ld %ld %ld %ld %ld %ld %.0f\n", messages, (long) samples[0], (long) percentile(samples, messages, 50),
           (long) percentile(samples, messages, 90), (long) percentile(samples, messages, 99),
           (long) percentile(samples, messages, 99.9), (long) samples[messages - 1], deviation);
    return 0;
}
