/*
 * capture-helper [--stream] INTERFACE DIRECTORY
 *
 * Opens a packet socket for a user who may not, binds it to one interface, and passes it to a program of the same user;
 * with --stream it keeps the socket and sends the packets. scripts/grant-capture installs this once, as root: mode
 * 0750, group packetlab, file capability cap_net_raw=ep.
 *
 * DIRECTORY belongs to the caller and nobody else may enter it; in it the caller listens on a Unix SOCK_SEQPACKET
 * socket called "capture". This program connects, reads one struct request, and answers either with one struct answer
 * that carries the descriptor (SCM_RIGHTS), or, with --stream, with messages of a struct answer and one TPACKET_V3
 * block each, until the caller closes. Whatever goes wrong is one line on stderr. Exit status: 0 done, 1 failed, 2
 * wrong usage, 3 not permitted.
 *
 * What it guarantees, whatever its caller does with arguments, environment, descriptors, limits, signals and timing:
 * - CAP_NET_RAW is used for one socket(2), before any input is looked at. Every capability is then dropped for good,
 *   and that is verified; no input is read and no file is opened with one.
 * - Nothing is received before the filter is attached and locked (the socket's protocol is 0 until then). Before the
 *   caller's filter stand four instructions that let nothing pass of another interface: a holder who binds the
 *   descriptor to another one, or to all, receives nothing there, and nobody can replace the filter.
 * - The interface is a loopback, or one that the administrator named when this was compiled (--policy prints them).
 *   With STREAM_ONLY no descriptor leaves this program.
 * - The descriptor goes to a process of the same user (SO_PEERCRED), over a directory of that user's that is closed to
 *   all others (checked on the open directory itself: no symbolic link, no race).
 * - It starts nothing, creates no file, allocates nothing that grows with its input, and ends within ten seconds, or
 *   with --stream when its caller does (or sooner, where somebody kills it). Nobody can trace it, or take the
 *   descriptor from it before it passes it on (it is not dumpable).
 *
 * What it cannot guarantee: a packet socket can send. Who holds the descriptor can send forged frames on any interface
 * of this network namespace, and set interfaces promiscuous; with --stream nobody holds it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define NAME "capture-helper"
#define SOCKET_NAME "capture"

/* Names of interfaces other than loopback, each with a comma behind it; "any" stands for all. */
#ifndef ALLOWED_INTERFACES
#define ALLOWED_INTERFACES
#endif
#ifndef STREAM_ONLY
#define STREAM_ONLY 0
#endif

#define FAILED 1
#define USAGE 2
#define NOT_PERMITTED 3

/* Until the caller has said what it wants. */
#define PATIENCE_S 10
/* The kernel takes 4096 instructions (BPF_MAXINSNS); four of them are ours. */
#define OURS 4
#define LONGEST_FILTER (BPF_MAXINSNS - OURS)
/* One block is one message, and must fit into a Unix socket's default buffer. */
#define BLOCK_OCTETS (128u << 10)
#define FEWEST_BLOCKS 8u
#define MOST_BLOCKS 2048u
#define RETIRE_MS 2
/* How soon the caller hears of drops where no packet comes after them. */
#define TELL_MS 100

#define MAGIC 0x314c5048u /* "HPL1" */

/* From the caller, in this machine's byte order. Blocks are the ring's, for --stream. */
struct request {
    uint32_t magic;
    uint32_t blocks;
    uint32_t instructions;
    struct sock_filter filter[LONGEST_FILTER];
};

/* To the caller: with the descriptor, or before block_octets octets of packets. Dropped counts from the beginning. */
struct answer {
    uint32_t magic;
    uint32_t block_octets;
    uint64_t dropped;
};

static const char *const allowed[] = { ALLOWED_INTERFACES NULL };
static struct request request;
static struct sock_filter program[BPF_MAXINSNS];

static void fail(int status, const char *format, ...) __attribute__((noreturn, format(printf, 2, 3)));

static void fail(int status, const char *format, ...)
{
    va_list arguments;

    fputs(NAME ": ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(status);
}

/* A closed descriptor 0, 1 or 2 would be the packet socket's, and messages would be sent as packets. */
static void occupy_standard_descriptors(void)
{
    int fd;

    do {
        fd = open("/dev/null", O_RDWR);
        if (fd < 0)
            _exit(FAILED);
    } while (fd <= 2);
    close(fd);
}

/* What a caller may have set for us to inherit. */
static void forget_the_caller(void)
{
    sigset_t none;
    int signal_number;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (signal_number = 1; signal_number < NSIG; signal_number++)
        signal(signal_number, SIG_DFL);
    clearenv();
    alarm(PATIENCE_S);
}

/* For good, and checked. */
static void drop_every_capability(void)
{
    struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    int i;

    memset(data, 0, sizeof data);
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (syscall(SYS_capset, &header, data) != 0 || syscall(SYS_capget, &header, data) != 0)
        fail(FAILED, "cannot drop capabilities: %s", strerror(errno));
    for (i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
        if ((data[i].effective | data[i].permitted | data[i].inheritable) != 0)
            fail(FAILED, "capabilities are left after dropping them");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        fail(FAILED, "PR_SET_NO_NEW_PRIVS: %s", strerror(errno));
}

static int is_allowed(const char *interface, int flags)
{
    int i;

    if ((flags & IFF_LOOPBACK) != 0)
        return 1;
    for (i = 0; allowed[i] != NULL; i++)
        if (strcmp(allowed[i], interface) == 0 || strcmp(allowed[i], "any") == 0)
            return 1;
    return 0;
}

/* The interface's number, where this user may capture there; *loopback says whether it is one. */
static int find_interface(int packets, const char *interface, int *loopback)
{
    struct ifreq flags, index;

    memset(&flags, 0, sizeof flags);
    if (interface[0] == '\0' || strlen(interface) >= IFNAMSIZ)
        fail(USAGE, "no interface has such a name");
    strcpy(flags.ifr_name, interface);
    index = flags;
    if (ioctl(packets, SIOCGIFFLAGS, &flags) != 0 || ioctl(packets, SIOCGIFINDEX, &index) != 0)
        fail(errno == ENODEV ? USAGE : FAILED, "%s: %s", interface, strerror(errno));
    if (!is_allowed(interface, flags.ifr_flags))
        fail(NOT_PERMITTED, "the administrator has not allowed captures on %s", interface);
    *loopback = (flags.ifr_flags & IFF_LOOPBACK) != 0;
    return index.ifr_ifindex;
}

/* Connects to the caller, after making sure that it is the caller. */
static int connect_to(const char *directory)
{
    struct sockaddr_un address = { AF_UNIX, SOCKET_NAME };
    struct ucred peer;
    struct stat s;
    socklen_t length = sizeof peer;
    int fd = open(directory, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int caller;

    if (fd < 0 || fstat(fd, &s) != 0 || fchdir(fd) != 0)
        fail(FAILED, "the directory for the answer: %s", strerror(errno));
    close(fd);
    if (s.st_uid != getuid() || (s.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        fail(NOT_PERMITTED, "the directory for the answer is not yours alone");
    caller = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (caller < 0 || connect(caller, (struct sockaddr *)&address, sizeof address) != 0)
        fail(FAILED, "nobody waits for the answer: %s", strerror(errno));
    if (getsockopt(caller, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0)
        fail(FAILED, "SO_PEERCRED: %s", strerror(errno));
    if (peer.uid != getuid())
        fail(NOT_PERMITTED, "another user waits for the answer");
    return caller;
}

static void read_request(int caller)
{
    const size_t head = offsetof(struct request, filter);
    ssize_t n = recv(caller, &request, sizeof request, MSG_TRUNC);

    if (n < 0)
        fail(FAILED, "no request: %s", strerror(errno));
    if ((size_t)n < head || request.magic != MAGIC)
        fail(USAGE, "this is no request");
    if (request.instructions < 1 || request.instructions > LONGEST_FILTER)
        fail(USAGE, "the filter has %u instructions; there may be 1 to %d", request.instructions, LONGEST_FILTER);
    if ((size_t)n != head + request.instructions * sizeof request.filter[0])
        fail(USAGE, "the filter is cut");
}

/* What the caller wants to see, of this interface only. */
static void attach_and_lock_filter(int packets, int interface)
{
    const struct sock_filter ours[OURS] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_IFINDEX)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)interface, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_LD | BPF_W | BPF_IMM, 0), /* the accumulator as every filter finds it */
    };
    struct sock_fprog fprog = { (unsigned short)(OURS + request.instructions), program };
    int on = 1;

    memcpy(program, ours, sizeof ours);
    memcpy(program + OURS, request.filter, request.instructions * sizeof request.filter[0]);
    if (setsockopt(packets, SOL_SOCKET, SO_ATTACH_FILTER, &fprog, sizeof fprog) != 0)
        fail(errno == EINVAL ? USAGE : FAILED, "the kernel does not take the filter: %s", strerror(errno));
    if (setsockopt(packets, SOL_SOCKET, SO_LOCK_FILTER, &on, sizeof on) != 0)
        fail(FAILED, "the filter cannot be locked: %s", strerror(errno));
}

static void receive_from(int packets, const char *name, int interface)
{
    struct sockaddr_ll address;
    int error = 0;
    socklen_t length = sizeof error;

    memset(&address, 0, sizeof address);
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = interface;
    if (bind(packets, (struct sockaddr *)&address, sizeof address) != 0)
        fail(FAILED, "%s: %s", name, strerror(errno));
    if (getsockopt(packets, SOL_SOCKET, SO_ERROR, &error, &length) != 0 || error != 0)
        fail(FAILED, "%s: %s", name, strerror(error != 0 ? error : errno));
}

static void pass_descriptor(int caller, int packets)
{
    struct answer answer = { MAGIC, 0, 0 };
    struct iovec data = { &answer, sizeof answer };
    union {
        char room[CMSG_SPACE(sizeof packets)];
        struct cmsghdr align;
    } control;
    struct msghdr message;
    struct cmsghdr *rights;

    memset(&control, 0, sizeof control);
    memset(&message, 0, sizeof message);
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.room;
    message.msg_controllen = sizeof control.room;
    rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof packets);
    memcpy(CMSG_DATA(rights), &packets, sizeof packets);
    if (sendmsg(caller, &message, MSG_NOSIGNAL) < 0)
        fail(FAILED, "cannot answer: %s", strerror(errno));
}

/* Returns the ring. */
static uint8_t *map_ring(int packets, unsigned blocks)
{
    struct tpacket_req3 ring;
    int version = TPACKET_V3;
    uint8_t *memory;

    memset(&ring, 0, sizeof ring);
    ring.tp_block_size = BLOCK_OCTETS;
    ring.tp_block_nr = blocks;
    ring.tp_frame_size = TPACKET_ALIGNMENT << 7;
    ring.tp_frame_nr = BLOCK_OCTETS / ring.tp_frame_size * blocks;
    ring.tp_retire_blk_tov = RETIRE_MS;
    if (setsockopt(packets, SOL_PACKET, PACKET_VERSION, &version, sizeof version) != 0 ||
        setsockopt(packets, SOL_PACKET, PACKET_RX_RING, &ring, sizeof ring) != 0)
        fail(FAILED, "a ring of %u KB: %s", blocks * (BLOCK_OCTETS >> 10), strerror(errno));
    memory = mmap(NULL, (size_t)BLOCK_OCTETS * blocks, PROT_READ | PROT_WRITE, MAP_SHARED, packets, 0);
    if (memory == MAP_FAILED)
        fail(FAILED, "mapping a ring of %u KB: %s", blocks * (BLOCK_OCTETS >> 10), strerror(errno));
    return memory;
}

/* The kernel's count begins anew with each look at it. */
static uint64_t dropped_so_far(int packets)
{
    static uint64_t dropped;
    struct tpacket_stats_v3 since;
    socklen_t length = sizeof since;

    if (getsockopt(packets, SOL_PACKET, PACKET_STATISTICS, &since, &length) == 0)
        dropped += since.tp_drops;
    return dropped;
}

/* Sends what the kernel has counted, and a block unless it is null; 0 where the caller has gone. */
static int send_block(int caller, int packets, const struct tpacket_block_desc *block)
{
    struct answer answer = { MAGIC, block == NULL ? 0 : block->hdr.bh1.blk_len, dropped_so_far(packets) };
    struct iovec data[2] = { { &answer, sizeof answer }, { (void *)(uintptr_t)block, answer.block_octets } };
    struct msghdr message;

    memset(&message, 0, sizeof message);
    message.msg_iov = data;
    message.msg_iovlen = 2;
    if (sendmsg(caller, &message, MSG_NOSIGNAL) >= 0)
        return 1;
    if (errno != EPIPE && errno != ECONNRESET)
        fail(FAILED, "cannot send packets: %s", strerror(errno));
    return 0;
}

/* Passes blocks on until the caller says that it is enough (by shutting down its side), or goes. */
static void stream(int caller, int packets, const char *name, uint8_t *ring, unsigned blocks)
{
    struct pollfd wait[2] = { { packets, POLLIN | POLLERR, 0 }, { caller, POLLIN | POLLRDHUP, 0 } };
    unsigned at = 0;
    uint64_t told = 0;

    for (;;) {
        struct tpacket_block_desc *block = (void *)(ring + (size_t)BLOCK_OCTETS * at);
        int full = (__atomic_load_n(&block->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER) != 0;
        int ready = poll(wait, 2, full ? 0 : TELL_MS);

        if (ready < 0 && errno != EINTR)
            fail(FAILED, "poll: %s", strerror(errno));
        if (wait[1].revents != 0) {
            send_block(caller, packets, NULL);
            return;
        }
        if (full) {
            if (!send_block(caller, packets, block))
                return;
            __atomic_store_n(&block->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
            at = (at + 1) % blocks;
            continue;
        }
        if (ready == 0 && dropped_so_far(packets) != told) {
            told = dropped_so_far(packets);
            if (!send_block(caller, packets, NULL))
                return;
        }
        if (wait[0].revents & POLLERR) {
            int error = 0;
            socklen_t length = sizeof error;

            getsockopt(packets, SOL_SOCKET, SO_ERROR, &error, &length);
            if (error != 0)
                fail(FAILED, "%s: %s", name, strerror(error));
        }
    }
}

static int usage(FILE *out, int status)
{
    fputs("usage: " NAME " [--stream] INTERFACE DIRECTORY\n"
          "       " NAME " --check | --policy\n"
          "Opens a packet socket on INTERFACE and passes it to the program that listens on DIRECTORY/" SOCKET_NAME ",\n"
          "or with --stream the packets. Packetlab starts it; scripts/grant-capture installs and removes it.\n"
          "  --check    whether it can; exit status 0 or 1\n"
          "  --policy   where its users may capture, and whether they get sockets or only packets\n", out);
    return status;
}

static int print_policy(void)
{
    int i;

    printf("%s\nloopback", STREAM_ONLY ? "packets" : "sockets");
    for (i = 0; allowed[i] != NULL; i++)
        printf(" %s", allowed[i]);
    putchar('\n');
    return fflush(stdout) == 0 ? 0 : FAILED;
}

int main(int argc, char **argv)
{
    int packets, refused, caller, streams, interface, loopback, on = 1;
    uint8_t *ring = NULL;

    occupy_standard_descriptors();
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    packets = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    refused = errno;
    drop_every_capability();
    forget_the_caller();

    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return usage(stdout, 0);
    if (argc == 2 && strcmp(argv[1], "--policy") == 0)
        return print_policy();
    streams = argc == 4 && strcmp(argv[1], "--stream") == 0;
    if (argc != 3 + streams && !(argc == 2 && strcmp(argv[1], "--check") == 0))
        return usage(stderr, USAGE);
    if (packets < 0 && (refused == EPERM || refused == EACCES))
        fail(NOT_PERMITTED, "CAP_NET_RAW is missing: this is a copy, on a nosuid mount, or started with no_new_privs");
    if (packets < 0)
        fail(FAILED, "socket: %s", strerror(refused));
    if (argc == 2) {
        puts("ok");
        return fflush(stdout) == 0 ? 0 : FAILED;
    }
    if (STREAM_ONLY && !streams)
        fail(NOT_PERMITTED, "the administrator allows packets only, no socket (--stream)");

    interface = find_interface(packets, argv[1 + streams], &loopback);
    caller = connect_to(argv[2 + streams]);
    read_request(caller);
    /* lo shows each packet twice; elsewhere what is sent is seen only once, and is wanted. */
    if (loopback && setsockopt(packets, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on) != 0)
        fail(FAILED, "PACKET_IGNORE_OUTGOING, which Linux 4.20 has: %s", strerror(errno));
    attach_and_lock_filter(packets, interface);
    if (streams) {
        if (request.blocks < FEWEST_BLOCKS || request.blocks > MOST_BLOCKS)
            fail(USAGE, "a ring has %u to %u blocks of 128 KB, not %u", FEWEST_BLOCKS, MOST_BLOCKS, request.blocks);
        ring = map_ring(packets, request.blocks);
    }
    receive_from(packets, argv[1 + streams], interface);
    if (!streams) {
        pass_descriptor(caller, packets);
        return 0;
    }
    /* Ctrl-C is for the caller, who then wants the rest. */
    alarm(0);
    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    signal(SIGTSTP, SIG_IGN);
    if (send_block(caller, packets, NULL))
        stream(caller, packets, argv[1 + streams], ring, request.blocks);
    return 0;
}
