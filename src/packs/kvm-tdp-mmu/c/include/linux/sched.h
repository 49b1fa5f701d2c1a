/* need_resched() is answered by the schedule. */
#ifndef PC_LINUX_SCHED_H
#define PC_LINUX_SCHED_H

#include "./include/linux/sched.h"
#include <pc/pc.h>

#undef need_resched
#define need_resched() pc_need_resched()

#undef rwlock_needbreak
#undef spin_needbreak
#define rwlock_needbreak(lock) pc_needbreak(lock)
#define spin_needbreak(lock) pc_needbreak(lock)

#endif
