/*
 * Traffic on lo to capture, for scripts/bench capture. Prints one line.
 *
 *   lo-load blast COUNT               64-byte frames of UDP, as fast as it goes: frames a second
 *   lo-load paced COUNT INTERVAL_US   the same, one every so many microseconds
 *   lo-load pingpong COUNT            round trips of UDP between two threads on one processor: median and 99 % in us
 *   lo-load calls COUNT               recv() on a Unix socket that has nothing to read: nanoseconds of processor time a call,
 *                                     the median of 100 parts
 *   lo-load drain RECORDS FILE        no traffic: a ring for the preload library of trace (native/src/main/c/trace-ring.h) in
 *                                     that file, emptied each millisecond and read by nobody, until the input ends
 *   lo-load bulk MEGABYTES            TCP from one thread to another: Gbit/s
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PAYLOAD 22              /* with 14 + 20 + 8 of headers 64 */
#define CHUNK (128 << 10)

static long count;
static int peer;

static long now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void check(int ok, const char *what) {
    if (!ok) {
        perror(what);
        exit(1);
    }
}

/* A socket bound to a port of lo that is free; its address goes to *a. */
static int bound(int type, struct sockaddr_in *a) {
    socklen_t length = sizeof *a;
    int fd = socket(AF_INET, type, 0);
    memset(a, 0, sizeof *a);
    a->sin_family = AF_INET;
    a->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(fd >= 0 && bind(fd, (struct sockaddr *)a, sizeof *a) == 0 && getsockname(fd, (struct sockaddr *)a, &length) == 0,
          "bind");
    return fd;
}

static void blast(long interval_ns) {
    struct sockaddr_in to;
    char data[PAYLOAD] = {0};
    int out = socket(AF_INET, SOCK_DGRAM, 0);
    bound(SOCK_DGRAM, &to);
    check(connect(out, (struct sockaddr *)&to, sizeof to) == 0, "connect");
    long began = now_ns();
    for (long i = 0; i < count; i++) {
        if (interval_ns) {
            long due = began + i * interval_ns;
            struct timespec t = {due / 1000000000L, due % 1000000000L};
            clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
        }
        send(out, data, sizeof data, 0);
    }
    printf("%.0f\n", count * 1e9 / (now_ns() - began));
}

static void pin(void) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    sched_setaffinity(0, sizeof one, &one);
}

static void *echo(void *unused) {
    char data[PAYLOAD];
    struct sockaddr_in from;
    pin();
    for (long i = 0; i < count; i++) {
        socklen_t length = sizeof from;
        check(recvfrom(peer, data, sizeof data, 0, (struct sockaddr *)&from, &length) > 0, "recvfrom");
        sendto(peer, data, sizeof data, 0, (struct sockaddr *)&from, length);
    }
    return unused;
}

static int by_value(const void *a, const void *b) {
    long x = *(const long *)a, y = *(const long *)b;
    return (x > y) - (x < y);
}

static void pingpong(void) {
    struct sockaddr_in to;
    pthread_t other;
    char data[PAYLOAD] = {0};
    long *rtt = malloc(count * sizeof *rtt);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    peer = bound(SOCK_DGRAM, &to);
    check(rtt && connect(fd, (struct sockaddr *)&to, sizeof to) == 0, "connect");
    pin();
    pthread_create(&other, NULL, echo, NULL);
    for (long i = 0; i < count; i++) {
        long began = now_ns();
        send(fd, data, sizeof data, 0);
        check(recv(fd, data, sizeof data, 0) > 0, "recv");
        rtt[i] = now_ns() - began;
    }
    qsort(rtt, count, sizeof *rtt, by_value);
    printf("%.2f %.2f\n", rtt[count / 2] / 1e3, rtt[count * 99 / 100] / 1e3);
}

static long used_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1000000000L + t.tv_nsec;
}

/*
 * The shortest call that there is: what stands before it is a large part of it then. Nobody waits for anybody, and other
 * programs take no part of this time.
 */
static void calls(void) {
    char data[8];
    long part[100], each = count / 100 ? count / 100 : 1;
    int pair[2];
    check(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socketpair");
    pin();
    for (int i = 0; i < 100; i++) {
        long began = used_ns();
        for (long n = 0; n < each; n++) {
            check(recv(pair[1], data, sizeof data, MSG_DONTWAIT) < 0, "recv");
        }
        part[i] = used_ns() - began;
    }
    qsort(part, 100, sizeof *part, by_value);
    printf("%.1f\n", (double)part[50] / each);
}

/* The layout of trace-ring.h. */
static void drain(const char *file) {
    size_t header = 4096 + 4096 * 64, octets = header + count * 256;
    int fd = open(file, O_RDWR | O_CREAT | O_EXCL, 0600);
    struct pollfd input = {0, POLLIN, 0};
    check(fd >= 0 && ftruncate(fd, octets) == 0, file);
    uint64_t *ring = mmap(NULL, octets, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    check(ring != MAP_FAILED, "mmap");
    memset((char *)ring + header, 0, octets - header);
    ring[1] = count;
    ((uint32_t *)ring)[1] = 256;
    ((uint32_t *)ring)[0] = 0x31525450;
    while (poll(&input, 1, 1) == 0) {
        __atomic_store_n(&ring[16], __atomic_load_n(&ring[8], __ATOMIC_ACQUIRE), __ATOMIC_RELEASE);
    }
    printf("%lu %lu\n", (unsigned long)ring[8], (unsigned long)ring[24]);
}

static void *sink(void *unused) {
    char *data = malloc(CHUNK);
    int fd = accept(peer, NULL, NULL);
    check(data && fd >= 0, "accept");
    while (read(fd, data, CHUNK) > 0) {
    }
    close(fd);
    return unused;
}

static void bulk(void) {
    struct sockaddr_in to;
    pthread_t other;
    char *data = calloc(1, CHUNK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    peer = bound(SOCK_STREAM, &to);
    check(data && listen(peer, 1) == 0, "listen");
    pthread_create(&other, NULL, sink, NULL);
    check(connect(fd, (struct sockaddr *)&to, sizeof to) == 0, "connect");
    long left = count << 20, began = now_ns();
    while (left > 0) {
        ssize_t n = write(fd, data, left < CHUNK ? left : CHUNK);
        check(n > 0, "write");
        left -= n;
    }
    close(fd);
    pthread_join(other, NULL);
    printf("%.2f\n", (count << 20) * 8.0 / (now_ns() - began));
}

int main(int argc, char **argv) {
    const char *mode = argc > 2 ? argv[1] : "";
    count = argc > 2 ? atol(argv[2]) : 0;
    if (count <= 0) {
        fprintf(stderr, "usage: lo-load blast|paced|pingpong|calls|bulk COUNT [INTERVAL_US] | drain RECORDS FILE\n");
        return 2;
    }
    if (!strcmp(mode, "blast")) {
        blast(0);
    } else if (!strcmp(mode, "paced") && argc > 3) {
        blast(atol(argv[3]) * 1000);
    } else if (!strcmp(mode, "pingpong")) {
        pingpong();
    } else if (!strcmp(mode, "calls")) {
        calls();
    } else if (!strcmp(mode, "drain") && argc > 3) {
        drain(argv[3]);
    } else if (!strcmp(mode, "bulk")) {
        bulk();
    } else {
        return 2;
    }
    return 0;
}
