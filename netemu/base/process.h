/* process.h - a process that goes on when its maker is gone. */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

/* What ps shows instead of the command line that made it. The strings of the command line lie
 * where the title goes: nothing of them may be used after this. */
void process_rename(const char *name, const char *label);

/* Signals as at birth, but for those that a terminal sends. */
void process_reset_signals(void);

/* Closes every descriptor but 0, 1, 2, which lead nowhere from now on, and these, ascending.
 * 0 or -errno. */
int process_close_all_but(const int *fds, unsigned int n);

#endif
