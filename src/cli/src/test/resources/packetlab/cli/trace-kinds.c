/*
 * What one process can do with sockets, for those who trace it: IPv6 TCP with writev, readv and sendfile; several datagrams in
 * one call; Unix streams and datagrams; what would block; each kind of wait; a call that never returns.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

static void check(int ok, const char *what)
{
    if (!ok) {
        perror(what);
        exit(1);
    }
}

static void tcp6(void)
{
    struct sockaddr_in6 here = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
    socklen_t length = sizeof here;
    char a[4], b[100], name[] = "/tmp/trace-kinds-XXXXXX";
    struct iovec two[] = { { "head", 4 }, { "body", 4 } }, into[] = { { a, 4 }, { b, 4 } };
    struct epoll_event event = { .events = EPOLLIN };
    int listener = socket(AF_INET6, SOCK_STREAM, 0), client = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int accepted, file = mkstemp(name), epoll = epoll_create1(0);

    check(bind(listener, (struct sockaddr *)&here, sizeof here) == 0 && listen(listener, 1) == 0
          && getsockname(listener, (struct sockaddr *)&here, &length) == 0, "listen");
    check(connect(client, (struct sockaddr *)&here, sizeof here) < 0 && errno == EINPROGRESS, "connect");
    check((accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0, "accept4");
    check(recv(client, b, sizeof b, 0) < 0 && errno == EAGAIN, "recv");
    check(epoll_ctl(epoll, EPOLL_CTL_ADD, accepted, &event) == 0 && epoll_wait(epoll, &event, 1, 10) == 0, "epoll_wait");
    check(writev(client, two, 2) == 8, "writev");
    check(epoll_wait(epoll, &event, 1, 5000) == 1 && readv(accepted, into, 2) == 8, "readv");
    check(unlink(name) == 0 && write(file, b, 50) == 50 && lseek(file, 0, SEEK_SET) == 0, "file");
    check(sendfile(accepted, file, NULL, 50) == 50, "sendfile");
    check(poll(&(struct pollfd){ client, POLLIN, 0 }, 1, 5000) == 1 && read(client, b, sizeof b) == 50, "read");
    close(client);
    close(accepted);
}

static void several(void)
{
    struct sockaddr_in6 here = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
    socklen_t length = sizeof here;
    char octets[3][10];
    struct iovec out[3] = { { "one", 3 }, { "two", 3 }, { "three", 5 } }, in[3];
    struct mmsghdr sent[3], received[3];
    int i, server = socket(AF_INET6, SOCK_DGRAM, 0), client = socket(AF_INET6, SOCK_DGRAM, 0);

    check(bind(server, (struct sockaddr *)&here, sizeof here) == 0
          && getsockname(server, (struct sockaddr *)&here, &length) == 0
          && connect(client, (struct sockaddr *)&here, sizeof here) == 0, "udp");
    memset(sent, 0, sizeof sent);
    memset(received, 0, sizeof received);
    for (i = 0; i < 3; i++) {
        in[i] = (struct iovec){ octets[i], sizeof octets[i] };
        sent[i].msg_hdr.msg_iov = &out[i];
        received[i].msg_hdr.msg_iov = &in[i];
        sent[i].msg_hdr.msg_iovlen = received[i].msg_hdr.msg_iovlen = 1;
    }
    check(sendmmsg(client, sent, 3, 0) == 3, "sendmmsg");
    usleep(20000);
    check(recvmmsg(server, received, 3, 0, NULL) == 3 && received[2].msg_len == 5, "recvmmsg");
    check(recvmmsg(server, received, 3, MSG_DONTWAIT, NULL) < 0 && errno == EAGAIN, "recvmmsg of none");
    close(server);
    close(client);
}

/* Descriptors 100 and 101 are the ends of a Unix stream; 101 has one octet to read. What waits for a pipe is no call on sockets. */
static void waits(void)
{
    int pair[2], none[2], epoll = epoll_create1(0);
    struct timespec second = { 1, 0 };
    struct pollfd three[] = { { 100, POLLIN | POLLOUT, 0 }, { -1, POLLIN, 0 }, { 101, POLLIN, 0 } };
    struct epoll_event event = { .events = EPOLLIN };
    fd_set reads, writes;

    check(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && dup2(pair[0], 100) == 100 && dup2(pair[1], 101) == 101
          && pipe(none) == 0 && write(100, "1", 1) == 1, "pair");
    check(ppoll(three, 3, &second, NULL) == 2, "ppoll");
    FD_ZERO(&reads);
    FD_ZERO(&writes);
    FD_SET(100, &reads);
    FD_SET(101, &reads);
    FD_SET(101, &writes);
    check(select(102, &reads, &writes, NULL, NULL) == 2, "select");
    FD_ZERO(&reads);
    FD_SET(100, &reads);
    second.tv_sec = 0;
    second.tv_nsec = 1000;
    check(pselect(102, &reads, NULL, NULL, &second, NULL) == 0, "pselect");
    check(poll(&(struct pollfd){ none[1], POLLOUT, 0 }, 1, 0) == 1, "poll of a pipe");
    FD_ZERO(&reads);
    FD_SET(none[0], &reads);
    check(select(none[0] + 1, &reads, NULL, NULL, &(struct timeval){ 0, 0 }) == 0, "select of a pipe");
    check(epoll_ctl(epoll, EPOLL_CTL_ADD, 101, &event) == 0 && epoll_pwait2(epoll, &event, 1, NULL, NULL) == 1, "epoll_pwait2");
}

static void local(void)
{
    struct sockaddr_un here = { .sun_family = AF_UNIX, .sun_path = "\0trace-kinds" };
    int pair[2], named = socket(AF_UNIX, SOCK_DGRAM, 0), other = socket(AF_UNIX, SOCK_DGRAM, 0);
    char octets[10];

    check(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && write(pair[0], "pair", 4) == 4
          && read(pair[1], octets, sizeof octets) == 4, "socketpair");
    check(bind(named, (struct sockaddr *)&here, sizeof here) == 0
          && sendto(other, "datagram", 8, 0, (struct sockaddr *)&here, sizeof here) == 8
          && recv(named, octets, sizeof octets, 0) == 8, "datagram");
}

static void *wait_for_nothing(void *fd)
{
    char octet;

    recv(*(int *)fd, &octet, 1, 0);
    return NULL;
}

int main(void)
{
    int pair[2];
    pthread_t thread;

    tcp6();
    several();
    local();
    waits();
    check(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0
          && pthread_create(&thread, NULL, wait_for_nothing, &pair[0]) == 0, "thread");
    usleep(300000);
    _exit(4);
}
