/* Cycles are counted by the models. For arch/x86/include/asm/tsc.h. */
#ifndef PC_KUNIT_ASM_TSC_H
#define PC_KUNIT_ASM_TSC_H

#include "./arch/x86/include/asm/tsc.h"

unsigned long long pc_cycles(void);

#undef get_cycles
#define get_cycles() pc_cycles()

#endif
