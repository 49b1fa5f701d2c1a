/* CPUID is answered by the models. */
#ifndef PC_ASM_PROCESSOR_H
#define PC_ASM_PROCESSOR_H

#include "./arch/x86/include/asm/processor.h"

unsigned int pc_cpuid_eax(unsigned int op);

#undef cpuid_eax
#define cpuid_eax(op) pc_cpuid_eax(op)

#endif
