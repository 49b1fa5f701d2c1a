/* One CPU: the tree's own generic atomics; those of 64 bits are lib/atomic64.c. For arch/x86/include/asm/atomic.h. */
#ifndef PC_KUNIT_ASM_ATOMIC_H
#define PC_KUNIT_ASM_ATOMIC_H

#include <asm/cmpxchg.h>
#include <asm-generic/atomic.h>
#include <asm-generic/atomic64.h>

#endif
