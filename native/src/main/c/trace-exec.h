/*
 * The part of trace-calls.c that stands before calls by which a program becomes, or starts, another one: Packetlab is told
 * which, and can say that it may not be preloaded. Private to that file.
 */
#ifndef TRACE_EXEC_H
#define TRACE_EXEC_H

#include <spawn.h>

/* The path goes where other records have an address. */
static void executes(const char *path)
{
    if (ring != NULL && path != NULL) {
        struct call call = { NAME("exec"), -1, NO_SOCKET, 0, now_ns() };
        int error = errno;

        tell(&call, 0, 0, 0, 0, 0, call.began_ns, 0, octets(path, strlen(path)), NOTHING, 0, NOTHING);
        errno = error;
    }
}

REAL(int, execve, const char *path, char *const words[], char *const environment[])
{
    executes(path);
    return own_execve()(path, words, environment);
}

REAL(int, execv, const char *path, char *const words[])
{
    executes(path);
    return own_execv()(path, words);
}

REAL(int, execvp, const char *name, char *const words[])
{
    executes(name);
    return own_execvp()(name, words);
}

REAL(int, execvpe, const char *name, char *const words[], char *const environment[])
{
    executes(name);
    return own_execvpe()(name, words, environment);
}

REAL(int, posix_spawn, pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
     const posix_spawnattr_t *attributes, char *const words[], char *const environment[])
{
    executes(path);
    return own_posix_spawn()(pid, path, actions, attributes, words, environment);
}

REAL(int, posix_spawnp, pid_t *pid, const char *name, const posix_spawn_file_actions_t *actions,
     const posix_spawnattr_t *attributes, char *const words[], char *const environment[])
{
    executes(name);
    return own_posix_spawnp()(pid, name, actions, attributes, words, environment);
}

#endif
