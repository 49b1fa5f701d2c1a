/* No string function in assembly: those of lib/string.c are run. For arch/x86/include/asm/string.h. */
#ifndef PC_KUNIT_ASM_STRING_H
#define PC_KUNIT_ASM_STRING_H
#endif
