/* The pack's unit with gcc's function hooks tied to pc_enter() and pc_leave(). */
#include <linux/kvm_host.h>

/* The kernel keeps inline functions from being instrumented; here they are scopes like others. */
#undef notrace
#define notrace
#include "unit.c"

static const struct {
	void *function;
	int scope;
} pc_scope_table[] = {
#define PC_SCOPE(function, scope) { (void *)function, scope },
#include "pc-scope-table.h"
};

/* What was found out last for a function: every call asks. */
static struct {
	void *function;
	int scope;
} pc_scope_known[512];

static __attribute__((no_instrument_function)) int scope_of(void *function)
{
	unsigned int known = (unsigned long)function >> 4 & 511, i;

	if (pc_scope_known[known].function == function)
		return pc_scope_known[known].scope;
	pc_scope_known[known].function = function;
	pc_scope_known[known].scope = 0;
	for (i = 0; i < sizeof(pc_scope_table) / sizeof(pc_scope_table[0]); i++)
		if (pc_scope_table[i].function == function)
			pc_scope_known[known].scope = pc_scope_table[i].scope;
	return pc_scope_known[known].scope;
}

void __cyg_profile_func_enter(void *function, void *site) __attribute__((no_instrument_function));
void __cyg_profile_func_exit(void *function, void *site) __attribute__((no_instrument_function));

void __cyg_profile_func_enter(void *function, void *site)
{
	int scope = scope_of(function);

	if (scope)
		pc_enter(scope);
}

void __cyg_profile_func_exit(void *function, void *site)
{
	int scope = scope_of(function);

	if (scope)
		pc_leave(scope);
}
