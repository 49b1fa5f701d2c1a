/*
 * The native twin: the pack's C and the tree's, compiled by gcc, behind a stream. Reads scenarios (a count of words, the
 * words) from standard input; writes for each the trap code (0: none), the count of words of pc_out in use, and those words.
 * With a number as argument: runs the first scenario that many times and prints nanoseconds per run instead.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "pc/pc.h"
#include "pc/words.h"

#ifndef PC_HEAP_BYTES
#define PC_HEAP_BYTES (24 << 20)
#endif
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

char __pc_heap[PC_HEAP_BYTES] __attribute__((aligned(4096)));
__asm__(".globl __pc_heap_end\n.set __pc_heap_end, __pc_heap + " TEXT(PC_HEAP_BYTES));

static jmp_buf stop;

void pc_native_trap(int code)
{
	longjmp(stop, code);
}

static int run(void)
{
	int code = setjmp(stop);

	if (code == 0)
		pc_run();
	else
		pc_dump();
	return code;
}

int main(int argc, char **argv)
{
	pc_u64 head[2], words;

	while (fread(&words, sizeof(words), 1, stdin) == 1) {
		if (words > PC_IN_WORDS || fread(pc_in, sizeof(pc_u64), words, stdin) != words)
			return 2;
		if (argc > 1) {
			long i, n = atol(argv[1]);
			struct timespec from, to;

			clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
			for (i = 0; i < n; i++)
				run();
			clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
			printf("%.1f\n", ((to.tv_sec - from.tv_sec) * 1e9 + (to.tv_nsec - from.tv_nsec)) / n);
			return 0;
		}
		head[0] = (pc_u64)run();
		head[1] = pc_out[PC_OUT_USED];
		fwrite(head, sizeof(head), 1, stdout);
		fwrite(pc_out, sizeof(pc_u64), head[1], stdout);
		fflush(stdout);
	}
	return 0;
}
