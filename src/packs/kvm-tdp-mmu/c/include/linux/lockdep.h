/* Lock assertions ask the lock model, whatever the configuration says about lockdep. */
#ifndef PC_LINUX_LOCKDEP_H
#define PC_LINUX_LOCKDEP_H

#include "./include/linux/lockdep.h"
#include <pc/pc.h>

#undef lockdep_is_held
#undef lockdep_is_held_type
#undef lockdep_assert_held
#undef lockdep_assert_not_held
#undef lockdep_assert_held_write
#undef lockdep_assert_held_read
#undef lockdep_assert_held_once

#define lockdep_is_held(lock) pc_lock_held(lock, PC_HELD_READ | PC_HELD_WRITE)
#define lockdep_is_held_type(lock, r)                                                                  \
	pc_lock_held(lock, (r) == 0 ? PC_HELD_WRITE : (r) == 1 ? PC_HELD_READ : PC_HELD_READ | PC_HELD_WRITE)

#define PC_ASSERT_HELD(rule, condition)                                                                \
	do {                                                                                           \
		if (!(condition))                                                                      \
			pc_rule(rule, __func__);                                                       \
	} while (0)

#define lockdep_assert_held(lock)                                                                      \
	PC_ASSERT_HELD("lockdep_assert_held(" #lock ")", pc_lock_held(lock, PC_HELD_READ | PC_HELD_WRITE))
#define lockdep_assert_held_once(lock) lockdep_assert_held(lock)
#define lockdep_assert_held_write(lock)                                                                \
	PC_ASSERT_HELD("lockdep_assert_held_write(" #lock ")", pc_lock_held(lock, PC_HELD_WRITE))
#define lockdep_assert_held_read(lock)                                                                 \
	PC_ASSERT_HELD("lockdep_assert_held_read(" #lock ")", pc_lock_held(lock, PC_HELD_READ))
#define lockdep_assert_not_held(lock)                                                                  \
	PC_ASSERT_HELD("lockdep_assert_not_held(" #lock ")",                                           \
		       !pc_lock_held(lock, PC_HELD_READ | PC_HELD_WRITE))

#endif
