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
 * What it cannot see: calls that do not go through the C library's functions (static programs, Go, io_uring, syscall(2) but
 * for close; what the C library calls for itself, as when it looks up a name), and programs that may not be preloaded
 * (setuid). Standard input and output's (FILE *) reads and writes are seen where the C library is glibc.
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
        } else
            leave();
        errno = error;
    }
    return fd;
}

REAL(int, socketpair, int domain, int type, int protocol, int fds[2])
{
    struct call call;
    int told = begin_any(&call, "socketpair"), result = own_socketpair()(domain, type, protocol, fds);

    if (told && result != 0)
        leave();
    else if (told) {
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

#include "trace-carry.h"

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
static void closing_range(unsigned first, unsigned last)
{
    unsigned fd;

    for (fd = first; ring != NULL && fd <= last && fd < MOST_DESCRIPTORS; fd++) {
        struct call call;

        if (is_socket(atomic_load_explicit(&known[fd].kind, memory_order_acquire)) && begin(&call, "close", (int)fd)) {
            forget((int)fd);
            done(&call, 0, 0, 0, 0, NOTHING);
        } else
            forget((int)fd);
    }
}

REAL(int, close_range, unsigned first, unsigned last, int flags)
{
    if ((flags & ~2) == 0)      /* CLOSE_RANGE_CLOEXEC closes nothing yet */
        closing_range(first, last);
    return own_close_range()(first, last, flags);
}

/* Closes by the number of the call, as libuv does, and so node. All other numbers are passed on, and not seen. */
REAL(long, syscall, long number, ...)
{
    long words[6], result;
    va_list list;
    int i;

    va_start(list, number);
    for (i = 0; i < 6; i++)
        words[i] = va_arg(list, long);      /* where it was given fewer, what stands there is passed on, too */
    va_end(list);
    if (number == SYS_close) {
        struct call call;
        int told = begin(&call, "close", (int)words[0]);

        forget((int)words[0]);
        result = own_syscall()(number, words[0]);
        if (told)
            done(&call, result, 0, 0, 0, NOTHING);
        return result;
    }
#ifdef SYS_close_range
    if (number == SYS_close_range && (words[2] & ~2L) == 0)
        closing_range((unsigned)words[0], (unsigned)words[1]);
#endif
    return own_syscall()(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}

REAL(void, closefrom, int first)
{
    closing_range(first < 0 ? 0 : (unsigned)first, MOST_DESCRIPTORS);
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
#include "trace-files.h"
#include "trace-exec.h"

static void __attribute__((constructor)) start(void)
{
    int error = errno;

    open_ring();
    if (ring != NULL) {
        struct call call = { NAME("begin"), -1, NO_SOCKET, 0, now_ns() };

        pthread_atfork(NULL, NULL, forget_thread);
        done(&call, 0, 0, 0, 0, octets(program_invocation_short_name, strlen(program_invocation_short_name)));
        stand_before_files();
    }
    errno = error;
}
