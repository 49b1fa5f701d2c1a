/* READ_ONCE and WRITE_ONCE as plain volatile accesses that report page-table entries. For include/asm-generic/rwonce.h. */
#ifndef __ASM_GENERIC_RWONCE_H
#define __ASM_GENERIC_RWONCE_H

#ifndef __ASSEMBLY__

/* The configuration as the models need it, where the command line brought the tree's own. */
#include <linux/kconfig.h>
#include <linux/compiler_types.h>
#include <pc/pc.h>

#define compiletime_assert_rwonce_type(t)                                                              \
	compiletime_assert(__native_word(t) || sizeof(t) == sizeof(long long),                         \
			   "Unsupported access size for {READ,WRITE}_ONCE().")

#define __READ_ONCE(x) (*(const volatile __unqual_scalar_typeof(x) *)&(x))

#define READ_ONCE(x)                                                                                   \
	({                                                                                             \
		const volatile __unqual_scalar_typeof(x) *pc_at =                                      \
			(const volatile __unqual_scalar_typeof(x) *)&(x);                              \
		compiletime_assert_rwonce_type(x);                                                     \
		pc_read(pc_at);                                                                        \
		*pc_at;                                                                                \
	})

#define __WRITE_ONCE(x, val)                                                                           \
	do {                                                                                           \
		volatile typeof(x) *pc_at = (volatile typeof(x) *)&(x);                                \
		typeof(x) pc_value = (val);                                                            \
		pc_u64 pc_from = pc_before(PC_HOW_WRITE, pc_at);                                       \
		*pc_at = pc_value;                                                                     \
		pc_after(PC_HOW_WRITE, pc_at, pc_from);                                                \
	} while (0)

#define WRITE_ONCE(x, val)                                                                             \
	do {                                                                                           \
		compiletime_assert_rwonce_type(x);                                                     \
		__WRITE_ONCE(x, val);                                                                  \
	} while (0)

#define READ_ONCE_NOCHECK(x) READ_ONCE(x)

static inline unsigned long read_word_at_a_time(const void *addr)
{
	return *(const unsigned long *)addr;
}

#endif /* __ASSEMBLY__ */
#endif
