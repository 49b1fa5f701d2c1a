/* Division in C, by the tree's own generic header and lib/math/div64.c. For arch/x86/include/asm/div64.h. */
#ifndef PC_KUNIT_ASM_DIV64_H
#define PC_KUNIT_ASM_DIV64_H

#include <asm-generic/div64.h>

#endif
