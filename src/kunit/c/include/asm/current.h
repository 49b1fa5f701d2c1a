/* One task, which the models define. For arch/x86/include/asm/current.h. */
#ifndef PC_KUNIT_ASM_CURRENT_H
#define PC_KUNIT_ASM_CURRENT_H

struct task_struct;
extern struct task_struct *const pc_current;

#define current pc_current

#endif
