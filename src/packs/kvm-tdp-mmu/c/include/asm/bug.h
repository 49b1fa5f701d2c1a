/*
 * WARN and BUG report to the models, each time: a ONCE must not hide the next one. The tree's generic header stays for all
 * that it declares besides. For arch/x86/include/asm/bug.h.
 */
#ifndef _ASM_X86_BUG_H
#define _ASM_X86_BUG_H

#include <linux/compiler.h>
#include <pc/pc.h>
#include <asm-generic/bug.h>

#undef BUG
#undef BUG_ON
#undef WARN_ON
#undef WARN
#undef WARN_TAINT
#undef WARN_ON_ONCE
#undef WARN_ONCE
#undef WARN_TAINT_ONCE

#define BUG() pc_bug("BUG()", __func__)

#define BUG_ON(condition)                                                                              \
	do {                                                                                           \
		if (condition)                                                                         \
			pc_bug(#condition, __func__);                                                  \
	} while (0)

#define PC_WARN(text, condition)                                                                       \
	({                                                                                             \
		int pc_warned = !!(condition);                                                         \
		if (pc_warned)                                                                         \
			pc_warn(text, __func__);                                                       \
		pc_warned;                                                                             \
	})

#define WARN_ON(condition) PC_WARN(#condition, condition)
#define WARN_ON_ONCE(condition) PC_WARN(#condition, condition)
#define WARN(condition, format...) PC_WARN(#condition, condition)
#define WARN_ONCE(condition, format...) PC_WARN(#condition, condition)
#define WARN_TAINT(condition, taint, format...) PC_WARN(#condition, condition)
#define WARN_TAINT_ONCE(condition, taint, format...) PC_WARN(#condition, condition)

#endif
