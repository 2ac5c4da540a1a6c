/*
 * capture-launcher JAVA [ARGUMENT]...
 *
 * Starts java with CAP_NET_RAW as an ambient capability, so that Packetlab may capture although its user is not root.
 * The java binary itself cannot carry a file capability: it would then run in secure mode, in which the dynamic linker
 * ignores the relative path by which java finds its libraries.
 *
 * scripts/grant-capture installs this once, as root: mode 0750, group packetlab, file capability cap_net_raw=p.
 *
 * What the members of that group are trusted with: java runs whatever class they name, so they hold CAP_NET_RAW for
 * code of their own. They can read every packet on every interface of this machine, and send forged ones. They get no
 * other right: no other capability, and no other program is started by this one than a java that belongs to root and
 * that only root can change.
 *
 * Where the right cannot be given, java is started without it, and the reason is in the environment variable
 * PACKETLAB_CAPTURE_GRANT, which "packetlab doctor" shows; where it was given, the variable is "ok".
 *
 * Exit status: java's; 126 when java cannot be started, 127 when it does not exist, 2 for wrong usage (as env(1)).
 * --check says whether the right can be given, and exits 0 or 1.
 */
#include <errno.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define VERDICT "PACKETLAB_CAPTURE_GRANT"
#define NAME "capture-launcher"

static char reason[PATH_MAX + 128];

/* Notes why the right is not given; always returns 0, for "no". */
static int refuse(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    return 0;
}

/* Whether nobody but root can put something else in this place. */
static int only_root_can_change(const char *path)
{
    struct stat s;

    if (stat(path, &s) != 0)
        return refuse("%s: %s", path, strerror(errno));
    if (s.st_uid != 0)
        return refuse("%s does not belong to root", path);
    if ((s.st_mode & S_IWOTH) != 0 || ((s.st_mode & S_IWGRP) != 0 && s.st_gid != 0))
        return refuse("%s can be changed by others than root", path);
    return 1;
}

/* Whether this resolved path is a java, and it and every directory above it are in root's hand. */
static int is_trusted_java(const char *resolved)
{
    char path[PATH_MAX];
    char *slash;

    if (strlen(resolved) >= sizeof path)
        return refuse("the path of java is too long");
    strcpy(path, resolved);
    slash = strrchr(path, '/');
    if (slash == NULL || strcmp(slash + 1, "java") != 0)
        return refuse("%s is not named java", resolved);
    while (only_root_can_change(path)) {
        slash = strrchr(path, '/');
        if (slash == path)
            return only_root_can_change("/");
        *slash = '\0';
    }
    return 0;
}

/* Makes CAP_NET_RAW, and nothing else, survive the next exec. */
static int raise_net_raw(void)
{
    struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    const unsigned int bit = 1u << CAP_NET_RAW;

    if (syscall(SYS_capget, &header, data) != 0)
        return refuse("capget: %s", strerror(errno));
    if ((data[0].permitted & bit) == 0)
        return refuse("this launcher has lost its file capability (copied, or on a nosuid mount)");
    memset(data, 0, sizeof data);
    data[0].permitted = data[0].effective = data[0].inheritable = bit;
    if (syscall(SYS_capset, &header, data) != 0)
        return refuse("capset: %s", strerror(errno));
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0) != 0)
        return refuse("ambient capabilities: %s", strerror(errno));
    return 1;
}

static int usage(FILE *out, int status)
{
    fputs("usage: " NAME " JAVA [ARGUMENT]...\n"
          "       " NAME " --check\n"
          "Starts java (an absolute path; it must belong to root) with the right to capture packets, CAP_NET_RAW.\n"
          "Whoever may run this can read every packet on every interface of this machine, and send forged ones.\n"
          "Installed by scripts/grant-capture, and removed by scripts/grant-capture --remove.\n", out);
    return status;
}

int main(int argc, char **argv)
{
    char resolved[PATH_MAX];

    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return usage(stdout, 0);
    if (argc == 2 && strcmp(argv[1], "--check") == 0) {
        int granted = raise_net_raw();
        puts(granted ? "ok" : reason);
        return granted ? 0 : 1;
    }
    if (argc < 2 || argv[1][0] != '/')
        return usage(stderr, 2);
    if (realpath(argv[1], resolved) == NULL) {
        fprintf(stderr, NAME ": %s: %s\n", argv[1], strerror(errno));
        return errno == ENOENT ? 127 : 126;
    }
    /* The resolved path is what was checked, so it is what is started: a link could change in between. */
    setenv(VERDICT, is_trusted_java(resolved) && raise_net_raw() ? "ok" : reason, 1);
    execv(resolved, argv + 1);
    fprintf(stderr, NAME ": %s: %s\n", resolved, strerror(errno));
    return errno == ENOENT ? 127 : 126;
}
