/* Lets the so-manieth call fail that writes to a file, reads one at a place, or changes a folder.
 *
 * Loaded before the C library (LD_PRELOAD): SQLite and Python both call through it. Calls on what is
 * no regular file, such as standard output, are left alone. `fault_arm(0, 0)` lets all pass again. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long fails_at, calls;
static int wrong;

void fault_arm(long at, int number) { fails_at = at; wrong = number; calls = 0; }
long fault_calls(void) { return calls; }

static int due(void) {
    if (fails_at == 0) return 0;
    if (++calls != fails_at) return 0;
    errno = wrong;
    return 1;
}

static int due_on(int file) {
    struct stat status;
    int before = errno, regular;
    if (fails_at == 0) return 0;
    regular = fstat(file, &status) == 0 && !S_ISCHR(status.st_mode) && !S_ISFIFO(status.st_mode);
    errno = before;
    return regular && due();
}

#define NEXT(name) __typeof__(name) *next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define ON_FILE(type, name, parameters, file, arguments) \
    type name parameters { NEXT(name); return due_on(file) ? -1 : next arguments; }
#define ON_NAME(name, parameters, arguments) \
    int name parameters { NEXT(name); return due() ? -1 : next arguments; }

ON_FILE(ssize_t, write, (int f, const void *b, size_t n), f, (f, b, n))
ON_FILE(ssize_t, pwrite, (int f, const void *b, size_t n, off_t o), f, (f, b, n, o))
ON_FILE(ssize_t, pwrite64, (int f, const void *b, size_t n, off64_t o), f, (f, b, n, o))
ON_FILE(ssize_t, pread, (int f, void *b, size_t n, off_t o), f, (f, b, n, o))
ON_FILE(ssize_t, pread64, (int f, void *b, size_t n, off64_t o), f, (f, b, n, o))
ON_FILE(int, fsync, (int f), f, (f))
ON_FILE(int, fdatasync, (int f), f, (f))
ON_FILE(int, ftruncate, (int f, off_t n), f, (f, n))
ON_FILE(int, ftruncate64, (int f, off64_t n), f, (f, n))
ON_FILE(int, fchmod, (int f, mode_t m), f, (f, m))
ON_NAME(rename, (const char *a, const char *b), (a, b))
ON_NAME(link, (const char *a, const char *b), (a, b))
ON_NAME(mkdir, (const char *a, mode_t m), (a, m))
ON_NAME(chmod, (const char *a, mode_t m), (a, m))
