/* Read sections are counted by the RCU model; rcu_dereference() and its kin check them as CONFIG_PROVE_RCU does. */
#ifndef PC_LINUX_RCUPDATE_H
#define PC_LINUX_RCUPDATE_H

#include "./include/linux/rcupdate.h"
#include <linux/lockdep.h>
#include <pc/pc.h>

#undef RCU_LOCKDEP_WARN
#define RCU_LOCKDEP_WARN(c, s)                                                                         \
	do {                                                                                           \
		if (c)                                                                                 \
			pc_rule(s, __func__);                                                          \
	} while (0)

/* The pointer is read plainly: nobody changes it under a single running CPU, and it may live in a register. */
#undef rcu_dereference_check
#define rcu_dereference_check(p, c)                                                                    \
	({                                                                                             \
		typeof(*(p)) *pc_pointer = (typeof(*(p)) *)(p);                                        \
		RCU_LOCKDEP_WARN(!((c) || rcu_read_lock_held()), "suspicious rcu_dereference_check()"); \
		pc_pointer;                                                                            \
	})

#undef rcu_read_lock_held
#undef rcu_read_lock
#undef rcu_read_unlock
#define rcu_read_lock_held() pc_rcu_read_lock_held()
#define rcu_read_lock() pc_rcu_read_lock()
#define rcu_read_unlock() pc_rcu_read_unlock()

#endif
