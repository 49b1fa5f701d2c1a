/* Feature bits are looked up in boot_cpu_data, which the models set, and not patched into the code. */
#ifndef PC_ASM_CPUFEATURE_H
#define PC_ASM_CPUFEATURE_H

#include "./arch/x86/include/asm/cpufeature.h"

#undef static_cpu_has
#define static_cpu_has(bit) boot_cpu_has(bit)

#endif
