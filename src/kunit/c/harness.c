/*
 * Runs the suites of one test unit, a step at a time: whoever calls the steps goes on with the next one when a step is stopped.
 * What happened is left in pc_log[] (pc/kunit.h).
 */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/sprintf.h>

#include "pc/log.c"
#include "pc/memory.c"
#include "pc/kernel.c"

/* The test unit defines some of these. */
extern struct kunit_suite *const pc_kunit_suites[] __attribute__((weak));
extern int (*const pc_module_init)(void) __attribute__((weak));
extern void (*const pc_module_exit)(void) __attribute__((weak));

/* ---------- what there is ---------- */

unsigned long pc_kunit_suite_count(void)
{
	unsigned long count = 0;

	if (pc_kunit_suites)
		while (pc_kunit_suites[count])
			count++;
	return count;
}

const char *pc_kunit_suite_name(unsigned long suite)
{
	return pc_kunit_suites[suite]->name;
}

unsigned long pc_kunit_case_count(unsigned long suite)
{
	const struct kunit_case *cases = pc_kunit_suites[suite]->test_cases;
	unsigned long count = 0;

	while (cases[count].run_case)
		count++;
	return count;
}

static const struct kunit_case *pc_case(unsigned long suite, unsigned long index)
{
	return &pc_kunit_suites[suite]->test_cases[index];
}

const char *pc_kunit_case_name(unsigned long suite, unsigned long index)
{
	return pc_case(suite, index)->name;
}

int pc_kunit_case_has_parameters(unsigned long suite, unsigned long index)
{
	return pc_case(suite, index)->generate_params != NULL;
}

/* ---------- the steps of a suite ---------- */

static struct kunit pc_test;
static char pc_description[KUNIT_PARAM_DESC_SIZE];

int pc_kunit_suite_init(unsigned long suite)
{
	struct kunit_suite *const of = pc_kunit_suites[suite];

	return of->suite_init ? of->suite_init(of) : 0;
}

void pc_kunit_suite_exit(unsigned long suite)
{
	struct kunit_suite *const of = pc_kunit_suites[suite];

	if (of->suite_exit)
		of->suite_exit(of);
}

/* 0: there is no further parameter. */
int pc_kunit_case_begin(unsigned long suite, unsigned long index, unsigned long run)
{
	const struct kunit_case *const of = pc_case(suite, index);
	const void *const previous = pc_test.param_value;

	__builtin_memset(&pc_test, 0, sizeof(pc_test));
	pc_test.name = of->name;
	pc_test.param_index = run;
	pc_description[0] = 0;
	if (!of->generate_params)
		return run == 0;
	pc_test.param_value = of->generate_params(run ? previous : NULL, pc_description);
	return pc_test.param_value != NULL;
}

const char *pc_kunit_case_description(void)
{
	return pc_description;
}

int pc_kunit_case_init(unsigned long suite)
{
	struct kunit_suite *const of = pc_kunit_suites[suite];

	return of->init ? of->init(&pc_test) : 0;
}

void pc_kunit_case_run(unsigned long suite, unsigned long index)
{
	pc_case(suite, index)->run_case(&pc_test);
}

/* Also after a step that was stopped: what the case holds is given back. */
void pc_kunit_case_exit(unsigned long suite)
{
	struct kunit_suite *const of = pc_kunit_suites[suite];

	if (of->exit)
		of->exit(&pc_test);
}

void pc_kunit_case_release(void)
{
	pc_release_all(&pc_test);
}

unsigned long pc_kunit_case_status(void)
{
	return pc_test.status;
}

/* ---------- a module that tests itself when it is loaded ---------- */

int pc_kunit_has_module(void)
{
	return &pc_module_init != NULL;
}

int pc_kunit_module_init(void)
{
	return pc_module_init();
}

void pc_kunit_module_exit(void)
{
	if (&pc_module_exit)
		pc_module_exit();
}
