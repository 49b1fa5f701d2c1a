/* Nothing preempts: a count that nobody reads. For arch/x86/include/asm/preempt.h. */
#ifndef PC_KUNIT_ASM_PREEMPT_H
#define PC_KUNIT_ASM_PREEMPT_H

#define PREEMPT_ENABLED 0

extern int pc_preempt_count;

#define preempt_count() (pc_preempt_count)
#define preempt_count_set(pc) (pc_preempt_count = (pc))
#define init_task_preempt_count(p) do { } while (0)
#define init_idle_preempt_count(p, cpu) do { } while (0)
#define set_preempt_need_resched() do { } while (0)
#define clear_preempt_need_resched() do { } while (0)
#define test_preempt_need_resched() false
#define __preempt_count_add(val) ((void)(pc_preempt_count += (val)))
#define __preempt_count_sub(val) ((void)(pc_preempt_count -= (val)))
#define __preempt_count_dec_and_test() (--pc_preempt_count, false)
#define should_resched(offset) false

#endif
