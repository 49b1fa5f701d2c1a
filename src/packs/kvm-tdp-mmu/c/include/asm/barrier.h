/* Barriers order nothing that a single running CPU could see. For arch/x86/include/asm/barrier.h. */
#ifndef _ASM_X86_BARRIER_H
#define _ASM_X86_BARRIER_H

#include <linux/compiler.h>

#define __mb() barrier()
#define __rmb() barrier()
#define __wmb() barrier()
#define __dma_rmb() barrier()
#define __dma_wmb() barrier()
#define __smp_mb() barrier()
#define __smp_rmb() barrier()
#define __smp_wmb() barrier()
#define __smp_store_mb(var, value) WRITE_ONCE(var, value)
#define __smp_store_release(p, v) WRITE_ONCE(*(p), v)
#define __smp_load_acquire(p) READ_ONCE(*(p))
#define __smp_mb__before_atomic() barrier()
#define __smp_mb__after_atomic() barrier()
#define smp_mb__after_switch_mm() barrier()
#define barrier_nospec() barrier()

/* Older trees name it as a function, newer as a macro. */
#define array_index_mask_nospec(index, size)                                                           \
	((unsigned long)(index) < (unsigned long)(size) ? ~0UL : 0UL)

#include <asm-generic/barrier.h>

#endif
