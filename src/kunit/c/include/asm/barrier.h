/* One CPU: the tree's own generic barriers. For arch/x86/include/asm/barrier.h. */
#ifndef PC_KUNIT_ASM_BARRIER_H
#define PC_KUNIT_ASM_BARRIER_H

#include <asm-generic/barrier.h>

#endif
