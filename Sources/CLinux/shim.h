// What <fcntl.h> declares under _GNU_SOURCE alone, which Swift's view of it is without.
#if defined(__linux__)
#include <sys/types.h>
extern int sync_file_range(int descriptor, off_t offset, off_t count, unsigned int flags);
enum { SS_SYNC_FILE_RANGE_WRITE = 2 };
#endif
