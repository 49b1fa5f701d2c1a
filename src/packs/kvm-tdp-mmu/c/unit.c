/*
 * The translation unit that holds the TDP MMU and the harness: the tree's text first, untouched; then models and harness,
 * which reach its static functions and its types by name.
 */
#include "arch/x86/kvm/mmu/tdp_mmu.c"

#include <linux/rbtree.h>
#include <linux/static_call.h>
#include <asm/e820/api.h>
#include <asm/memtype.h>
#include <asm/vmx.h>

#include "pc/harness/features.h"
#include "pc/harness/log.c"
#include "pc/harness/memory.c"
#include "pc/harness/schedule.c"
#include "pc/harness/access.c"
#include "pc/harness/locks.c"
#include "pc/harness/rcu.c"
#include "pc/harness/kvm.c"
#include "pc/harness/configure.c"
#include "pc/harness/build.c"
#include "pc/harness/dump.c"
#include "pc/harness/rely.c"
#include "pc/harness/entries.c"
#include "pc/harness/tasks.c"
#include "pc/harness/threads.c"
#include "pc/harness/run.c"
