/* Counting bits in C, by lib/hweight.c. For arch/x86/include/asm/arch_hweight.h. */
#ifndef PC_KUNIT_ASM_ARCH_HWEIGHT_H
#define PC_KUNIT_ASM_ARCH_HWEIGHT_H

#include <asm-generic/bitops/arch_hweight.h>

#endif
