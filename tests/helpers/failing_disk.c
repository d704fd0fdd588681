/* Preloaded into a process: its calls that change what lies under one folder are counted, and one of them fails.

   FAILING_DISK names a file of `struct plan`, shared by a test and its processes. Where the count of the calls
   has come to `at`, `how` tells what happens there. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COUNTED, KILLED, TORN, BROKEN_ONCE, BROKEN, FULL_ONCE, FULL };

struct plan {
    int64_t count, at, how;
    char under[PATH_MAX];
};

static struct plan *plan;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAILING_DISK");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *shared = mmap(NULL, sizeof(struct plan), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (shared != MAP_FAILED) plan = shared;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Whether the folder that is watched holds what a path names; a path that is not whole begins at `at`. */
static int watched(int at, const char *path) {
    char whole[PATH_MAX];
    if (!plan || !plan->under[0] || !path) return 0;
    if (path[0] != '/') {
        char link[64], folder[PATH_MAX];
        snprintf(link, sizeof link, at == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", at);
        ssize_t length = readlink(link, folder, sizeof folder - 1);
        if (length < 0) return 0;
        folder[length] = 0;
        if (snprintf(whole, sizeof whole, "%s/%s", folder, path) >= (int)sizeof whole) return 0;
        path = whole;
    }
    size_t length = strlen(plan->under);
    return !strncmp(path, plan->under, length) && (path[length] == '/' || !path[length]);
}

static int watched_file(int file) {
    char link[64], path[PATH_MAX];
    if (!plan || !plan->under[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return watched(AT_FDCWD, path);
}

/* What is to fail of the call that comes now: 0, an error number, or -1 for half of it and then the end. */
static int failing(int takes_room) {
    int64_t now = __sync_add_and_fetch(&plan->count, 1);
    int here = now == plan->at, since = plan->at && now >= plan->at;
    switch (plan->how) {
    case KILLED: if (here) kill(getpid(), SIGKILL); return 0;
    case TORN: return here ? -1 : 0;
    case BROKEN_ONCE: return here ? EIO : 0;
    case BROKEN: return since ? EIO : 0;
    case FULL_ONCE: return here && takes_room ? ENOSPC : 0;
    case FULL: return since && takes_room ? ENOSPC : 0;
    }
    return 0;
}

static void end(void) { kill(getpid(), SIGKILL); }

#define REFUSE(watching, takes_room)                                                              \
    if (watching) {                                                                               \
        int why = failing(takes_room);                                                            \
        if (why < 0) end();                                                                       \
        if (why) { errno = why; return -1; }                                                      \
    }

#define REFUSE_OR_TEAR(half)                                                                      \
    if (watched_file(file)) {                                                                     \
        int why = failing(1);                                                                     \
        if (why < 0) { half; end(); }                                                             \
        if (why) { errno = why; return -1; }                                                      \
    }

ssize_t write(int file, const void *bytes, size_t length) {
    REFUSE_OR_TEAR(REAL(write)(file, bytes, length / 2))
    return REAL(write)(file, bytes, length);
}

#define PWRITE(name, offset)                                                                      \
    ssize_t name(int file, const void *bytes, size_t length, offset at) {                         \
        REFUSE_OR_TEAR(REAL(name)(file, bytes, length / 2, at))                                   \
        return REAL(name)(file, bytes, length, at);                                               \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t writev(int file, const struct iovec *parts, int many) {
    REFUSE_OR_TEAR(REAL(writev)(file, parts, many / 2))
    return REAL(writev)(file, parts, many);
}

#define PWRITEV(name, offset)                                                                     \
    ssize_t name(int file, const struct iovec *parts, int many, offset at) {                      \
        REFUSE_OR_TEAR(REAL(name)(file, parts, many / 2, at))                                     \
        return REAL(name)(file, parts, many, at);                                                 \
    }
PWRITEV(pwritev, off_t)
PWRITEV(pwritev64, off64_t)

#define SENDFILE(name, offset)                                                                    \
    ssize_t name(int file, int from, offset *at, size_t length) {                                 \
        REFUSE_OR_TEAR(REAL(name)(file, from, at, length / 2))                                    \
        return REAL(name)(file, from, at, length);                                                \
    }
SENDFILE(sendfile, off_t)
SENDFILE(sendfile64, off64_t)

ssize_t copy_file_range(int from, off64_t *there, int file, off64_t *at, size_t length, unsigned flags) {
    REFUSE_OR_TEAR(REAL(copy_file_range)(from, there, file, at, length / 2, flags))
    return REAL(copy_file_range)(from, there, file, at, length, flags);
}

#define ON_FILE(name, takes_room, arguments, passed)                                              \
    int name arguments {                                                                          \
        REFUSE(watched_file(file), takes_room)                                                    \
        return REAL(name) passed;                                                                 \
    }
ON_FILE(fsync, 0, (int file), (file))
ON_FILE(fdatasync, 0, (int file), (file))
ON_FILE(ftruncate, 1, (int file, off_t length), (file, length))
ON_FILE(ftruncate64, 1, (int file, off64_t length), (file, length))
ON_FILE(posix_fallocate, 1, (int file, off_t at, off_t length), (file, at, length))
ON_FILE(posix_fallocate64, 1, (int file, off64_t at, off64_t length), (file, at, length))

#define ON_PATH(name, takes_room, folder, arguments, passed)                                      \
    int name arguments {                                                                          \
        REFUSE(watched(folder, path), takes_room)                                                 \
        return REAL(name) passed;                                                                 \
    }
ON_PATH(unlink, 0, AT_FDCWD, (const char *path), (path))
ON_PATH(unlinkat, 0, at, (int at, const char *path, int flags), (at, path, flags))
ON_PATH(rmdir, 0, AT_FDCWD, (const char *path), (path))
ON_PATH(mkdir, 1, AT_FDCWD, (const char *path, mode_t mode), (path, mode))
ON_PATH(mkdirat, 1, at, (int at, const char *path, mode_t mode), (at, path, mode))

#define ON_TWO(name, one, other, arguments, passed)                                               \
    int name arguments {                                                                          \
        REFUSE(watched(one, path) || watched(other, target), 0)                                   \
        return REAL(name) passed;                                                                 \
    }
ON_TWO(rename, AT_FDCWD, AT_FDCWD, (const char *path, const char *target), (path, target))
ON_TWO(renameat, at, there, (int at, const char *path, int there, const char *target),
       (at, path, there, target))
ON_TWO(renameat2, at, there, (int at, const char *path, int there, const char *target, unsigned flags),
       (at, path, there, target, flags))
ON_TWO(link, AT_FDCWD, AT_FDCWD, (const char *path, const char *target), (path, target))

#define MODE_OF_FLAGS                                                                             \
    mode_t mode = 0;                                                                              \
    if (flags & O_CREAT) {                                                                        \
        va_list more;                                                                             \
        va_start(more, flags);                                                                    \
        mode = va_arg(more, mode_t);                                                              \
        va_end(more);                                                                             \
    }

#define OPEN(name)                                                                                \
    int name(const char *path, int flags, ...) {                                                  \
        MODE_OF_FLAGS                                                                             \
        REFUSE(flags & O_CREAT && watched(AT_FDCWD, path), access(path, F_OK))                    \
        return REAL(name)(path, flags, mode);                                                     \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                              \
    int name(int at, const char *path, int flags, ...) {                                          \
        MODE_OF_FLAGS                                                                             \
        REFUSE(flags & O_CREAT && watched(at, path), faccessat(at, path, F_OK, 0))                \
        return REAL(name)(at, path, flags, mode);                                                 \
    }
OPENAT(openat)
OPENAT(openat64)
