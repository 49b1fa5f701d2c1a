/* What a module starts with is found by name, in the unit that is run as a test. */
#ifndef PC_KUNIT_LINUX_MODULE_H
#define PC_KUNIT_LINUX_MODULE_H

#include "./include/linux/module.h"

#ifdef PC_KUNIT_SUITE
#undef module_init
#define module_init(function) int (*const pc_module_init)(void) = (function);
#undef module_exit
#define module_exit(function) void (*const pc_module_exit)(void) = (function);
#endif

#endif
