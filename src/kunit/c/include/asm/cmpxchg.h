/* One CPU: the tree's own generic exchange and compare-and-exchange, plain C. For arch/x86/include/asm/cmpxchg.h. */
#ifndef PC_KUNIT_ASM_CMPXCHG_H
#define PC_KUNIT_ASM_CMPXCHG_H

#include <asm-generic/cmpxchg.h>

#endif
