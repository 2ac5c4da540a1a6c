/*
 * The part of trace-calls.c that stands before calls that wait for several descriptors. Private to that file.
 */
#ifndef TRACE_WAITS_H
#define TRACE_WAITS_H

/* glibc declares that poll() only writes its array, and gcc believes that. */
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

/* Of a poll() only so many descriptors are looked at. */
#define LOOKED_AT 256

static int any_socket(const struct pollfd *fds, nfds_t count)
{
    uint64_t cookie;
    nfds_t i;

    for (i = 0; ring != NULL && fds != NULL && i < count && i < LOOKED_AT; i++)
        if (fds[i].fd >= 0 && is_socket(find(fds[i].fd, &cookie)))
            return 1;
    return 0;
}

/* A wait has returned: tells which of the descriptors were ready, as many as a record has room for. */
static void polled(struct call *call, int result, const struct pollfd *fds, nfds_t count, int64_t timeout_ms)
{
    struct pollfd ready[SHOWN_OCTETS / sizeof(struct pollfd)];
    size_t found = 0;
    nfds_t i;

    for (i = 0; result > 0 && i < count && found < sizeof ready / sizeof *ready; i++)
        if (fds[i].revents != 0)
            ready[found++] = fds[i];
    done(call, result, (int64_t)count, timeout_ms, 0, octets(ready, found * sizeof *ready));
}

static int64_t in_ms(const struct timespec *time)
{
    return time == NULL ? -1 : (int64_t)time->tv_sec * 1000 + (time->tv_nsec + 999999) / 1000000;
}

REAL(int, poll, struct pollfd *fds, nfds_t count, int timeout)
{
    struct call call;
    int told = any_socket(fds, count) && begin_any(&call, "poll"), result = own_poll()(fds, count, timeout);

    if (told)
        polled(&call, result, fds, count, timeout);
    return result;
}

REAL(int, __poll_chk, struct pollfd *fds, nfds_t count, int timeout, size_t size)
{
    struct call call;
    int told = any_socket(fds, count) && begin_any(&call, "poll"), result = own___poll_chk()(fds, count, timeout, size);

    if (told)
        polled(&call, result, fds, count, timeout);
    return result;
}

REAL(int, ppoll, struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *signals)
{
    struct call call;
    int64_t timeout_ms = in_ms(timeout);
    int told = any_socket(fds, count) && begin_any(&call, "ppoll"), result = own_ppoll()(fds, count, timeout, signals);

    if (told)
        polled(&call, result, fds, count, timeout_ms);
    return result;
}

static int any_in_set(int count, const fd_set *set)
{
    uint64_t cookie;
    int fd;

    for (fd = 0; ring != NULL && set != NULL && fd < count && fd < FD_SETSIZE; fd++)
        if (FD_ISSET(fd, set) && is_socket(find(fd, &cookie)))
            return 1;
    return 0;
}

REAL(int, select, int count, fd_set *reads, fd_set *writes, fd_set *others, struct timeval *timeout)
{
    struct call call;
    int64_t timeout_ms = timeout == NULL ? -1 : (int64_t)timeout->tv_sec * 1000 + (timeout->tv_usec + 999) / 1000;
    int told = (any_in_set(count, reads) || any_in_set(count, writes)) && begin_any(&call, "select");
    int result = own_select()(count, reads, writes, others, timeout);

    if (told)
        done(&call, result, count, timeout_ms, 0, NOTHING);
    return result;
}

REAL(int, pselect, int count, fd_set *reads, fd_set *writes, fd_set *others, const struct timespec *timeout,
     const sigset_t *signals)
{
    struct call call;
    int told = (any_in_set(count, reads) || any_in_set(count, writes)) && begin_any(&call, "pselect");
    int result = own_pselect()(count, reads, writes, others, timeout, signals);

    if (told)
        done(&call, result, count, in_ms(timeout), 0, NOTHING);
    return result;
}

/* An epoll descriptor is of interest from the moment on that it watches a socket. */
REAL(int, epoll_ctl, int epoll, int operation, int fd, struct epoll_event *event)
{
    int result = own_epoll_ctl()(epoll, operation, fd, event), error = errno;
    uint64_t cookie;

    if (result == 0 && operation == EPOLL_CTL_ADD && epoll >= 0 && epoll < MOST_DESCRIPTORS && is_socket(find(fd, &cookie)))
        atomic_store_explicit(&known[epoll].kind, EPOLL_OF_SOCKETS, memory_order_release);
    errno = error;
    return result;
}

static int begin_epoll_call(struct call *call, const char *name, int epoll)
{
    return ring != NULL && epoll >= 0 && epoll < MOST_DESCRIPTORS
        && atomic_load_explicit(&known[epoll].kind, memory_order_acquire) == EPOLL_OF_SOCKETS && begin_other(call, name, epoll);
}
#define begin_epoll(call, name, epoll) begin_epoll_call(call, NAME(name), epoll)

REAL(int, epoll_wait, int epoll, struct epoll_event *events, int most, int timeout)
{
    struct call call;
    int told = begin_epoll(&call, "epoll_wait", epoll), result = own_epoll_wait()(epoll, events, most, timeout);

    if (told)
        done(&call, result, most, timeout, 0, NOTHING);
    return result;
}

REAL(int, epoll_pwait, int epoll, struct epoll_event *events, int most, int timeout, const sigset_t *signals)
{
    struct call call;
    int told = begin_epoll(&call, "epoll_pwait", epoll);
    int result = own_epoll_pwait()(epoll, events, most, timeout, signals);

    if (told)
        done(&call, result, most, timeout, 0, NOTHING);
    return result;
}

REAL(int, epoll_pwait2, int epoll, struct epoll_event *events, int most, const struct timespec *timeout,
     const sigset_t *signals)
{
    struct call call;
    int told = begin_epoll(&call, "epoll_pwait2", epoll), result = -1;

    if (own_epoll_pwait2() == NULL)
        errno = ENOSYS;     /* older than the C library's function */
    else
        result = own_epoll_pwait2()(epoll, events, most, timeout, signals);
    if (told)
        done(&call, result, most, in_ms(timeout), 0, NOTHING);
    return result;
}

#endif
