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

/* Descriptors that are told of one wait, in their order; where there are more, those that are ready first. */
#define TOLD 16

/* Adds those that are ready, those that are not, or all; returns how many are told then. */
enum whether { READY, NOT_READY, ALL };
static size_t add(struct pollfd *told, size_t found, struct pollfd one, enum whether whether)
{
    if (one.fd >= 0 && found < TOLD && (whether == ALL || (one.revents != 0) == (whether == READY)))
        told[found++] = one;
    return found;
}

/* A wait has returned: tells what for it was, what was ready, and how many descriptors are not told. */
static void polled(struct call *call, int result, const struct pollfd *fds, nfds_t count, int64_t timeout_ms)
{
    struct pollfd told[TOLD];
    size_t found = 0;
    nfds_t i, all = count > LOOKED_AT ? count - LOOKED_AT : 0;

    for (i = 0; i < count && i < LOOKED_AT; i++)
        all += fds[i].fd >= 0;
    if (result <= 0 || all <= TOLD) {
        for (i = 0; i < count; i++)
            found = add(told, found, fds[i], ALL);
    } else {
        for (i = 0; i < count; i++)
            found = add(told, found, fds[i], READY);
        for (i = 0; i < count; i++)
            found = add(told, found, fds[i], NOT_READY);
    }
    done(call, result, (int64_t)count, timeout_ms, (int64_t)(all - found), octets(told, found * sizeof *told));
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

/* The three sets of a select(), as the program has them, and as they were before: the call writes into them. */
struct sets {
    fd_set *now[3];
    fd_set before[3];
};

/* Those that hold a descriptor, as bits of a struct pollfd (WaitWords.java). */
static short held(const fd_set *reads, const fd_set *writes, const fd_set *others, int fd)
{
    return (short)((reads != NULL && FD_ISSET(fd, reads)) | (others != NULL && FD_ISSET(fd, others)) << 1
                   | (writes != NULL && FD_ISSET(fd, writes)) << 2);
}

/* Whether a socket is among what is waited for. Of larger sets than the C library's only the beginning is looked at. */
static int choose(struct sets *sets, fd_set *reads, fd_set *writes, fd_set *others, int count)
{
    uint64_t cookie;
    int i, fd, any = 0;

    sets->now[0] = reads;
    sets->now[1] = writes;
    sets->now[2] = others;
    for (i = 0; ring != NULL && i < 3; i++)
        if (sets->now[i] != NULL && count > 0)
            memcpy(&sets->before[i], sets->now[i], (size_t)(count < FD_SETSIZE ? (count + 63) / 64 * 8 : FD_SETSIZE / 8));
    for (fd = 0; ring != NULL && !any && fd < count && fd < FD_SETSIZE; fd++)
        any = held(sets->now[0], sets->now[1], sets->now[2], fd) != 0 && is_socket(find(fd, &cookie));
    return any;
}

static void selected(struct call *call, int result, const struct sets *sets, int count, int64_t timeout_ms)
{
    struct pollfd told[TOLD];
    size_t found = 0;
    int64_t all = 0;
    static const enum whether passes[] = { ALL, READY, NOT_READY };
    int fd, pass;

    for (pass = 0; pass == 0 || (pass < 3 && all > TOLD); pass++) {
        if (passes[pass] == READY)
            found = 0;      /* there are too many: once more */
        for (fd = 0; fd < count && fd < FD_SETSIZE; fd++) {
            short asked = held(sets->now[0] ? &sets->before[0] : NULL, sets->now[1] ? &sets->before[1] : NULL,
                               sets->now[2] ? &sets->before[2] : NULL, fd);
            short there = result <= 0 || asked == 0 ? 0 : held(sets->now[0], sets->now[1], sets->now[2], fd);

            all += pass == 0 && asked != 0;
            if (asked != 0)
                found = add(told, found, (struct pollfd){ fd, asked, there }, passes[pass]);
        }
    }
    done(call, result, count, timeout_ms, all - (int64_t)found, octets(told, found * sizeof *told));
}

REAL(int, select, int count, fd_set *reads, fd_set *writes, fd_set *others, struct timeval *timeout)
{
    struct call call;
    struct sets sets;
    int64_t timeout_ms = timeout == NULL ? -1 : (int64_t)timeout->tv_sec * 1000 + (timeout->tv_usec + 999) / 1000;
    int told = choose(&sets, reads, writes, others, count) && begin_any(&call, "select");
    int result = own_select()(count, reads, writes, others, timeout);

    if (told)
        selected(&call, result, &sets, count, timeout_ms);
    return result;
}

REAL(int, pselect, int count, fd_set *reads, fd_set *writes, fd_set *others, const struct timespec *timeout,
     const sigset_t *signals)
{
    struct call call;
    struct sets sets;
    int told = choose(&sets, reads, writes, others, count) && begin_any(&call, "pselect");
    int result = own_pselect()(count, reads, writes, others, timeout, signals);

    if (told)
        selected(&call, result, &sets, count, in_ms(timeout));
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
