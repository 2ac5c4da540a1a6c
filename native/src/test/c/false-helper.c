/*
 * Stands in for the capture helper and does what that never does, by the name of the interface: answers nonsense, passes
 * what is no packet socket, passes several descriptors, answers and dies, lets another process connect in its place.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAGIC 0x314c5048u

static char request[1 << 16];

static void answer(int caller, uint32_t magic, const int *descriptors, size_t count)
{
    struct { uint32_t magic, octets; uint64_t dropped; } head = { magic, 0, 0 };
    struct iovec data = { &head, sizeof head };
    union { char room[CMSG_SPACE(4 * sizeof(int))]; struct cmsghdr align; } control;
    struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };

    if (count > 0) {
        struct cmsghdr *rights = &control.align;
        message.msg_control = control.room;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(rights), descriptors, count * sizeof(int));
    }
    sendmsg(caller, &message, 0);
}

int main(int argc, char **argv)
{
    struct sockaddr_un address = { AF_UNIX, "capture" };
    const char *how = argv[argc - 2];
    int caller = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    int two[2];

    if (strcmp(how, "silent") == 0)
        return 0;
    if (strcmp(how, "chatty") == 0) {
        fputs("the first line\x1b[31m\nthe second\n", stderr);
        return 1;
    }
    if (strcmp(how, "killed") == 0)
        raise(SIGKILL);
    if (strcmp(how, "stranger") == 0 && fork() != 0) {
        wait(NULL);
        return 0;
    }
    if (chdir(argv[argc - 1]) != 0 || connect(caller, (struct sockaddr *)&address, sizeof address) != 0)
        return 99;
    if (strcmp(how, "gone") == 0)
        return 0;
    if (recv(caller, request, sizeof request, 0) <= 0)
        return 98;
    two[0] = two[1] = open("/dev/null", O_RDWR);
    if (strcmp(how, "killed-later") == 0)
        raise(SIGKILL);
    else if (strcmp(how, "nonsense") == 0)
        send(caller, "nonsense", 8, 0);
    else if (strcmp(how, "no-descriptor") == 0)
        answer(caller, MAGIC, two, 0);
    else if (strcmp(how, "file") == 0)
        answer(caller, MAGIC, two, 1);
    else if (strcmp(how, "two") == 0)
        answer(caller, MAGIC, two, 2);
    else if (strcmp(how, "other-magic") == 0)
        answer(caller, 1, two, 1);
    else if (strcmp(how, "udp") == 0) {
        two[0] = socket(AF_INET, SOCK_DGRAM, 0);
        answer(caller, MAGIC, two, 1);
    } else if (strncmp(how, "block", 5) == 0) {
        /* A stream that begins well, then a block: the count of packets, the first one's place and its length. */
        static struct { uint32_t magic, octets; uint64_t dropped; uint32_t block[64]; } m;
        memset(&m, 0, sizeof m);
        answer(caller, MAGIC, two, 0);
        m.magic = MAGIC;
        m.octets = sizeof m.block;
        m.block[3] = 1;
        m.block[4] = strcmp(how, "block-outside") == 0 ? 0xfffffff0u : 48;
        m.block[12 + 3] = m.block[12 + 4] = strcmp(how, "block-long") == 0 ? 1000 : 10;
        m.block[12 + 6] = strcmp(how, "block-far") == 0 ? 0xffff : 80;
        send(caller, &m, strcmp(how, "block-cut") == 0 ? 20 : sizeof m, 0);
        while (recv(caller, request, sizeof request, 0) > 0)
            continue;
    }
    return 0;
}
