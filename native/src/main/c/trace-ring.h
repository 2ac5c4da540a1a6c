/*
 * What trace-calls.c writes: the ring that it shares with Packetlab. Private to that file, which says what it guarantees.
 *
 * The ring is a file: one page of counters, then a slot for each thread, then records of RECORD_OCTETS. A writer takes a
 * number, fills in the record of that number, and stores the number + 1 as its sequence, with release. The reader
 * (TraceRing.java) frees records by moving `taken`. The first record of each program is its name. Where all are full the
 * record is counted as lost and not written, and later ones show that count. A thread's slot shows the call that it is in:
 * one that never returns is seen only there. All of it is in this machine's byte order.
 */
#ifndef TRACE_RING_H
#define TRACE_RING_H

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* The C library's own syscall(): the one of that name is ours (trace-calls.c). */
static long (*own_syscall(void))(long, ...);

#define RING_VARIABLE "PACKETLAB_TRACE_RING"
#define MAGIC 0x31525450u /* "PTR1" */
#define COUNTERS_OCTETS 4096
#define SLOTS 4096
#define SLOT_OCTETS 64
#define HEADER_OCTETS (COUNTERS_OCTETS + SLOTS * SLOT_OCTETS)
#define RECORD_OCTETS 256
#define SHOWN_OCTETS 48
/* Of a wait for several descriptors, which has no addresses: so many struct pollfd as trace-waits.h tells. */
#define WAITED_OCTETS 128
#define NAME_OCTETS 14
#define MAPPED_RECORDS 256
#define MOST_DESCRIPTORS 65536

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
#ifndef SIOCGSTAMPNS_OLD
#define SIOCGSTAMPNS_OLD 0x8907
#endif

/* Each counter has a cache line of its own. */
struct header {
    uint32_t magic;
    uint32_t record_octets;
    uint64_t capacity;
    char line0[48];
    _Atomic uint64_t written;
    char line1[56];
    _Atomic uint64_t taken;
    char line2[56];
    _Atomic uint64_t lost;
    char line3[56];
    /* Processes that have begun to write here. */
    _Atomic uint64_t attached;
    char line4[56];
    /* Where the next thread begins to look for a slot. */
    _Atomic uint64_t next_slot;
};

/* A call that a thread is in. */
struct slot {
    /* 0: nobody's. */
    _Atomic int32_t tid;
    int32_t pid, fd;
    uint8_t kind, spare[3];
    /* 0: in no call. */
    _Atomic uint64_t began_ns;
    uint64_t cookie;
    char name[NAME_OCTETS];
    uint8_t spare2[SLOT_OCTETS - 32 - NAME_OCTETS];
};
_Static_assert(sizeof(struct slot) == SLOT_OCTETS, "slots are this long for the reader, too");

struct record {
    _Atomic uint64_t sequence;
    uint64_t began_ns, ended_ns;
    int64_t result;
    uint64_t cookie;
    /* Of a received datagram: the kernel's stamp. */
    uint64_t stamp_ns;
    int64_t arguments[3];
    int32_t pid, tid, fd, error;
    char name[NAME_OCTETS];
    /* named: the peer is an address that the call itself was given or has returned. */
    uint8_t kind, named;
    uint16_t local_length, peer_length, shown_length, spare2;
    /* How many records had been lost when this one was taken. */
    uint32_t lost_before;
    /* Both addresses, then the first octets of what was carried. */
    uint8_t rest[RECORD_OCTETS - 116];
};
_Static_assert(sizeof(struct record) == RECORD_OCTETS, "records are this long for the reader, too");

/* What a descriptor is. 0: nobody has looked yet. TraceRing.java has the same numbers. */
enum kind { UNSEEN, NO_SOCKET, TCP, UDP, UNIX_STREAM, UNIX_DATAGRAM, OTHER_SOCKET, EPOLL_OF_SOCKETS };

struct known {
    _Atomic uint64_t cookie;
    _Atomic uint8_t kind;
    /* Both addresses were told since they last changed. */
    _Atomic uint8_t told;
};

static struct known known[MOST_DESCRIPTORS];
static struct header *ring;
/* As it was when the ring was opened and looked at: what stands there may be changed by others. */
static uint64_t capacity;
static struct record *records;
static struct slot *slots;
/* Records below this number are mapped; the first one that was, and one more. */
static _Atomic uint64_t mapped_to;
static uint64_t mapped_first;
/* What `taken` was when it was last looked at: the line is the reader's, and is not fetched for each call. */
static _Atomic uint64_t taken_before;
static __thread int32_t this_thread __attribute__((tls_model("initial-exec")));
static __thread int32_t this_process __attribute__((tls_model("initial-exec")));
static __thread struct slot *this_slot __attribute__((tls_model("initial-exec")));

/* A call under way: what is told of it when it has returned. Its name has NAME_OCTETS. */
struct call {
    const char *name;
    int fd;
    enum kind kind;
    uint64_t cookie;
    uint64_t began_ns;
};

struct octets {
    const void *at;
    size_t length;
};

static int is_socket(enum kind kind) { return kind >= TCP && kind <= OTHER_SOCKET; }

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#include "trace-sockets.h"

/* A slot of our own, where there is one left. */
static struct slot *take_slot(int32_t tid)
{
    int tries;

    for (tries = 0; tries < 64; tries++) {
        struct slot *slot = &slots[atomic_fetch_add_explicit(&ring->next_slot, 1, memory_order_relaxed) % SLOTS];
        int32_t nobody = 0;

        if (atomic_compare_exchange_strong_explicit(&slot->tid, &nobody, tid, memory_order_relaxed, memory_order_relaxed))
            return slot;
    }
    return NULL;
}

/* To be called once by each thread. A process has one number for all its threads. */
static void know_thread(void)
{
    this_thread = (int32_t)own_syscall()(SYS_gettid);
    this_process = (int32_t)own_syscall()(SYS_getpid);
    this_slot = take_slot(this_thread);
    if (this_slot != NULL) {
        this_slot->pid = this_process;
        atomic_store_explicit(&this_slot->began_ns, 0, memory_order_relaxed);
    }
}

/* After fork() the thread is another one in another process. */
static void forget_thread(void)
{
    this_thread = 0;
    this_process = 0;
    this_slot = NULL;
}

/* The call begins now. */
static void enter(struct call *call)
{
    struct slot *slot;

    if (this_thread == 0)
        know_thread();
    call->began_ns = now_ns();
    slot = this_slot;
    if (slot != NULL) {
        slot->fd = call->fd;
        slot->kind = (uint8_t)call->kind;
        slot->cookie = call->cookie;
        memcpy(slot->name, call->name, NAME_OCTETS);
        atomic_store_explicit(&slot->began_ns, call->began_ns, memory_order_release);
    }
}

/* It has returned. */
static void leave(void)
{
    if (this_slot != NULL)
        atomic_store_explicit(&this_slot->began_ns, 0, memory_order_relaxed);
}

/* Whether the call on this descriptor is to be told; takes its time where it is. */
static int begin_call(struct call *call, const char *name, int fd)
{
    call->name = name;
    call->fd = fd;
    call->kind = find(fd, &call->cookie);
    if (!is_socket(call->kind))
        return 0;
    enter(call);
    return 1;
}

/* The same of a call that makes its socket, or waits for several; of an epoll descriptor where it is one. */
static int begin_other(struct call *call, const char *name, int fd)
{
    call->name = name;
    call->fd = fd;
    call->kind = NO_SOCKET;
    call->cookie = 0;
    if (ring == NULL)
        return 0;
    enter(call);
    return 1;
}

/* Names are literals, made as long as a record's. */
#define NAME(name) name "\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define begin(call, name, fd) begin_call(call, NAME(name), fd)
#define begin_any(call, name) begin_other(call, NAME(name), -1)

/*
 * Has the kernel map the next records all at once: for each page alone it would be asked by a fault, which takes as long as
 * ten records. An older kernel says no, and that is that. A child of fork() has its parent's number, and faults.
 */
static void map_ahead(uint64_t number)
{
    uint64_t at = number & (capacity - 1) & ~(uint64_t)(MAPPED_RECORDS - 1);
    uint64_t count = capacity - at < MAPPED_RECORDS ? capacity - at : MAPPED_RECORDS;
    int error = errno;

    if (mapped_first == 0)
        mapped_first = number + 1;
    if (number + 1 - mapped_first < capacity)
        madvise(&records[at], count * RECORD_OCTETS, MADV_POPULATE_WRITE);
    errno = error;
}

/* The record that is ours now, or NULL where there is none free. */
static struct record *claim(uint64_t *number)
{
    uint64_t next = atomic_load_explicit(&ring->written, memory_order_relaxed);

    do {
        if (next - atomic_load_explicit(&taken_before, memory_order_acquire) >= capacity) {
            uint64_t taken = atomic_load_explicit(&ring->taken, memory_order_acquire);

            if (next - taken >= capacity) {
                atomic_fetch_add_explicit(&ring->lost, 1, memory_order_relaxed);
                return NULL;
            }
            atomic_store_explicit(&taken_before, taken, memory_order_release);
        }
    } while (!atomic_compare_exchange_weak_explicit(&ring->written, &next, next + 1, memory_order_relaxed,
                                                    memory_order_relaxed));
    *number = next;
    if (next >= atomic_load_explicit(&mapped_to, memory_order_relaxed)) {
        atomic_store_explicit(&mapped_to, (next & ~(uint64_t)(MAPPED_RECORDS - 1)) + MAPPED_RECORDS, memory_order_relaxed);
        map_ahead(next);
    }
    return &records[next & (capacity - 1)];
}

static uint16_t put(struct record *record, size_t at, const void *from, size_t length, size_t most)
{
    size_t room = sizeof record->rest - at;

    length = length > most ? most : length;
    length = length > room ? room : length;
    if (length > 0)
        memcpy(record->rest + at, from, length);
    return (uint16_t)length;
}

/*
 * Tells of a call that has returned. Addresses are told where they are new to the reader: local and peer may be NULL.
 * errno is the program's, before and after.
 */
static void tell(const struct call *call, int64_t result, int error, int64_t a, int64_t b, int64_t c, uint64_t ended_ns,
                 uint64_t stamp_ns, struct octets local, struct octets peer, int named, struct octets shown)
{
    uint64_t number;
    struct record *record;
    uint16_t used;

    leave();
    if (this_thread == 0)
        know_thread();
    record = claim(&number);
    if (record == NULL)
        return;
    record->began_ns = call->began_ns;
    record->ended_ns = ended_ns;
    record->result = result;
    record->error = result < 0 ? error : 0;
    record->cookie = call->cookie;
    record->kind = (uint8_t)call->kind;
    record->named = (uint8_t)named;
    record->stamp_ns = stamp_ns;
    record->arguments[0] = a;
    record->arguments[1] = b;
    record->arguments[2] = c;
    record->pid = this_process;
    record->tid = this_thread;
    record->fd = call->fd;
    record->lost_before = (uint32_t)atomic_load_explicit(&ring->lost, memory_order_relaxed);
    memcpy(record->name, call->name, NAME_OCTETS);
    record->local_length = used = put(record, 0, local.at, local.length, sizeof(struct sockaddr_un));
    record->peer_length = put(record, used, peer.at, peer.length, sizeof(struct sockaddr_un));
    used += record->peer_length;
    record->shown_length = put(record, used, shown.at, shown.length, call->fd < 0 ? WAITED_OCTETS : SHOWN_OCTETS);
    atomic_store_explicit(&record->sequence, number + 1, memory_order_release);
}

/* Opens the ring that the environment names. Without one, or with one of another kind, nothing is traced. */
static void open_ring(void)
{
    const char *path = getenv(RING_VARIABLE);
    struct stat status;
    struct header *header;
    uint64_t size;
    int fd;

    if (path == NULL || (fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)) < 0)
        return;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > HEADER_OCTETS) {
        header = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        size = header == MAP_FAILED ? 0 : *(volatile uint64_t *)&header->capacity;
        if (size > 0 && header->magic == MAGIC && header->record_octets == RECORD_OCTETS && (size & (size - 1)) == 0
            && size <= ((uint64_t)status.st_size - HEADER_OCTETS) / RECORD_OCTETS) {
            records = (struct record *)((char *)header + HEADER_OCTETS);
            slots = (struct slot *)((char *)header + COUNTERS_OCTETS);
            capacity = size;
            atomic_fetch_add_explicit(&header->attached, 1, memory_order_relaxed);
            ring = header;
        }
    }
    close(fd);
}

#endif
