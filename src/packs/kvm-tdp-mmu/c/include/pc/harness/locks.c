/*
 * Locks of the task that runs: what it holds in which mode. Misuse is reported by rule; waiting for a lock that it itself
 * holds ends the run. For kernel/locking/spinlock.c.
 */

#define PC_MAX_HELD 16

struct pc_held {
	const volatile void *lock;
	int mode;
};

static struct pc_held pc_held[PC_MAX_HELD];
static int pc_held_count;

int pc_lock_held(const volatile void *lock, int modes)
{
	int i;

	for (i = 0; i < pc_held_count; i++)
		if (pc_held[i].lock == lock && (pc_held[i].mode & modes))
			return 1;
	return 0;
}

static int pc_others_hold(const volatile void *lock, int mode);

static void pc_acquire(const volatile void *lock, int mode, const char *function)
{
	if (pc_lock_held(lock, PC_HELD_WRITE) || (mode == PC_HELD_WRITE && pc_lock_held(lock, PC_HELD_READ))) {
		pc_rule("takes a lock that it holds", function);
		pc_trap(PC_TRAP_DEADLOCK);
	}
	if (pc_lock_held(lock, PC_HELD_READ))
		pc_rule("takes a lock for read twice", function);
	if (pc_waiting && pc_others_hold(lock, mode))
		pc_trap(PC_TRAP_INFEASIBLE);
	if (pc_threads_run)
		pc_thread_acquires(lock, mode, function);
	if (pc_held_count >= PC_MAX_HELD)
		pc_trap(PC_TRAP_MEMORY);
	pc_held[pc_held_count].lock = lock;
	pc_held[pc_held_count].mode = mode;
	pc_held_count++;
}

static void pc_release(const volatile void *lock, int mode, const char *function)
{
	int i;

	if (pc_threads_run)
		pc_point(mode == PC_HELD_WRITE ? PC_PLACE_UNLOCK : PC_PLACE_UNLOCK_SHARED, lock);
	for (i = pc_held_count - 1; i >= 0; i--)
		if (pc_held[i].lock == lock && pc_held[i].mode == mode)
			break;
	if (i < 0) {
		pc_rule(pc_lock_held(lock, PC_HELD_READ | PC_HELD_WRITE) ? "releases a lock in the other mode" :
									   "releases a lock that it does not hold",
			function);
		return;
	}
	for (pc_held_count--; i < pc_held_count; i++) {
		pc_held[i].lock = pc_held[i + 1].lock;
		pc_held[i].mode = pc_held[i + 1].mode;
	}
}

void _raw_spin_lock(raw_spinlock_t *lock)
{
	pc_acquire(lock, PC_HELD_WRITE, "spin_lock");
}

void _raw_spin_unlock(raw_spinlock_t *lock)
{
	pc_release(lock, PC_HELD_WRITE, "spin_unlock");
}

void _raw_read_lock(rwlock_t *lock)
{
	pc_acquire(lock, PC_HELD_READ, "read_lock");
}

void _raw_read_unlock(rwlock_t *lock)
{
	pc_asked_at = NULL;
	pc_release(lock, PC_HELD_READ, "read_unlock");
}

void _raw_write_lock(rwlock_t *lock)
{
	pc_acquire(lock, PC_HELD_WRITE, "write_lock");
}

void _raw_write_unlock(rwlock_t *lock)
{
	pc_asked_at = NULL;
	pc_release(lock, PC_HELD_WRITE, "write_unlock");
}
