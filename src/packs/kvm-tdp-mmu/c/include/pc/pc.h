/*
 * The listed interface between the C side (models, harness, overriding headers) and whoever runs it: the WebAssembly
 * engine, or the native twin under gcc. Nothing else crosses.
 *
 *   pc_in[]             one scenario with its schedule and options, as words (include/pc/words.h, encoding.ts)
 *   pc_run()            builds it, makes the calls, writes pc_out[]; starts from scratch, whatever ran before
 *   pc_out[]            header, costs, events, final state, texts (include/pc/words.h, decoding.ts); valid at any time,
 *                       also when the run was stopped; what did not fit is counted, never dropped silently
 *   pc_dump()           after a run that was stopped (trap): writes the final state as it then is
 *   pc_beside()         the call of the thread beside (pc_run() makes that of the first); only runners that can leave a call and
 *                       come back to it have scenarios with such a thread
 *   pc_give_way()       the runner leaves the thread that calls it, and goes on with thread pc_next_thread
 *   pc_loops            the runner increments it at the start of each body written under a walker's for-each macro
 *   pc_enter, pc_leave  the runner calls them around the functions that scopes.ts lists
 *   __pc_heap[], __pc_heap_end[]   memory for page tables and objects, supplied by the runner
 *   __builtin_pc_trap(code)        ends the run (PC_TRAP_ codes)
 *   __builtin_pc_allocate(p, n)    the n bytes at p become an object without a value; the result leads to it, and to no other
 *   __builtin_pc_free(p)           the object that begins at p is no more
 *   __builtin_pc_observe(x)        all of x has to have a value
 *
 * Observation lives in pc_out, pc_loops and pc_count: a comparison of machine states leaves these three out.
 *
 * This header is included from within the lowest headers of the kernel: it may use nothing but the language.
 */
#ifndef PC_PC_H
#define PC_PC_H

#ifndef __ASSEMBLY__

typedef unsigned long long pc_u64;

#define PC_IN_WORDS 65536
#define PC_OUT_WORDS 262144

extern pc_u64 pc_in[PC_IN_WORDS];
extern pc_u64 pc_out[PC_OUT_WORDS];
extern pc_u64 pc_loops;
extern char __pc_heap[], __pc_heap_end[];

void pc_run(void);
void pc_dump(void);
void pc_beside(void);
void pc_give_way(void);
extern int pc_next_thread;
void pc_enter(int scope);
void pc_leave(int scope);

#define PC_TRAP_BUG 1 /* BUG(); the event before it says where */
#define PC_TRAP_DEADLOCK 2 /* waits for what no other task will do */
#define PC_TRAP_UNBUILDABLE 3 /* pc_in is no scenario that this configuration can have */
#define PC_TRAP_MEMORY 4 /* the heap is used up */
#define PC_TRAP_YIELDS 5 /* more yields than PC_MAX_YIELDS: out of fuel, in the models */
#define PC_TRAP_PANIC 6
#define PC_TRAP_INFEASIBLE 7 /* a task would have to wait in the middle of what the schedule has it do at once */

#ifdef PC_NATIVE
void pc_native_trap(int code) __attribute__((noreturn));
#define pc_trap(code) pc_native_trap(code)
#define pc_new(p, size) ((void)(size), (void *)(p))
#define pc_end(p) ((void)(p))
#define pc_observe(x) ((void)(x))
#else
#define pc_trap(code) __builtin_pc_trap(code)
#define pc_new(p, size) __builtin_pc_allocate(p, size)
#define pc_end(p) __builtin_pc_free(p)
#define pc_observe(x) __builtin_pc_observe(x)
#endif

/* ---- accesses to page tables: hooks of the overriding headers, defined in access.c ---- */

#define PC_HOW_WRITE 0
#define PC_HOW_XCHG 1
#define PC_HOW_CMPXCHG 2
#define PC_HOW_AND 3 /* any atomic read-modify-write that is neither of the two */

/* All page tables lie in one range, in order of allocation. */
extern unsigned long pc_tables_base, pc_tables_bytes;

void pc_spte_read(const volatile void *p);
pc_u64 pc_spte_before(int how, const volatile void *p);
void pc_spte_after(int how, const volatile void *p, pc_u64 from);

/* Macros, not functions: they stand in every access that the walkers make. */
#define pc_is_spte(p) ((unsigned long)(p) - pc_tables_base < pc_tables_bytes)

#define pc_read(p)                                                                                     \
	do {                                                                                           \
		if (pc_is_spte(p))                                                                     \
			pc_spte_read(p);                                                               \
	} while (0)

/* Two threads run at once (harness/threads.c): what they share is a point at which one may be left for the other. */
extern int pc_threads_run;
void pc_atomic_point(const volatile void *p);
void pc_atomic_read_point(const volatile void *p);

#define pc_atomic(p) (pc_threads_run ? pc_atomic_point(p) : (void)0)
#define pc_atomic_read(p) (pc_threads_run ? pc_atomic_read_point(p) : (void)0)

/* What the SPTE held right before the access; 0 for all other memory. Sums commute: nobody sees in which order they were made. */
#define pc_before(how, p) (pc_is_spte(p) ? pc_spte_before(how, p) : (pc_atomic(p), 0))
#define pc_before_sum(how, p) (pc_is_spte(p) ? pc_spte_before(how, p) : 0)

#define pc_after(how, p, from)                                                                         \
	do {                                                                                           \
		if (pc_is_spte(p))                                                                     \
			pc_spte_after(how, p, from);                                                   \
	} while (0)

/* An atomic64_t that was changed by `delta`: events for the counters that are watched (page statistics). */
extern unsigned long pc_watched_base, pc_watched_bytes;
void pc_watched(const volatile void *p, long long delta);

#define pc_counted(p, delta)                                                                           \
	do {                                                                                           \
		if ((unsigned long)(p) - pc_watched_base < pc_watched_bytes)                           \
			pc_watched(p, delta);                                                          \
	} while (0)

/* ---- rules, diagnostics, polls ---- */

void pc_warn(const char *condition, const char *function);
void pc_bug(const char *condition, const char *function) __attribute__((noreturn));
void pc_rule(const char *rule, const char *function);

#define PC_HELD_READ 1
#define PC_HELD_WRITE 2
/* Is the lock held in one of the modes (a mask of PC_HELD_)? */
int pc_lock_held(const volatile void *lock, int modes);

extern int pc_rcu_depth;
void pc_rcu_read_lock(void);
void pc_rcu_read_unlock(void);
#define pc_rcu_read_lock_held() (pc_rcu_depth > 0)

/* Counts of the current call. */
extern struct pc_count {
	pc_u64 reads, removed_reads, polls, points, last_point, longest, entries, loops_before;
} pc_count;

/* Something may answer a poll with yes: rules of the schedule, or a thread that waits for the lock. Mostly nothing does. */
extern unsigned long pc_polls_matter;
int pc_poll(void);
/* Lock contention and the scheduler ask as one: a poll that says yes says it to both questions. */
#define pc_need_resched() (pc_count.polls++, pc_polls_matter && pc_poll())
#define pc_needbreak(lock) ((void)(lock), pc_polls_matter && pc_poll())
void pc_cpu_relax(void);

#endif /* __ASSEMBLY__ */
#endif
