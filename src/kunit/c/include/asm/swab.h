/* No byte swap in assembly: that of the generic header is used. For arch/x86/include/uapi/asm/swab.h. */
#ifndef PC_KUNIT_ASM_SWAB_H
#define PC_KUNIT_ASM_SWAB_H
#endif
