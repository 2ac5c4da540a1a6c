/*
 * What trace-calls.c knows of descriptors: which of them are sockets, and their addresses. Private to that file.
 */
#ifndef TRACE_SOCKETS_H
#define TRACE_SOCKETS_H

static int option(int fd, int name)
{
    int value = -1;
    socklen_t length = sizeof value;

    return own_syscall()(SYS_getsockopt, fd, SOL_SOCKET, name, &value, &length) < 0 ? -1 : value;
}

static uint64_t cookie_of(int fd)
{
    uint64_t cookie = 0;
    socklen_t length = sizeof cookie;

    if (own_syscall()(SYS_getsockopt, fd, SOL_SOCKET, SO_COOKIE, &cookie, &length) < 0)
        return 0;
    return cookie;
}

static enum kind kind_of(int domain, int type)
{
    if (domain == AF_UNIX)
        return type == SOCK_STREAM ? UNIX_STREAM : type == SOCK_DGRAM ? UNIX_DATAGRAM : OTHER_SOCKET;
    return type == SOCK_STREAM ? TCP : type == SOCK_DGRAM ? UDP : OTHER_SOCKET;
}

static uint64_t stamp_of(int fd, enum kind kind)
{
    struct timespec stamp;

    if ((kind != UDP && kind != OTHER_SOCKET) || own_syscall()(SYS_ioctl, fd, SIOCGSTAMPNS_OLD, &stamp) < 0)
        return 0;
    return (uint64_t)stamp.tv_sec * 1000000000u + (uint64_t)stamp.tv_nsec;
}

/* Asks the kernel what a descriptor is. Only addresses of these families are of interest: others are no sockets to us. */
static enum kind look(int fd, uint64_t *cookie)
{
    int domain = option(fd, SO_DOMAIN), protocol;
    enum kind kind;

    *cookie = 0;
    if (domain != AF_INET && domain != AF_INET6 && domain != AF_UNIX && domain != AF_PACKET)
        return NO_SOCKET;
    kind = kind_of(domain, option(fd, SO_TYPE));
    protocol = option(fd, SO_PROTOCOL);
    if ((kind == TCP && protocol != IPPROTO_TCP) || (kind == UDP && protocol != IPPROTO_UDP) || domain == AF_PACKET)
        kind = OTHER_SOCKET;
    *cookie = cookie_of(fd);
    stamp_of(fd, kind);     /* from now on the socket remembers the stamps of what it receives */
    return kind;
}

static void forget(int fd)
{
    if (fd >= 0 && fd < MOST_DESCRIPTORS) {
        atomic_store_explicit(&known[fd].kind, UNSEEN, memory_order_release);
        atomic_store_explicit(&known[fd].told, 0, memory_order_relaxed);
    }
}

/* What a descriptor is, with its socket's number. Looked up once; whoever closes or replaces it says so by forget(). */
static enum kind find(int fd, uint64_t *cookie)
{
    enum kind kind;
    int error = errno;

    *cookie = 0;
    if (ring == NULL || fd < 0)
        return NO_SOCKET;
    if (fd < MOST_DESCRIPTORS) {
        kind = atomic_load_explicit(&known[fd].kind, memory_order_acquire);
        *cookie = atomic_load_explicit(&known[fd].cookie, memory_order_relaxed);
        if (kind != UNSEEN)
            return kind;
    }
    kind = look(fd, cookie);
    if (fd < MOST_DESCRIPTORS && (kind != NO_SOCKET || fcntl(fd, F_GETFD) >= 0)) {
        atomic_store_explicit(&known[fd].cookie, *cookie, memory_order_relaxed);
        atomic_store_explicit(&known[fd].kind, kind, memory_order_release);
    }
    errno = error;
    return kind;
}

union address {
    struct sockaddr any;
    struct sockaddr_in6 in6;
    struct sockaddr_un un;
    struct sockaddr_storage storage;
};

static struct octets name_of(int call, int fd, union address *into)
{
    socklen_t length = sizeof *into;
    struct octets none = { NULL, 0 }, found = { into, 0 };

    if (own_syscall()(call, fd, into, &length) < 0)
        return none;
    found.length = length;
    return found;
}

/* Sets both addresses of a descriptor's socket, unless they were told; whether they are new. */
static int addresses(int fd, enum kind kind, union address *here, union address *there, struct octets *local,
                     struct octets *peer)
{
    if (fd < MOST_DESCRIPTORS && atomic_load_explicit(&known[fd].told, memory_order_relaxed))
        return 0;
    *local = name_of(SYS_getsockname, fd, here);
    *peer = name_of(SYS_getpeername, fd, there);
    if (fd < MOST_DESCRIPTORS && (kind != UDP || (local->length >= sizeof(struct sockaddr_in) && here->in6.sin6_port != 0)))
        atomic_store_explicit(&known[fd].told, 1, memory_order_relaxed);
    return 1;
}

/* They may be others from now on. */
static void addresses_changed(int fd)
{
    if (fd >= 0 && fd < MOST_DESCRIPTORS)
        atomic_store_explicit(&known[fd].told, 0, memory_order_relaxed);
}

#endif
