/*
 * Tells Packetlab which socket calls a program makes: preloaded into it (LD_PRELOAD), it stands between the program and
 * the C library. Each call on a socket is passed on unchanged, and when it has returned a record of it is written to a
 * ring that Packetlab reads (trace-ring.h). `packetlab trace` compiles this file at its first use.
 *
 * What it guarantees:
 * - Arguments, results, errno, output and signals are the program's own; nothing is allocated, locked or printed, so
 *   signal handlers and forked children may call as before. It holds no descriptor that the program could close.
 * - What it asks of the kernel is asked once per socket (its family, type and number, and its addresses where these may
 *   have changed), and of a received datagram its stamp. A descriptor that is no socket costs one comparison.
 * - Without its ring it does nothing.
 *
 * What it cannot see: calls that do not go through the C library's functions (static programs, Go, syscall(2), io_uring),
 * and programs that may not be preloaded (setuid). Standard input and output's (FILE *) reads and writes are seen where the
 * C library is glibc.
 */
#undef _FORTIFY_SOURCE
#include "trace-ring.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

#define EXPORT __attribute__((visibility("default")))
static const struct octets NOTHING = { NULL, 0 };

/*
 * The C library's own function. Looked up when the program starts, since dlsym() is not for signal handlers, or earlier
 * where another library calls earlier.
 */
#define REAL(result, name, ...)                             \
    static result (*real_##name)(__VA_ARGS__);              \
    static result (*own_##name(void))(__VA_ARGS__)          \
    {                                                       \
        if (real_##name == NULL)                            \
            *(void **)&real_##name = dlsym(RTLD_NEXT, #name); \
        return real_##name;                                 \
    }                                                       \
    static void __attribute__((constructor)) find_##name(void) { own_##name(); } \
    EXPORT result name(__VA_ARGS__)

static struct octets octets(const void *at, size_t length)
{
    struct octets o = { at, length };
    return o;
}

static struct octets shown(const void *at, ssize_t length) { return octets(at, length > 0 ? (size_t)length : 0); }

/* The first octets of several parts, of which only length were carried, together. */
static struct octets shown_parts(const struct iovec *parts, size_t count, int64_t length, char together[SHOWN_OCTETS])
{
    size_t i, found = 0, most = length < 0 ? 0 : length < SHOWN_OCTETS ? (size_t)length : SHOWN_OCTETS;

    for (i = 0; i < count && i < 16 && found < most; i++) {
        size_t some = parts[i].iov_len < most - found ? parts[i].iov_len : most - found;

        if (some > 0)
            memcpy(together + found, parts[i].iov_base, some);
        found += some;
    }
    return octets(together, found);
}

static int64_t total(const struct iovec *parts, size_t count)
{
    int64_t sum = 0;
    size_t i;

    for (i = 0; i < count && i < 1024; i++)
        sum += (int64_t)parts[i].iov_len;
    return sum;
}

/* A call has carried octets, or failed to. An address that it names or returns counts more than the socket's. */
static void carried(struct call *call, ssize_t result, int64_t room, int64_t flags, int64_t parts, struct octets named,
                    struct octets data, int received)
{
    int error = errno;
    uint64_t ended = now_ns(), stamp = 0;
    union address here, there;
    struct octets local = NOTHING, peer = NOTHING;

    addresses(call->fd, call->kind, &here, &there, &local, &peer);
    if (named.length > 0)
        peer = named;
    if (received && result >= 0)
        stamp = stamp_of(call->fd, call->kind);
    tell(call, result, error, room, flags, parts, ended, stamp, local, peer, named.length > 0, data);
    errno = error;
}

/* A call has returned that carries nothing. */
static void done(struct call *call, int64_t result, int64_t a, int64_t b, int64_t c, struct octets data)
{
    int error = errno;

    tell(call, result, error, a, b, c, now_ns(), 0, NOTHING, NOTHING, 0, data);
    errno = error;
}

/* A call has returned after which the socket may have other addresses; the one that it was given is told as the peer. */
static void addressed(struct call *call, int fd, int64_t result, int64_t a, struct octets given)
{
    int error = errno;
    uint64_t ended = now_ns();
    union address here, there;
    struct octets local = NOTHING, peer = NOTHING;

    addresses_changed(fd);
    addresses(fd, call->kind, &here, &there, &local, &peer);
    if (given.length > 0)
        peer = given;
    tell(call, result, error, a, 0, 0, ended, 0, local, peer, 1, NOTHING);
    addresses_changed(fd);
    errno = error;
}

static void made(struct call *call, int fd)
{
    int error = errno;

    forget(fd);
    call->kind = find(fd, &call->cookie);
    errno = error;
}

REAL(int, socket, int domain, int type, int protocol)
{
    struct call call;
    int told = begin_any(&call, "socket"), fd = own_socket()(domain, type, protocol);

    if (told) {
        uint64_t ended = now_ns();
        int error = errno;

        if (fd >= 0)
            made(&call, fd);
        if (fd < 0 || is_socket(call.kind)) {
            call.fd = -1;
            tell(&call, fd, error, domain, type, protocol, ended, 0, NOTHING, NOTHING, 0, NOTHING);
        }
        errno = error;
    }
    return fd;
}

REAL(int, socketpair, int domain, int type, int protocol, int fds[2])
{
    struct call call;
    int told = begin_any(&call, "socketpair"), result = own_socketpair()(domain, type, protocol, fds);

    if (told && result == 0) {
        int i, error = errno;
        uint64_t ended = now_ns();

        for (i = 0; i < 2; i++) {
            made(&call, fds[i]);
            tell(&call, fds[i], 0, domain, type, protocol, ended, 0, NOTHING, NOTHING, 0, NOTHING);
        }
        errno = error;
    }
    return result;
}

REAL(int, bind, int fd, const struct sockaddr *address, socklen_t length)
{
    struct call call;
    int told = begin(&call, "bind", fd), result = own_bind()(fd, address, length);

    if (told)
        addressed(&call, fd, result, 0, octets(address, length));
    return result;
}

REAL(int, listen, int fd, int backlog)
{
    struct call call;
    int told = begin(&call, "listen", fd), result = own_listen()(fd, backlog);

    if (told)
        addressed(&call, fd, result, backlog, NOTHING);
    return result;
}

REAL(int, connect, int fd, const struct sockaddr *address, socklen_t length)
{
    struct call call;
    int told = begin(&call, "connect", fd), result = own_connect()(fd, address, length);

    if (told)
        addressed(&call, fd, result, 0, octets(address, length));
    return result;
}

static void accepted(struct call *call, int fd, int flags)
{
    int error = errno;
    uint64_t ended = now_ns();
    union address here, there;
    struct octets local = NOTHING, peer = NOTHING;

    if (fd >= 0) {
        made(call, fd);
        addresses(fd, call->kind, &here, &there, &local, &peer);
    }
    tell(call, fd, error, flags, 0, 0, ended, 0, local, peer, 1, NOTHING);
    errno = error;
}

REAL(int, accept, int fd, struct sockaddr *address, socklen_t *length)
{
    struct call call;
    int told = begin(&call, "accept", fd), result = own_accept()(fd, address, length);

    if (told)
        accepted(&call, result, 0);
    return result;
}

REAL(int, accept4, int fd, struct sockaddr *address, socklen_t *length, int flags)
{
    struct call call;
    int told = begin(&call, "accept4", fd), result = own_accept4()(fd, address, length, flags);

    if (told)
        accepted(&call, result, flags);
    return result;
}

REAL(ssize_t, send, int fd, const void *data, size_t length, int flags)
{
    struct call call;
    int told = begin(&call, "send", fd);
    ssize_t result = own_send()(fd, data, length, flags);

    if (told)
        carried(&call, result, (int64_t)length, flags, 0, NOTHING, shown(data, result), 0);
    return result;
}

REAL(ssize_t, sendto, int fd, const void *data, size_t length, int flags, const struct sockaddr *to, socklen_t to_length)
{
    struct call call;
    int told = begin(&call, "sendto", fd);
    ssize_t result = own_sendto()(fd, data, length, flags, to, to_length);

    if (told)
        carried(&call, result, (int64_t)length, flags, 0, octets(to, to == NULL ? 0 : to_length),
                shown(data, result), 0);
    return result;
}

static void message_sent(struct call *call, const struct msghdr *message, ssize_t result, int flags)
{
    int64_t length = total(message->msg_iov, message->msg_iovlen);
    char together[SHOWN_OCTETS];

    carried(call, result, length, flags, (int64_t)message->msg_iovlen,
            octets(message->msg_name, message->msg_name == NULL ? 0 : message->msg_namelen),
            shown_parts(message->msg_iov, message->msg_iovlen, result, together), 0);
}

static void message_received(struct call *call, struct msghdr *message, ssize_t result, int flags)
{
    struct cmsghdr *control;
    int64_t room = total(message->msg_iov, message->msg_iovlen);
    char together[SHOWN_OCTETS];

    if (result >= 0)
        for (control = CMSG_FIRSTHDR(message); control != NULL; control = CMSG_NXTHDR(message, control))
            if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_RIGHTS) {
                size_t i, count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);

                for (i = 0; i < count; i++) {
                    int passed;

                    memcpy(&passed, CMSG_DATA(control) + i * sizeof passed, sizeof passed);
                    forget(passed);
                }
            }
    carried(call, result, room, flags, (int64_t)message->msg_iovlen,
            octets(message->msg_name, message->msg_name == NULL || result < 0 ? 0 : message->msg_namelen),
            shown_parts(message->msg_iov, message->msg_iovlen, result, together), 1);
}

REAL(ssize_t, sendmsg, int fd, const struct msghdr *message, int flags)
{
    struct call call;
    int told = begin(&call, "sendmsg", fd);
    ssize_t result = own_sendmsg()(fd, message, flags);

    if (told)
        message_sent(&call, message, result, flags);
    return result;
}

REAL(ssize_t, recvmsg, int fd, struct msghdr *message, int flags)
{
    struct call call;
    int told = begin(&call, "recvmsg", fd);
    ssize_t result = own_recvmsg()(fd, message, flags);

    if (told)
        message_received(&call, message, result, flags);
    return result;
}

REAL(int, sendmmsg, int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    struct call call;
    int i, told = begin(&call, "sendmmsg", fd), result = own_sendmmsg()(fd, messages, count, flags);

    if (told && result <= 0 && count > 0)
        message_sent(&call, &messages[0].msg_hdr, -1, flags);
    for (i = 0; told && i < result; i++)
        message_sent(&call, &messages[i].msg_hdr, messages[i].msg_len, flags);
    return result;
}

REAL(int, recvmmsg, int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout)
{
    struct call call;
    int i, told = begin(&call, "recvmmsg", fd), result = own_recvmmsg()(fd, messages, count, flags, timeout);

    if (told && result <= 0 && count > 0)
        message_received(&call, &messages[0].msg_hdr, -1, flags);
    for (i = 0; told && i < result; i++)
        message_received(&call, &messages[i].msg_hdr, messages[i].msg_len, flags);
    return result;
}

REAL(ssize_t, recv, int fd, void *data, size_t length, int flags)
{
    struct call call;
    int told = begin(&call, "recv", fd);
    ssize_t result = own_recv()(fd, data, length, flags);

    if (told)
        carried(&call, result, (int64_t)length, flags, 0, NOTHING, shown(data, result < (ssize_t)length ? result : (ssize_t)length), 1);
    return result;
}

static void received_from(struct call *call, ssize_t result, void *data, size_t length, int flags,
                          const struct sockaddr *from, const socklen_t *from_length)
{
    carried(call, result, (int64_t)length, flags, 0,
            octets(from, from == NULL || from_length == NULL || result < 0 ? 0 : *from_length),
            shown(data, result < (ssize_t)length ? result : (ssize_t)length), 1);
}

REAL(ssize_t, recvfrom, int fd, void *data, size_t length, int flags, struct sockaddr *from, socklen_t *from_length)
{
    struct call call;
    int told = begin(&call, "recvfrom", fd);
    ssize_t result = own_recvfrom()(fd, data, length, flags, from, from_length);

    if (told)
        received_from(&call, result, data, length, flags, from, from_length);
    return result;
}

REAL(ssize_t, read, int fd, void *data, size_t length)
{
    struct call call;
    int told = begin(&call, "read", fd);
    ssize_t result = own_read()(fd, data, length);

    if (told)
        carried(&call, result, (int64_t)length, 0, 0, NOTHING, shown(data, result), 1);
    return result;
}

REAL(ssize_t, write, int fd, const void *data, size_t length)
{
    struct call call;
    int told = begin(&call, "write", fd);
    ssize_t result = own_write()(fd, data, length);

    if (told)
        carried(&call, result, (int64_t)length, 0, 0, NOTHING, shown(data, result), 0);
    return result;
}

REAL(ssize_t, readv, int fd, const struct iovec *parts, int count)
{
    struct call call;
    int told = begin(&call, "readv", fd);
    ssize_t result = own_readv()(fd, parts, count);
    char together[SHOWN_OCTETS];

    if (told)
        carried(&call, result, count < 0 ? 0 : total(parts, (size_t)count), 0, count, NOTHING,
                count < 0 ? NOTHING : shown_parts(parts, (size_t)count, result, together), 1);
    return result;
}

REAL(ssize_t, writev, int fd, const struct iovec *parts, int count)
{
    struct call call;
    int told = begin(&call, "writev", fd);
    ssize_t result = own_writev()(fd, parts, count);

    if (told) {
        int64_t length = count < 0 ? 0 : total(parts, (size_t)count);
        char together[SHOWN_OCTETS];

        carried(&call, result, length, 0, count, NOTHING,
                count < 0 ? NOTHING : shown_parts(parts, (size_t)count, result, together), 0);
    }
    return result;
}

#define SENDFILE(name, offset_type)                                                             \
    REAL(ssize_t, name, int out, int in, offset_type *offset, size_t count)                     \
    {                                                                                           \
        struct call call;                                                                       \
        int told = begin(&call, "sendfile", out);                                               \
        ssize_t result = own_##name()(out, in, offset, count);                                  \
                                                                                                \
        if (told)                                                                               \
            carried(&call, result, (int64_t)count, in, 0, NOTHING, NOTHING, 0);                 \
        return result;                                                                          \
    }
SENDFILE(sendfile, off_t)
SENDFILE(sendfile64, off64_t)

/* Programs that were compiled to check the sizes of their buffers call these instead. */
REAL(ssize_t, __read_chk, int fd, void *data, size_t length, size_t size)
{
    struct call call;
    int told = begin(&call, "read", fd);
    ssize_t result = own___read_chk()(fd, data, length, size);

    if (told)
        carried(&call, result, (int64_t)length, 0, 0, NOTHING, shown(data, result), 1);
    return result;
}

REAL(ssize_t, __recv_chk, int fd, void *data, size_t length, size_t size, int flags)
{
    struct call call;
    int told = begin(&call, "recv", fd);
    ssize_t result = own___recv_chk()(fd, data, length, size, flags);

    if (told)
        carried(&call, result, (int64_t)length, flags, 0, NOTHING, shown(data, result < (ssize_t)length ? result : (ssize_t)length), 1);
    return result;
}

REAL(ssize_t, __recvfrom_chk, int fd, void *data, size_t length, size_t size, int flags, struct sockaddr *from,
     socklen_t *from_length)
{
    struct call call;
    int told = begin(&call, "recvfrom", fd);
    ssize_t result = own___recvfrom_chk()(fd, data, length, size, flags, from, from_length);

    if (told)
        received_from(&call, result, data, length, flags, from, from_length);
    return result;
}

REAL(int, shutdown, int fd, int how)
{
    struct call call;
    int told = begin(&call, "shutdown", fd), result = own_shutdown()(fd, how);

    if (told)
        done(&call, result, how, 0, 0, NOTHING);
    return result;
}

REAL(int, setsockopt, int fd, int level, int name, const void *value, socklen_t length)
{
    struct call call;
    int told = begin(&call, "setsockopt", fd), result = own_setsockopt()(fd, level, name, value, length);

    if (told)
        done(&call, result, level, name, length, octets(value, value == NULL ? 0 : length));
    return result;
}

REAL(int, getsockopt, int fd, int level, int name, void *value, socklen_t *length)
{
    struct call call;
    int told = begin(&call, "getsockopt", fd), result = own_getsockopt()(fd, level, name, value, length);

    if (told)
        done(&call, result, level, name, length == NULL ? 0 : *length,
             octets(value, value == NULL || length == NULL || result < 0 ? 0 : *length));
    return result;
}

/* Another thread may get the number at once: it is forgotten before it is free. */
REAL(int, close, int fd)
{
    struct call call;
    int result, told = begin(&call, "close", fd);

    forget(fd);
    result = own_close()(fd);
    if (told)
        done(&call, result, 0, 0, 0, NOTHING);
    return result;
}

/* Tells that descriptors from first to last are closed by one call; the program does that before it runs another one. */
static void closing_range(const char *name, unsigned first, unsigned last)
{
    unsigned fd;

    for (fd = first; ring != NULL && fd <= last && fd < MOST_DESCRIPTORS; fd++) {
        struct call call;

        if (is_socket(atomic_load_explicit(&known[fd].kind, memory_order_acquire)) && begin(&call, name, (int)fd)) {
            forget((int)fd);
            done(&call, 0, 0, 0, 0, NOTHING);
        } else
            forget((int)fd);
    }
}

REAL(int, close_range, unsigned first, unsigned last, int flags)
{
    if ((flags & ~2) == 0)      /* CLOSE_RANGE_CLOEXEC closes nothing yet */
        closing_range("close", first, last);
    return own_close_range()(first, last, flags);
}

REAL(void, closefrom, int first)
{
    closing_range("close", first < 0 ? 0 : (unsigned)first, MOST_DESCRIPTORS);
    own_closefrom()(first);
}

static int copied(struct call *call, int told, int result)
{
    if (result >= 0 && result != call->fd)
        forget(result);
    if (told)
        done(call, result, result, 0, 0, NOTHING);
    return result;
}

REAL(int, dup, int fd)
{
    struct call call;
    int told = begin(&call, "dup", fd);

    return copied(&call, told, own_dup()(fd));
}

REAL(int, dup2, int fd, int other)
{
    struct call call;
    int told = begin(&call, "dup2", fd);

    return copied(&call, told, own_dup2()(fd, other));
}

REAL(int, dup3, int fd, int other, int flags)
{
    struct call call;
    int told = begin(&call, "dup3", fd);

    return copied(&call, told, own_dup3()(fd, other, flags));
}

#include "trace-waits.h"

static void __attribute__((constructor)) start(void)
{
    int error = errno;

    open_ring();
    if (ring != NULL) {
        struct call call = { "begin", -1, NO_SOCKET, 0, now_ns() };

        pthread_atfork(NULL, NULL, forget_thread);
        done(&call, 0, 0, 0, 0, octets(program_invocation_short_name, strlen(program_invocation_short_name)));
        stand_before_files();
    }
    errno = error;
}
