/*
 * atomic_t and atomic64_t, plain C; read-modify-writes of page-table entries through atomic64_t are reported, and so are
 * changes of the counters that the models watch. For arch/x86/include/asm/atomic.h and atomic64_64.h.
 */
#ifndef _ASM_X86_ATOMIC_H
#define _ASM_X86_ATOMIC_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <asm/cmpxchg.h>
#include <asm/barrier.h>

#ifndef ATOMIC64_INIT
#define ATOMIC64_INIT(i) { (i) }
#endif

static __always_inline int arch_atomic_read(const atomic_t *v)
{
	pc_atomic_read(v);
	return __READ_ONCE((v)->counter);
}
#define arch_atomic_read arch_atomic_read

static __always_inline void arch_atomic_set(atomic_t *v, int i)
{
	__WRITE_ONCE(v->counter, i);
}
#define arch_atomic_set arch_atomic_set

static __always_inline int arch_atomic_fetch_add(int i, atomic_t *v)
{
	int old;

	pc_atomic(v);
	old = v->counter;
	v->counter = (int)((unsigned int)old + (unsigned int)i);
	return old;
}
#define arch_atomic_fetch_add arch_atomic_fetch_add

static __always_inline void arch_atomic_add(int i, atomic_t *v)
{
	arch_atomic_fetch_add(i, v);
}
#define arch_atomic_add arch_atomic_add

static __always_inline int arch_atomic_add_return(int i, atomic_t *v)
{
	return (int)((unsigned int)arch_atomic_fetch_add(i, v) + (unsigned int)i);
}
#define arch_atomic_add_return arch_atomic_add_return

static __always_inline int arch_atomic_fetch_sub(int i, atomic_t *v)
{
	int old;

	pc_atomic(v);
	old = v->counter;
	v->counter = (int)((unsigned int)old - (unsigned int)i);
	return old;
}
#define arch_atomic_fetch_sub arch_atomic_fetch_sub

static __always_inline void arch_atomic_sub(int i, atomic_t *v)
{
	arch_atomic_fetch_sub(i, v);
}
#define arch_atomic_sub arch_atomic_sub

static __always_inline int arch_atomic_sub_return(int i, atomic_t *v)
{
	return (int)((unsigned int)arch_atomic_fetch_sub(i, v) - (unsigned int)i);
}
#define arch_atomic_sub_return arch_atomic_sub_return

static __always_inline int arch_atomic_fetch_and(int i, atomic_t *v)
{
	int old;

	pc_atomic(v);
	old = v->counter;
	v->counter = old & i;
	return old;
}
#define arch_atomic_fetch_and arch_atomic_fetch_and

static __always_inline void arch_atomic_and(int i, atomic_t *v)
{
	arch_atomic_fetch_and(i, v);
}
#define arch_atomic_and arch_atomic_and

static __always_inline int arch_atomic_fetch_or(int i, atomic_t *v)
{
	int old;

	pc_atomic(v);
	old = v->counter;
	v->counter = old | i;
	return old;
}
#define arch_atomic_fetch_or arch_atomic_fetch_or

static __always_inline void arch_atomic_or(int i, atomic_t *v)
{
	arch_atomic_fetch_or(i, v);
}
#define arch_atomic_or arch_atomic_or

static __always_inline int arch_atomic_fetch_xor(int i, atomic_t *v)
{
	int old;

	pc_atomic(v);
	old = v->counter;
	v->counter = old ^ i;
	return old;
}
#define arch_atomic_fetch_xor arch_atomic_fetch_xor

static __always_inline void arch_atomic_xor(int i, atomic_t *v)
{
	arch_atomic_fetch_xor(i, v);
}
#define arch_atomic_xor arch_atomic_xor

static __always_inline void arch_atomic_inc(atomic_t *v)
{
	arch_atomic_fetch_add(1, v);
}
#define arch_atomic_inc arch_atomic_inc

static __always_inline void arch_atomic_dec(atomic_t *v)
{
	arch_atomic_fetch_sub(1, v);
}
#define arch_atomic_dec arch_atomic_dec

static __always_inline int arch_atomic_xchg(atomic_t *v, int new)
{
	return arch_xchg(&v->counter, new);
}
#define arch_atomic_xchg arch_atomic_xchg

static __always_inline int arch_atomic_cmpxchg(atomic_t *v, int old, int new)
{
	return arch_cmpxchg(&v->counter, old, new);
}
#define arch_atomic_cmpxchg arch_atomic_cmpxchg

static __always_inline bool arch_atomic_try_cmpxchg(atomic_t *v, int *old, int new)
{
	return arch_try_cmpxchg(&v->counter, old, new);
}
#define arch_atomic_try_cmpxchg arch_atomic_try_cmpxchg

static __always_inline s64 arch_atomic64_read(const atomic64_t *v)
{
	return __READ_ONCE((v)->counter);
}
#define arch_atomic64_read arch_atomic64_read

static __always_inline void arch_atomic64_set(atomic64_t *v, s64 i)
{
	WRITE_ONCE(v->counter, i);
}
#define arch_atomic64_set arch_atomic64_set

static __always_inline s64 arch_atomic64_fetch_add(s64 i, atomic64_t *v)
{
	s64 old;
	pc_u64 from = pc_before_sum(PC_HOW_AND, v);

	old = v->counter;
	v->counter = (s64)((u64)old + (u64)i);
	pc_after(PC_HOW_AND, v, from);
	pc_counted(v, v->counter - old);
	return old;
}
#define arch_atomic64_fetch_add arch_atomic64_fetch_add

static __always_inline void arch_atomic64_add(s64 i, atomic64_t *v)
{
	arch_atomic64_fetch_add(i, v);
}
#define arch_atomic64_add arch_atomic64_add

static __always_inline s64 arch_atomic64_add_return(s64 i, atomic64_t *v)
{
	return (s64)((u64)arch_atomic64_fetch_add(i, v) + (u64)i);
}
#define arch_atomic64_add_return arch_atomic64_add_return

static __always_inline s64 arch_atomic64_fetch_sub(s64 i, atomic64_t *v)
{
	s64 old;
	pc_u64 from = pc_before_sum(PC_HOW_AND, v);

	old = v->counter;
	v->counter = (s64)((u64)old - (u64)i);
	pc_after(PC_HOW_AND, v, from);
	pc_counted(v, v->counter - old);
	return old;
}
#define arch_atomic64_fetch_sub arch_atomic64_fetch_sub

static __always_inline void arch_atomic64_sub(s64 i, atomic64_t *v)
{
	arch_atomic64_fetch_sub(i, v);
}
#define arch_atomic64_sub arch_atomic64_sub

static __always_inline s64 arch_atomic64_sub_return(s64 i, atomic64_t *v)
{
	return (s64)((u64)arch_atomic64_fetch_sub(i, v) - (u64)i);
}
#define arch_atomic64_sub_return arch_atomic64_sub_return

static __always_inline s64 arch_atomic64_fetch_and(s64 i, atomic64_t *v)
{
	s64 old;
	pc_u64 from = pc_before(PC_HOW_AND, v);

	old = v->counter;
	v->counter = old & i;
	pc_after(PC_HOW_AND, v, from);
	pc_counted(v, v->counter - old);
	return old;
}
#define arch_atomic64_fetch_and arch_atomic64_fetch_and

static __always_inline void arch_atomic64_and(s64 i, atomic64_t *v)
{
	arch_atomic64_fetch_and(i, v);
}
#define arch_atomic64_and arch_atomic64_and

static __always_inline s64 arch_atomic64_fetch_or(s64 i, atomic64_t *v)
{
	s64 old;
	pc_u64 from = pc_before(PC_HOW_AND, v);

	old = v->counter;
	v->counter = old | i;
	pc_after(PC_HOW_AND, v, from);
	pc_counted(v, v->counter - old);
	return old;
}
#define arch_atomic64_fetch_or arch_atomic64_fetch_or

static __always_inline void arch_atomic64_or(s64 i, atomic64_t *v)
{
	arch_atomic64_fetch_or(i, v);
}
#define arch_atomic64_or arch_atomic64_or

static __always_inline s64 arch_atomic64_fetch_xor(s64 i, atomic64_t *v)
{
	s64 old;
	pc_u64 from = pc_before(PC_HOW_AND, v);

	old = v->counter;
	v->counter = old ^ i;
	pc_after(PC_HOW_AND, v, from);
	pc_counted(v, v->counter - old);
	return old;
}
#define arch_atomic64_fetch_xor arch_atomic64_fetch_xor

static __always_inline void arch_atomic64_xor(s64 i, atomic64_t *v)
{
	arch_atomic64_fetch_xor(i, v);
}
#define arch_atomic64_xor arch_atomic64_xor

static __always_inline void arch_atomic64_inc(atomic64_t *v)
{
	arch_atomic64_fetch_add(1, v);
}
#define arch_atomic64_inc arch_atomic64_inc

static __always_inline void arch_atomic64_dec(atomic64_t *v)
{
	arch_atomic64_fetch_sub(1, v);
}
#define arch_atomic64_dec arch_atomic64_dec

static __always_inline s64 arch_atomic64_xchg(atomic64_t *v, s64 new)
{
	return arch_xchg(&v->counter, new);
}
#define arch_atomic64_xchg arch_atomic64_xchg

static __always_inline s64 arch_atomic64_cmpxchg(atomic64_t *v, s64 old, s64 new)
{
	return arch_cmpxchg(&v->counter, old, new);
}
#define arch_atomic64_cmpxchg arch_atomic64_cmpxchg

static __always_inline bool arch_atomic64_try_cmpxchg(atomic64_t *v, s64 *old, s64 new)
{
	return arch_try_cmpxchg(&v->counter, old, new);
}
#define arch_atomic64_try_cmpxchg arch_atomic64_try_cmpxchg

#endif
