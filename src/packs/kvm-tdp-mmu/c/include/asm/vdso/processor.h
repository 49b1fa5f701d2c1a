/* cpu_relax() tells the models that the code spins. For arch/x86/include/asm/vdso/processor.h. */
#ifndef __ASM_VDSO_PROCESSOR_H
#define __ASM_VDSO_PROCESSOR_H

#ifndef __ASSEMBLY__

#include <pc/pc.h>

static inline void rep_nop(void)
{
	pc_cpu_relax();
}

static inline void cpu_relax(void)
{
	pc_cpu_relax();
}

struct getcpu_cache;
long __vdso_getcpu(unsigned *cpu, unsigned *node, struct getcpu_cache *unused);

#endif
#endif
