/*
 * The part of trace-calls.c that stands before glibc's own reads and writes of a FILE. Private to that file.
 */
#ifndef TRACE_FILES_H
#define TRACE_FILES_H

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
