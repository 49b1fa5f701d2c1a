/* Bit operations, plain C. For arch/x86/include/asm/bitops.h. */
#ifndef _ASM_X86_BITOPS_H
#define _ASM_X86_BITOPS_H

#include <linux/compiler.h>
#include <asm/barrier.h>
/* Others count on it from here. */
#if __has_include(<asm/asm.h>)
#include <asm/asm.h>
#endif

#define BIT_64(n) (1ULL << (n))

#define PC_BIT(nr) (1UL << ((nr) & 63))
#define PC_WORD(nr, addr) ((addr)[(unsigned long)(nr) >> 6])

static __always_inline void arch_set_bit(unsigned long nr, volatile unsigned long *addr)
{
	PC_WORD(nr, addr) |= PC_BIT(nr);
}

static __always_inline void arch_clear_bit(unsigned long nr, volatile unsigned long *addr)
{
	PC_WORD(nr, addr) &= ~PC_BIT(nr);
}

static __always_inline void arch_change_bit(unsigned long nr, volatile unsigned long *addr)
{
	PC_WORD(nr, addr) ^= PC_BIT(nr);
}

static __always_inline bool arch_test_and_set_bit(unsigned long nr, volatile unsigned long *addr)
{
	bool old = (PC_WORD(nr, addr) & PC_BIT(nr)) != 0;

	PC_WORD(nr, addr) |= PC_BIT(nr);
	return old;
}

static __always_inline bool arch_test_and_clear_bit(unsigned long nr, volatile unsigned long *addr)
{
	bool old = (PC_WORD(nr, addr) & PC_BIT(nr)) != 0;

	PC_WORD(nr, addr) &= ~PC_BIT(nr);
	return old;
}

static __always_inline bool arch_test_and_change_bit(unsigned long nr, volatile unsigned long *addr)
{
	bool old = (PC_WORD(nr, addr) & PC_BIT(nr)) != 0;

	PC_WORD(nr, addr) ^= PC_BIT(nr);
	return old;
}

static __always_inline bool arch_test_bit(unsigned long nr, const volatile unsigned long *addr)
{
	return (PC_WORD(nr, addr) & PC_BIT(nr)) != 0;
}

#define arch_test_bit_acquire arch_test_bit
#define arch___set_bit arch_set_bit
#define arch___clear_bit arch_clear_bit
#define arch___change_bit arch_change_bit
#define arch___test_and_set_bit arch_test_and_set_bit
#define arch___test_and_clear_bit arch_test_and_clear_bit
#define arch___test_and_change_bit arch_test_and_change_bit
#define arch_test_and_set_bit_lock arch_test_and_set_bit
#define arch_clear_bit_unlock arch_clear_bit
#define arch___clear_bit_unlock arch_clear_bit

static __always_inline bool arch_xor_unlock_is_negative_byte(unsigned long mask,
							     volatile unsigned long *addr)
{
	unsigned long old = *addr;

	*addr = old ^ mask;
	return (old & 0x80) != 0;
}
#define arch_xor_unlock_is_negative_byte arch_xor_unlock_is_negative_byte

static __always_inline bool arch_clear_bit_unlock_is_negative_byte(unsigned long nr,
								    volatile unsigned long *addr)
{
	arch_clear_bit(nr, addr);
	return (*addr & 0x80) != 0;
}
#define arch_clear_bit_unlock_is_negative_byte arch_clear_bit_unlock_is_negative_byte

#define __ffs(word) ((unsigned long)__builtin_ctzl(word))
#define ffz(word) ((unsigned long)__builtin_ctzl(~(word)))

static __always_inline unsigned long __fls(unsigned long word)
{
	return 63 - __builtin_clzl(word);
}

#define ffs(x) __builtin_ffs(x)

static __always_inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

static __always_inline int fls64(__u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

#include <asm-generic/bitops/sched.h>
#include <asm-generic/bitops/arch_hweight.h>
#include <asm-generic/bitops/const_hweight.h>
#include <asm-generic/bitops/instrumented-atomic.h>
#include <asm-generic/bitops/instrumented-non-atomic.h>
#include <asm-generic/bitops/instrumented-lock.h>
#include <asm-generic/bitops/le.h>
#include <asm-generic/bitops/ext2-atomic-setbit.h>

#endif
