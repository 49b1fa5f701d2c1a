/*
 * WARN is reported with its place and text, each time: a ONCE must not hide the next one. BUG ends the case.
 * The tree's generic header stays for all that it declares besides. For arch/x86/include/asm/bug.h.
 */
#ifndef PC_KUNIT_ASM_BUG_H
#define PC_KUNIT_ASM_BUG_H

#include <linux/compiler.h>
#include <asm-generic/bug.h>
#include <pc/kunit.h>

#undef BUG
#undef BUG_ON
#undef WARN_ON
#undef WARN
#undef WARN_TAINT
#undef WARN_ON_ONCE
#undef WARN_ONCE
#undef WARN_TAINT_ONCE

#define BUG() __builtin_pc_trap(PC_TRAP_BUG)
#define BUG_ON(condition)                                                                              \
	do {                                                                                           \
		if (condition)                                                                         \
			BUG();                                                                         \
	} while (0)

#define PC_WARN(condition, text, format...)                                                            \
	({                                                                                             \
		int pc_warned = !!(condition);                                                         \
		if (pc_warned)                                                                         \
			pc_kunit_warn(__FILE__, __LINE__, text, format);                               \
		pc_warned;                                                                             \
	})

#define WARN_ON(condition) PC_WARN(condition, #condition, 0)
#define WARN_ON_ONCE(condition) PC_WARN(condition, #condition, 0)
#define WARN(condition, format...) PC_WARN(condition, #condition, format)
#define WARN_ONCE(condition, format...) PC_WARN(condition, #condition, format)
#define WARN_TAINT(condition, taint, format...) PC_WARN(condition, #condition, format)
#define WARN_TAINT_ONCE(condition, taint, format...) PC_WARN(condition, #condition, format)

#endif
