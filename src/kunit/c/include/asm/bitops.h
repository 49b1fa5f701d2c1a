/* Bit operations in C: the tree's own generic ones. For arch/x86/include/asm/bitops.h. */
#ifndef PC_KUNIT_ASM_BITOPS_H
#define PC_KUNIT_ASM_BITOPS_H

#include <linux/compiler.h>
#include <asm/barrier.h>
/* Others count on it from here. */
#if __has_include(<asm/asm.h>)
#include <asm/asm.h>
#endif

#define BIT_64(n) (1ULL << (n))

#include <asm-generic/bitops.h>

#endif
