/* The rest of the kernel, as far as library code touches it: one task that nothing interrupts, and numbers from a seed. */
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>

static struct task_struct pc_task;
struct task_struct *const pc_current = &pc_task;
int pc_preempt_count;

/* asm-generic/irqflags.h */
static unsigned long pc_interrupts;
unsigned long arch_local_save_flags(void) { return pc_interrupts; }
void arch_local_irq_restore(unsigned long flags) { pc_interrupts = flags; }

int wake_up_process(struct task_struct *task) { return 1; }
void schedule(void) { __builtin_pc_trap(PC_TRAP_SLEEP); }
int __cond_resched(void) { return 0; }

void panic(const char *format, ...) { __builtin_pc_trap(PC_TRAP_PANIC); }
void dump_stack(void) { }

/* Numbers of a fixed seed: the same run every time. */
static u64 pc_random = 0x9e3779b97f4a7c15ULL;

static u64 pc_draw(void)
{
	pc_random ^= pc_random << 13;
	pc_random ^= pc_random >> 7;
	pc_random ^= pc_random << 17;
	return pc_random * 0x2545f4914f6cdd1dULL;
}

u8 get_random_u8(void) { return pc_draw() >> 32; }
u16 get_random_u16(void) { return pc_draw() >> 32; }
u32 get_random_u32(void) { return pc_draw() >> 32; }
u64 get_random_u64(void) { return pc_draw(); }
u32 __get_random_u32_below(u32 limit) { return ((u64)get_random_u32() * limit) >> 32; }

void get_random_bytes(void *to, size_t size)
{
	u8 *bytes = to;

	while (size--)
		*bytes++ = get_random_u8();
}

/* Time passes when somebody looks at it, and never otherwise. */
static unsigned long long pc_now;

unsigned long long pc_cycles(void) { return pc_now += 1000; }

void ktime_get_ts64(struct timespec64 *ts)
{
	pc_now += 1000;
	ts->tv_sec = pc_now / 1000000000;
	ts->tv_nsec = pc_now % 1000000000;
}

/* Of the kernel's own timekeeping only this much is asked for: nanoseconds below a second, whatever their sign was. */
void set_normalized_timespec64(struct timespec64 *ts, time64_t sec, s64 nsec)
{
	s64 seconds = nsec / NSEC_PER_SEC;
	s64 left = nsec % NSEC_PER_SEC;

	if (left < 0) {
		left += NSEC_PER_SEC;
		seconds--;
	}
	ts->tv_sec = sec + seconds;
	ts->tv_nsec = left;
}
