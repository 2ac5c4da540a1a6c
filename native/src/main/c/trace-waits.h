/*
 * The part of trace-calls.c that stands before calls that wait for several descriptors, and before glibc's own reads and
 * writes of a FILE. Private to that file.
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

static int begin_epoll(struct call *call, const char *name, int epoll)
{
    int told = ring != NULL && epoll >= 0 && epoll < MOST_DESCRIPTORS
        && atomic_load_explicit(&known[epoll].kind, memory_order_acquire) == EPOLL_OF_SOCKETS && begin_any(call, name);

    if (told)
        call->fd = epoll;
    return told;
}

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

/*
 * glibc reads and writes a FILE through a table that it exports, past the functions that a preloaded library can stand
 * before. Ours take the places of three of its functions where these are the ones expected, and nowhere else.
 */
#define JUMP_READ 14
#define JUMP_WRITE 15
#define JUMP_CLOSE 17

static ssize_t (*file_read)(FILE *, void *, ssize_t);
static ssize_t (*file_write)(FILE *, const void *, ssize_t);
static int (*file_close)(FILE *);

static ssize_t seen_file_read(FILE *file, void *data, ssize_t length)
{
    struct call call;
    int told = begin(&call, "read", fileno(file));
    ssize_t result = file_read(file, data, length);

    if (told)
        carried(&call, result, length, 0, 0, NOTHING, shown(data, result), 1);
    return result;
}

static ssize_t seen_file_write(FILE *file, const void *data, ssize_t length)
{
    struct call call;
    int told = begin(&call, "write", fileno(file));
    ssize_t result = file_write(file, data, length);

    if (told)
        carried(&call, result, length, 0, 0, NOTHING, shown(data, result), 0);
    return result;
}

static int seen_file_close(FILE *file)
{
    struct call call;
    int fd = fileno(file), told = begin(&call, "close", fd), result;

    forget(fd);
    result = file_close(file);
    if (told)
        done(&call, result, 0, 0, 0, NOTHING);
    return result;
}

static void stand_before(void **table, void *read_function, void *write_function, void *close_function)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t first = (uintptr_t)&table[JUMP_READ] & ~(page - 1);
    uintptr_t end = ((uintptr_t)&table[JUMP_CLOSE + 1] + page - 1) & ~(page - 1);

    if (table[JUMP_READ] != read_function || table[JUMP_WRITE] != write_function || table[JUMP_CLOSE] != close_function
        || mprotect((void *)first, end - first, PROT_READ | PROT_WRITE) < 0)
        return;
    *(void **)&file_read = read_function;
    *(void **)&file_write = write_function;
    *(void **)&file_close = close_function;
    table[JUMP_READ] = (void *)(uintptr_t)seen_file_read;
    table[JUMP_WRITE] = (void *)(uintptr_t)seen_file_write;
    table[JUMP_CLOSE] = (void *)(uintptr_t)seen_file_close;
    mprotect((void *)first, end - first, PROT_READ);
}

static void stand_before_files(void)
{
    static const char *const tables[] = { "_IO_file_jumps", "_IO_wfile_jumps" };
    void *functions[] = { dlsym(RTLD_NEXT, "_IO_file_read"), dlsym(RTLD_NEXT, "_IO_file_write"),
                          dlsym(RTLD_NEXT, "_IO_file_close") };
    size_t i;

    for (i = 0; i < sizeof tables / sizeof *tables; i++) {
        void **table = dlsym(RTLD_NEXT, tables[i]);

        if (table != NULL && functions[0] != NULL && functions[1] != NULL && functions[2] != NULL)
            stand_before(table, functions[0], functions[1], functions[2]);
    }
}

#endif
