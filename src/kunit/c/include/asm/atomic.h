/*
 * One CPU, on which nothing interrupts: the tree's own generic atomics of 32 bits, and plain C for those of 64, whose generic header is
 * one for machines of 32 bits. For arch/x86/include/asm/atomic.h.
 */
#ifndef PC_KUNIT_ASM_ATOMIC_H
#define PC_KUNIT_ASM_ATOMIC_H

#include <asm/cmpxchg.h>
#include <asm-generic/atomic.h>

static inline s64 arch_atomic64_read(const atomic64_t *v) { return READ_ONCE(v->counter); }
static inline void arch_atomic64_set(atomic64_t *v, s64 to) { WRITE_ONCE(v->counter, to); }

static inline s64 arch_atomic64_xchg(atomic64_t *v, s64 to)
{
	s64 before = v->counter;

	v->counter = to;
	return before;
}

static inline s64 arch_atomic64_cmpxchg(atomic64_t *v, s64 expected, s64 to)
{
	s64 before = v->counter;

	if (before == expected)
		v->counter = to;
	return before;
}

/* Unsigned, so that the sum wraps. */
#define PC_ATOMIC64(name, operator)						\
static inline s64 arch_atomic64_fetch_##name(s64 by, atomic64_t *v)		\
{										\
	s64 before = v->counter;						\
										\
	v->counter = (s64)((u64)before operator (u64)by);			\
	return before;								\
}										\
static inline void arch_atomic64_##name(s64 by, atomic64_t *v)			\
{										\
	arch_atomic64_fetch_##name(by, v);					\
}
PC_ATOMIC64(add, +)
PC_ATOMIC64(sub, -)
PC_ATOMIC64(and, &)
PC_ATOMIC64(or, |)
PC_ATOMIC64(xor, ^)
#undef PC_ATOMIC64

static inline s64 arch_atomic64_add_return(s64 by, atomic64_t *v)
{
	arch_atomic64_add(by, v);
	return v->counter;
}

static inline s64 arch_atomic64_sub_return(s64 by, atomic64_t *v)
{
	arch_atomic64_sub(by, v);
	return v->counter;
}

/* Who has one says so, and linux/atomic/atomic-arch-fallback.h makes the others of them. */
#define arch_atomic64_xchg arch_atomic64_xchg
#define arch_atomic64_cmpxchg arch_atomic64_cmpxchg
#define arch_atomic64_fetch_add arch_atomic64_fetch_add
#define arch_atomic64_fetch_sub arch_atomic64_fetch_sub
#define arch_atomic64_fetch_and arch_atomic64_fetch_and
#define arch_atomic64_fetch_or arch_atomic64_fetch_or
#define arch_atomic64_fetch_xor arch_atomic64_fetch_xor
#define arch_atomic64_add_return arch_atomic64_add_return
#define arch_atomic64_sub_return arch_atomic64_sub_return

#endif
