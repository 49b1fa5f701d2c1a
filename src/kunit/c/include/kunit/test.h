/*
 * A small model of KUnit: the names that test suites use, on the harness of ours. A check that fails leaves an entry in the
 * log, and fails its case; an assertion ends the case as well.
 */
#ifndef PC_KUNIT_TEST_H
#define PC_KUNIT_TEST_H

#if __has_include(<linux/args.h>)
#include <linux/args.h>
#endif
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kconfig.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/rwonce.h>
#include <pc/kunit.h>

#define KUNIT_PARAM_DESC_SIZE 128

enum kunit_status {
	KUNIT_SUCCESS,
	KUNIT_FAILURE,
	KUNIT_SKIPPED,
};

enum kunit_speed {
	KUNIT_SPEED_UNSET,
	KUNIT_SPEED_VERY_SLOW,
	KUNIT_SPEED_SLOW,
	KUNIT_SPEED_NORMAL,
};

struct kunit_attributes {
	enum kunit_speed speed;
};

struct kunit {
	void *priv;
	const char *name;
	const void *param_value;
	int param_index;
	enum kunit_status status;
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *prev, char *desc);
	struct kunit_attributes attr;
};

struct kunit_suite {
	const char name[256];
	int (*suite_init)(struct kunit_suite *suite);
	void (*suite_exit)(struct kunit_suite *suite);
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
	struct kunit_attributes attr;
};

#define KUNIT_CASE(function) { .run_case = function, .name = #function }
#define KUNIT_CASE_ATTR(function, attributes)                                                          \
	{ .run_case = function, .name = #function, .attr = attributes }
#define KUNIT_CASE_SLOW(function)                                                                      \
	{ .run_case = function, .name = #function, .attr.speed = KUNIT_SPEED_SLOW }
#define KUNIT_CASE_PARAM(function, parameters)                                                         \
	{ .run_case = function, .name = #function, .generate_params = parameters }
#define KUNIT_CASE_PARAM_ATTR(function, parameters, attributes)                                        \
	{ .run_case = function, .name = #function, .generate_params = parameters, .attr = attributes }

#define kunit_test_suites(suites...) struct kunit_suite *const pc_kunit_suites[] = { suites, NULL }
#define kunit_test_suite(suite) kunit_test_suites(&(suite))
#define kunit_test_init_section_suites(suites...) kunit_test_suites(suites)
#define kunit_test_init_section_suite(suite) kunit_test_suites(&(suite))

/* Goes through an array: the next element after prev, or NULL behind the last. */
#define KUNIT_ARRAY_PARAM(name, array, describe)                                                       \
	static const void *name##_gen_params(const void *prev, char *desc)                             \
	{                                                                                              \
		typeof((array)[0]) *next = prev ? (typeof(next))prev + 1 : (array);                    \
		void (*pc_describe)(typeof(next), char *) = describe;                                  \
		if (next - (array) >= (long)ARRAY_SIZE(array))                                         \
			return NULL;                                                                   \
		if (pc_describe)                                                                       \
			pc_describe(next, desc);                                                       \
		return next;                                                                           \
	}
#define KUNIT_ARRAY_PARAM_DESC(name, array, member)                                                    \
	static const void *name##_gen_params(const void *prev, char *desc)                             \
	{                                                                                              \
		typeof((array)[0]) *next = prev ? (typeof(next))prev + 1 : (array);                    \
		if (next - (array) >= (long)ARRAY_SIZE(array))                                         \
			return NULL;                                                                   \
		strscpy(desc, next->member, KUNIT_PARAM_DESC_SIZE);                                    \
		return next;                                                                           \
	}

/* ---------- memory and actions that end with the case ---------- */

void *pc_kunit_alloc(struct kunit *test, size_t count, size_t size, bool zero);
void kunit_kfree(struct kunit *test, const void *ptr);

#define kunit_kmalloc(test, size, gfp) pc_kunit_alloc(test, 1, size, ((gfp) & __GFP_ZERO) != 0)
#define kunit_kzalloc(test, size, gfp) ((void)(gfp), pc_kunit_alloc(test, 1, size, true))
#define kunit_kmalloc_array(test, n, size, gfp)                                                        \
	pc_kunit_alloc(test, n, size, ((gfp) & __GFP_ZERO) != 0)
#define kunit_kcalloc(test, n, size, gfp) ((void)(gfp), pc_kunit_alloc(test, n, size, true))

typedef void (kunit_action_t)(void *);
int kunit_add_action(struct kunit *test, kunit_action_t *action, void *context);
int kunit_add_action_or_reset(struct kunit *test, kunit_action_t *action, void *context);
void kunit_remove_action(struct kunit *test, kunit_action_t *action, void *context);
void kunit_release_action(struct kunit *test, kunit_action_t *action, void *context);

#define KUNIT_DEFINE_ACTION_WRAPPER(wrapper, function, type)                                           \
	static void wrapper(void *in)                                                                  \
	{                                                                                              \
		function((type)in);                                                                    \
	}

/* ---------- words of a case ---------- */

struct pc_check {
	int kind, line;
	const char *file, *text, *left, *right;
	bool stop;
};

__attribute__((format(printf, 6, 7)))
void pc_kunit_failed(struct kunit *test, const struct pc_check *check, unsigned long long left,
		     unsigned long long right, unsigned long long size, const char *format, ...);
__attribute__((format(printf, 3, 4)))
void pc_kunit_say(struct kunit *test, int kind, const char *format, ...);
void pc_kunit_abort(struct kunit *test);

#define kunit_log(level, test_or_suite, format, ...)                                                   \
	pc_kunit_say(NULL, PC_SAY_INFO, format, ##__VA_ARGS__)
#define kunit_info(test, format, ...) pc_kunit_say(test, PC_SAY_INFO, format, ##__VA_ARGS__)
#define kunit_warn(test, format, ...) pc_kunit_say(test, PC_SAY_INFO, format, ##__VA_ARGS__)
#define kunit_err(test, format, ...) pc_kunit_say(test, PC_SAY_INFO, format, ##__VA_ARGS__)

#define kunit_mark_skipped(test, format, ...)                                                          \
	do {                                                                                           \
		(test)->status = KUNIT_SKIPPED;                                                        \
		pc_kunit_say(test, PC_SAY_SKIP, format, ##__VA_ARGS__);                                \
	} while (0)
#define kunit_skip(test, format, ...)                                                                  \
	do {                                                                                           \
		kunit_mark_skipped(test, format, ##__VA_ARGS__);                                       \
		pc_kunit_abort(test);                                                                  \
	} while (0)

#define KUNIT_SUCCEED(test) do { (void)(test); } while (0)

/* ---------- checks ---------- */

#define PC_CHECK(test, of, ends, what, left_text, right_text, passed, one, other, size, format...)     \
	do {                                                                                           \
		if (!(passed)) {                                                                       \
			static const struct pc_check pc_check = {                                      \
				of, __LINE__, __FILE__, what, left_text, right_text, ends,             \
			};                                                                             \
			pc_kunit_failed(test, &pc_check, (unsigned long long)(one),                    \
					(unsigned long long)(other), size, format);                    \
		}                                                                                      \
	} while (0)

#define PC_UNARY(test, ends, what, text, passed, format...)                                            \
	PC_CHECK(test, PC_SAY_UNARY, ends, what, text, NULL, passed, 0, 0, 0, format)

#define PC_NUMBERS(test, ends, l, op, r, format...)                                                    \
	do {                                                                                           \
		const typeof(l) pc_left = (l);                                                         \
		const typeof(r) pc_right = (r);                                                        \
		PC_CHECK(test, PC_SAY_NUMBERS, ends, #op, #l, #r, pc_left op pc_right, pc_left,        \
			 pc_right, 0, format);                                                         \
	} while (0)

#define PC_POINTERS(test, ends, l, op, r, format...)                                                   \
	do {                                                                                           \
		const void *const pc_left = (l);                                                       \
		const void *const pc_right = (r);                                                      \
		PC_CHECK(test, PC_SAY_POINTERS, ends, #op, #l, #r, pc_left op pc_right, pc_left,       \
			 pc_right, 0, format);                                                         \
	} while (0)

/* Two strings, the text of a null pointer being equal to nothing (as in KUnit). */
#define PC_STRINGS(test, ends, l, op, r, format...)                                                    \
	do {                                                                                           \
		const char *const pc_left = (l);                                                       \
		const char *const pc_right = (r);                                                      \
		PC_CHECK(test, PC_SAY_STRINGS, ends, #op, #l, #r,                                      \
			 pc_left && pc_right && strcmp(pc_left, pc_right) op 0, pc_left, pc_right, 0,  \
			 format);                                                                      \
	} while (0)

#define PC_BYTES(test, ends, l, op, r, bytes, format...)                                               \
	do {                                                                                           \
		const void *const pc_left = (l);                                                       \
		const void *const pc_right = (r);                                                      \
		const size_t pc_size = (bytes);                                                        \
		PC_CHECK(test, PC_SAY_BYTES, ends, #op, #l, #r,                                        \
			 pc_left && pc_right && memcmp(pc_left, pc_right, pc_size) op 0, pc_left,      \
			 pc_right, pc_size, format);                                                   \
	} while (0)

#define PC_NOT_ERR_OR_NULL(test, ends, ptr, format...)                                                 \
	do {                                                                                           \
		const void *const pc_pointer = (ptr);                                                  \
		PC_CHECK(test, PC_SAY_POINTERS, ends, "is no error pointer and not", #ptr, "NULL",     \
			 !IS_ERR_OR_NULL(pc_pointer), pc_pointer, NULL, 0, format);                    \
	} while (0)

#define KUNIT_EXPECT_TRUE_MSG(test, condition, format, ...) \
	PC_UNARY(test, false, "is true", #condition, !!(condition), format, ##__VA_ARGS__)
#define KUNIT_EXPECT_TRUE(test, condition) KUNIT_EXPECT_TRUE_MSG(test, condition, NULL)
#define KUNIT_EXPECT_FALSE_MSG(test, condition, format, ...) \
	PC_UNARY(test, false, "is false", #condition, !(condition), format, ##__VA_ARGS__)
#define KUNIT_EXPECT_FALSE(test, condition) KUNIT_EXPECT_FALSE_MSG(test, condition, NULL)
#define KUNIT_EXPECT_NULL_MSG(test, ptr, format, ...) \
	PC_POINTERS(test, false, ptr, ==, NULL, format, ##__VA_ARGS__)
#define KUNIT_EXPECT_NULL(test, ptr) KUNIT_EXPECT_NULL_MSG(test, ptr, NULL)
#define KUNIT_EXPECT_NOT_NULL_MSG(test, ptr, format, ...) \
	PC_POINTERS(test, false, ptr, !=, NULL, format, ##__VA_ARGS__)
#define KUNIT_EXPECT_NOT_NULL(test, ptr) KUNIT_EXPECT_NOT_NULL_MSG(test, ptr, NULL)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL_MSG(test, ptr, format, ...) \
	PC_NOT_ERR_OR_NULL(test, false, ptr, format, ##__VA_ARGS__)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL(test, ptr) KUNIT_EXPECT_NOT_ERR_OR_NULL_MSG(test, ptr, NULL)
#define KUNIT_EXPECT_EQ_MSG(test, left, right, format, ...) \
	PC_NUMBERS(test, false, left, ==, right, format, ##__VA_ARGS__)
#define KUNIT_EXPECT_EQ(test, left, right) KUNIT_EXPECT_EQ_MSG(test, left, right, NULL)
#define KUNIT_EXPECT_NE_MSG(test, left, right, format, ...) \
	PC_NUMBERS(test, false, left, !=, right, format, ##__VA_ARGS__)
#define KUNIT_EXPECT_NE(test, left, right) KUNIT_EXPECT_NE_MSG(test, left, right, NULL)
#define KUNIT_EXPECT_LT_MSG(test, left, right, format, ...) \
	PC_NUMBERS(test, false, left, <, right, format, ##__VA_ARGS__)
#define KUNIT_EXPECT_LT(test, left, right) KUNIT_EXPECT_LT_MSG(test, left, right, NULL)
#define KUNIT_EXPECT_LE_MSG(test, left, right, format, ...) \
	PC_NUMBERS(test, false, left, <=, right, format, ##__VA_ARGS__)
#define KUNIT_EXPECT_LE(test, left, right) KUNIT_EXPECT_LE_MSG(test, left, right, NULL)
#define KUNIT_EXPECT_GT_MSG(test, left, right, format, ...) \
	PC_NUMBERS(test, false, left, >, right, format, ##__VA_ARGS__)
#define KUNIT_EXPECT_GT(test, left, right) KUNIT_EXPECT_GT_MSG(test, left, right, NULL)
#define KUNIT_EXPECT_GE_MSG(test, left, right, format, ...) \
	PC_NUMBERS(test, false, left, >=, right, format, ##__VA_ARGS__)
#define KUNIT_EXPECT_GE(test, left, right) KUNIT_EXPECT_GE_MSG(test, left, right, NULL)
#define KUNIT_EXPECT_PTR_EQ_MSG(test, left, right, format, ...) \
	PC_POINTERS(test, false, left, ==, right, format, ##__VA_ARGS__)
#define KUNIT_EXPECT_PTR_EQ(test, left, right) KUNIT_EXPECT_PTR_EQ_MSG(test, left, right, NULL)
#define KUNIT_EXPECT_PTR_NE_MSG(test, left, right, format, ...) \
	PC_POINTERS(test, false, left, !=, right, format, ##__VA_ARGS__)
#define KUNIT_EXPECT_PTR_NE(test, left, right) KUNIT_EXPECT_PTR_NE_MSG(test, left, right, NULL)
#define KUNIT_EXPECT_STREQ_MSG(test, left, right, format, ...) \
	PC_STRINGS(test, false, left, ==, right, format, ##__VA_ARGS__)
#define KUNIT_EXPECT_STREQ(test, left, right) KUNIT_EXPECT_STREQ_MSG(test, left, right, NULL)
#define KUNIT_EXPECT_STRNEQ_MSG(test, left, right, format, ...) \
	PC_STRINGS(test, false, left, !=, right, format, ##__VA_ARGS__)
#define KUNIT_EXPECT_STRNEQ(test, left, right) KUNIT_EXPECT_STRNEQ_MSG(test, left, right, NULL)
#define KUNIT_EXPECT_MEMEQ_MSG(test, left, right, size, format, ...) \
	PC_BYTES(test, false, left, ==, right, size, format, ##__VA_ARGS__)
#define KUNIT_EXPECT_MEMEQ(test, left, right, size) KUNIT_EXPECT_MEMEQ_MSG(test, left, right, size, NULL)
#define KUNIT_EXPECT_MEMNEQ_MSG(test, left, right, size, format, ...) \
	PC_BYTES(test, false, left, !=, right, size, format, ##__VA_ARGS__)
#define KUNIT_EXPECT_MEMNEQ(test, left, right, size) KUNIT_EXPECT_MEMNEQ_MSG(test, left, right, size, NULL)

#define KUNIT_ASSERT_TRUE_MSG(test, condition, format, ...) \
	PC_UNARY(test, true, "is true", #condition, !!(condition), format, ##__VA_ARGS__)
#define KUNIT_ASSERT_TRUE(test, condition) KUNIT_ASSERT_TRUE_MSG(test, condition, NULL)
#define KUNIT_ASSERT_FALSE_MSG(test, condition, format, ...) \
	PC_UNARY(test, true, "is false", #condition, !(condition), format, ##__VA_ARGS__)
#define KUNIT_ASSERT_FALSE(test, condition) KUNIT_ASSERT_FALSE_MSG(test, condition, NULL)
#define KUNIT_ASSERT_NULL_MSG(test, ptr, format, ...) \
	PC_POINTERS(test, true, ptr, ==, NULL, format, ##__VA_ARGS__)
#define KUNIT_ASSERT_NULL(test, ptr) KUNIT_ASSERT_NULL_MSG(test, ptr, NULL)
#define KUNIT_ASSERT_NOT_NULL_MSG(test, ptr, format, ...) \
	PC_POINTERS(test, true, ptr, !=, NULL, format, ##__VA_ARGS__)
#define KUNIT_ASSERT_NOT_NULL(test, ptr) KUNIT_ASSERT_NOT_NULL_MSG(test, ptr, NULL)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL_MSG(test, ptr, format, ...) \
	PC_NOT_ERR_OR_NULL(test, true, ptr, format, ##__VA_ARGS__)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ptr) KUNIT_ASSERT_NOT_ERR_OR_NULL_MSG(test, ptr, NULL)
#define KUNIT_ASSERT_EQ_MSG(test, left, right, format, ...) \
	PC_NUMBERS(test, true, left, ==, right, format, ##__VA_ARGS__)
#define KUNIT_ASSERT_EQ(test, left, right) KUNIT_ASSERT_EQ_MSG(test, left, right, NULL)
#define KUNIT_ASSERT_NE_MSG(test, left, right, format, ...) \
	PC_NUMBERS(test, true, left, !=, right, format, ##__VA_ARGS__)
#define KUNIT_ASSERT_NE(test, left, right) KUNIT_ASSERT_NE_MSG(test, left, right, NULL)
#define KUNIT_ASSERT_LT_MSG(test, left, right, format, ...) \
	PC_NUMBERS(test, true, left, <, right, format, ##__VA_ARGS__)
#define KUNIT_ASSERT_LT(test, left, right) KUNIT_ASSERT_LT_MSG(test, left, right, NULL)
#define KUNIT_ASSERT_LE_MSG(test, left, right, format, ...) \
	PC_NUMBERS(test, true, left, <=, right, format, ##__VA_ARGS__)
#define KUNIT_ASSERT_LE(test, left, right) KUNIT_ASSERT_LE_MSG(test, left, right, NULL)
#define KUNIT_ASSERT_GT_MSG(test, left, right, format, ...) \
	PC_NUMBERS(test, true, left, >, right, format, ##__VA_ARGS__)
#define KUNIT_ASSERT_GT(test, left, right) KUNIT_ASSERT_GT_MSG(test, left, right, NULL)
#define KUNIT_ASSERT_GE_MSG(test, left, right, format, ...) \
	PC_NUMBERS(test, true, left, >=, right, format, ##__VA_ARGS__)
#define KUNIT_ASSERT_GE(test, left, right) KUNIT_ASSERT_GE_MSG(test, left, right, NULL)
#define KUNIT_ASSERT_PTR_EQ_MSG(test, left, right, format, ...) \
	PC_POINTERS(test, true, left, ==, right, format, ##__VA_ARGS__)
#define KUNIT_ASSERT_PTR_EQ(test, left, right) KUNIT_ASSERT_PTR_EQ_MSG(test, left, right, NULL)
#define KUNIT_ASSERT_PTR_NE_MSG(test, left, right, format, ...) \
	PC_POINTERS(test, true, left, !=, right, format, ##__VA_ARGS__)
#define KUNIT_ASSERT_PTR_NE(test, left, right) KUNIT_ASSERT_PTR_NE_MSG(test, left, right, NULL)
#define KUNIT_ASSERT_STREQ_MSG(test, left, right, format, ...) \
	PC_STRINGS(test, true, left, ==, right, format, ##__VA_ARGS__)
#define KUNIT_ASSERT_STREQ(test, left, right) KUNIT_ASSERT_STREQ_MSG(test, left, right, NULL)
#define KUNIT_ASSERT_STRNEQ_MSG(test, left, right, format, ...) \
	PC_STRINGS(test, true, left, !=, right, format, ##__VA_ARGS__)
#define KUNIT_ASSERT_STRNEQ(test, left, right) KUNIT_ASSERT_STRNEQ_MSG(test, left, right, NULL)
#define KUNIT_ASSERT_MEMEQ_MSG(test, left, right, size, format, ...) \
	PC_BYTES(test, true, left, ==, right, size, format, ##__VA_ARGS__)
#define KUNIT_ASSERT_MEMEQ(test, left, right, size) KUNIT_ASSERT_MEMEQ_MSG(test, left, right, size, NULL)
#define KUNIT_ASSERT_MEMNEQ_MSG(test, left, right, size, format, ...) \
	PC_BYTES(test, true, left, !=, right, size, format, ##__VA_ARGS__)
#define KUNIT_ASSERT_MEMNEQ(test, left, right, size) KUNIT_ASSERT_MEMNEQ_MSG(test, left, right, size, NULL)

#define KUNIT_FAIL(test, format, ...) \
	PC_CHECK(test, PC_SAY_FAIL, false, NULL, NULL, NULL, false, 0, 0, 0, format, ##__VA_ARGS__)
#define KUNIT_FAIL_AND_ABORT(test, format, ...) \
	PC_CHECK(test, PC_SAY_FAIL, true, NULL, NULL, NULL, false, 0, 0, 0, format, ##__VA_ARGS__)

#endif
