/* The preemption count without per-CPU assembly. For arch/x86/include/asm/preempt.h. */
#ifndef __ASM_PREEMPT_H
#define __ASM_PREEMPT_H

#include <linux/compiler.h>

#define PREEMPT_ENABLED 0

extern int pc_preempt_count;

#define preempt_count() (pc_preempt_count)
#define preempt_count_set(pc) (pc_preempt_count = (pc))
#define init_task_preempt_count(p) do { } while (0)
#define init_idle_preempt_count(p, cpu) do { } while (0)

static __always_inline void set_preempt_need_resched(void)
{
}

static __always_inline void clear_preempt_need_resched(void)
{
}

static __always_inline bool test_preempt_need_resched(void)
{
	return false;
}

static __always_inline void __preempt_count_add(int val)
{
	pc_preempt_count += val;
}

static __always_inline void __preempt_count_sub(int val)
{
	pc_preempt_count -= val;
}

static __always_inline bool __preempt_count_dec_and_test(void)
{
	pc_preempt_count--;
	return false;
}

static __always_inline bool should_resched(int preempt_offset)
{
	return false;
}

#define __preempt_schedule() do { } while (0)
#define __preempt_schedule_notrace() do { } while (0)
extern asmlinkage void preempt_schedule(void);
extern asmlinkage void preempt_schedule_notrace(void);

#endif
