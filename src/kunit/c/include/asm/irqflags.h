/* The tree's own generic interrupt flags, on the model of them. For arch/x86/include/asm/irqflags.h. */
#ifndef PC_KUNIT_ASM_IRQFLAGS_H
#define PC_KUNIT_ASM_IRQFLAGS_H

#include <asm-generic/irqflags.h>

#endif
