/*
 * Exchange and compare-and-exchange, plain C: one CPU runs at a time, and others act only where the hooks let them.
 * For arch/x86/include/asm/cmpxchg.h and cmpxchg_64.h.
 */
#ifndef ASM_X86_CMPXCHG_H
#define ASM_X86_CMPXCHG_H

#include <linux/compiler.h>
#include <pc/pc.h>

#define arch_xchg(ptr, v)                                                                              \
	({                                                                                             \
		volatile typeof(*(ptr)) *pc_at = (ptr);                                                \
		typeof(*(ptr)) pc_new = (typeof(*(ptr)))(v);                                           \
		pc_u64 pc_from = pc_before(PC_HOW_XCHG, pc_at);                                        \
		typeof(*(ptr)) pc_old = *pc_at;                                                        \
		*pc_at = pc_new;                                                                       \
		pc_after(PC_HOW_XCHG, pc_at, pc_from);                                                 \
		pc_old;                                                                                \
	})

#define arch_cmpxchg(ptr, old, new)                                                                    \
	({                                                                                             \
		volatile typeof(*(ptr)) *pc_at = (ptr);                                                \
		typeof(*(ptr)) pc_expected = (typeof(*(ptr)))(old);                                    \
		typeof(*(ptr)) pc_new = (typeof(*(ptr)))(new);                                         \
		pc_u64 pc_from = pc_before(PC_HOW_CMPXCHG, pc_at);                                     \
		typeof(*(ptr)) pc_old = *pc_at;                                                        \
		if (pc_old == pc_expected) {                                                           \
			*pc_at = pc_new;                                                               \
			pc_after(PC_HOW_CMPXCHG, pc_at, pc_from);                                      \
		}                                                                                      \
		pc_old;                                                                                \
	})

#define arch_try_cmpxchg(ptr, pold, new)                                                               \
	({                                                                                             \
		volatile typeof(*(ptr)) *pc_at = (ptr);                                                \
		typeof(*(ptr)) *pc_expected = (typeof(*(ptr)) *)(pold);                                \
		typeof(*(ptr)) pc_new = (typeof(*(ptr)))(new);                                         \
		pc_u64 pc_from = pc_before(PC_HOW_CMPXCHG, pc_at);                                     \
		typeof(*(ptr)) pc_old = *pc_at;                                                        \
		int pc_done = pc_old == *pc_expected;                                                  \
		if (pc_done) {                                                                         \
			*pc_at = pc_new;                                                               \
			pc_after(PC_HOW_CMPXCHG, pc_at, pc_from);                                      \
		} else {                                                                               \
			*pc_expected = pc_old;                                                         \
		}                                                                                      \
		(_Bool)pc_done;                                                                        \
	})

#define arch_cmpxchg_local arch_cmpxchg
#define arch_try_cmpxchg_local arch_try_cmpxchg
#define arch_cmpxchg64 arch_cmpxchg
#define arch_cmpxchg64_local arch_cmpxchg
#define arch_try_cmpxchg64 arch_try_cmpxchg
#define arch_try_cmpxchg64_local arch_try_cmpxchg
#define arch_sync_cmpxchg arch_cmpxchg
#define arch_sync_try_cmpxchg arch_try_cmpxchg

#define system_has_cmpxchg64() 1

#define xadd(ptr, inc)                                                                                 \
	({                                                                                             \
		volatile typeof(*(ptr)) *pc_at = (ptr);                                                \
		typeof(*(ptr)) pc_old = *pc_at;                                                        \
		*pc_at = pc_old + (inc);                                                               \
		pc_old;                                                                                \
	})

#endif
