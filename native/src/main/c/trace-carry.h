/*
 * The part of trace-calls.c that stands before calls that carry octets: sends, receives, reads and writes. Private to that
 * file.
 */
#ifndef TRACE_CARRY_H
#define TRACE_CARRY_H

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
    if (stamp > ended)      /* the kernel did not stamp it, and says what the time is now */
        stamp = 0;
    tell(call, result, error, room, flags, parts, ended, stamp, local, peer, named.length > 0, data);
    errno = error;
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

/* Of several messages in one call: which one it is, from 1, and of how many. TraceWords.java takes them apart. */
static int64_t place(size_t parts, int number, int of)
{
    return (int64_t)(parts & 0xFFFF) | (int64_t)(number & 0xFFFF) << 16 | (int64_t)(of & 0xFFFF) << 32;
}

static void message_sent(struct call *call, const struct msghdr *message, ssize_t result, int flags, int number, int of)
{
    int64_t length = total(message->msg_iov, message->msg_iovlen);
    char together[SHOWN_OCTETS];

    carried(call, result, length, flags, place(message->msg_iovlen, number, of),
            octets(message->msg_name, message->msg_name == NULL ? 0 : message->msg_namelen),
            shown_parts(message->msg_iov, message->msg_iovlen, result, together), 0);
}

/* The socket tells the stamp of the last datagram only. */
static void message_received(struct call *call, struct msghdr *message, ssize_t result, int flags, int number, int of)
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
    carried(call, result, room, flags, place(message->msg_iovlen, number, of),
            octets(message->msg_name, message->msg_name == NULL || result < 0 ? 0 : message->msg_namelen),
            shown_parts(message->msg_iov, message->msg_iovlen, result, together), number == of);
}

REAL(ssize_t, sendmsg, int fd, const struct msghdr *message, int flags)
{
    struct call call;
    int told = begin(&call, "sendmsg", fd);
    ssize_t result = own_sendmsg()(fd, message, flags);

    if (told)
        message_sent(&call, message, result, flags, 0, 0);
    return result;
}

REAL(ssize_t, recvmsg, int fd, struct msghdr *message, int flags)
{
    struct call call;
    int told = begin(&call, "recvmsg", fd);
    ssize_t result = own_recvmsg()(fd, message, flags);

    if (told)
        message_received(&call, message, result, flags, 0, 0);
    return result;
}

REAL(int, sendmmsg, int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    struct call call;
    int i, told = begin(&call, "sendmmsg", fd), result = own_sendmmsg()(fd, messages, count, flags);

    if (told && result <= 0 && count > 0)
        message_sent(&call, &messages[0].msg_hdr, -1, flags, 0, 0);
    for (i = 0; told && i < result; i++)
        message_sent(&call, &messages[i].msg_hdr, messages[i].msg_len, flags, i + 1, result);
    return result;
}

REAL(int, recvmmsg, int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout)
{
    struct call call;
    int i, told = begin(&call, "recvmmsg", fd), result = own_recvmmsg()(fd, messages, count, flags, timeout);

    if (told && result <= 0 && count > 0)
        message_received(&call, &messages[0].msg_hdr, -1, flags, 0, 0);
    for (i = 0; told && i < result; i++)
        message_received(&call, &messages[i].msg_hdr, messages[i].msg_len, flags, i + 1, result);
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

#endif
