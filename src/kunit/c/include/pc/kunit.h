/*
 * The interface between the models of KUnit and whoever runs them. A run is a sequence of calls of the pc_kunit_ functions of
 * harness.c, each of which may be stopped; what there is to say lies in pc_log[] as entries of PC_LOG_WORDS words.
 */
#ifndef PC_KUNIT_H
#define PC_KUNIT_H

/* Codes of __builtin_pc_trap. */
#define PC_TRAP_ABORT 3000 /* a failed assertion or a skip ends the case */
#define PC_TRAP_BUG 3001
#define PC_TRAP_SLEEP 3002 /* nobody would wake it */
#define PC_TRAP_FREE 3003 /* kfree() of what kmalloc() never gave, or twice */
#define PC_TRAP_PANIC 3004

/* Kinds of entries. Words: kind, line, file, text, left text, right text, left, right, size, message. */
#define PC_LOG_WORDS 10
#define PC_LOG_ENTRIES 1024
#define PC_SAY_UNARY 1
#define PC_SAY_NUMBERS 2
#define PC_SAY_POINTERS 3
#define PC_SAY_STRINGS 4
#define PC_SAY_BYTES 5
#define PC_SAY_FAIL 6
#define PC_SAY_PRINT 7
#define PC_SAY_WARN 8
#define PC_SAY_INFO 9
#define PC_SAY_SKIP 10

__attribute__((format(printf, 4, 5)))
void pc_kunit_warn(const char *file, int line, const char *text, const char *format, ...);

#endif
