/* One CPU: the tree's own generic per-CPU variables. For arch/x86/include/asm/percpu.h. */
#ifndef PC_KUNIT_ASM_PERCPU_H
#define PC_KUNIT_ASM_PERCPU_H

#include <asm-generic/percpu.h>

#endif
