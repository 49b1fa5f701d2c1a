/* __builtin_object_size where the object is seen, and where it is not. */
#pragma GCC optimize("O1") /* behind pointers gcc looks only when it optimises */
#define UNKNOWN ((unsigned long)-1)
#define SIZE(p, kind) __builtin_object_size(p, kind)

struct inner {
	char a[3];
	char b[5];
};

struct outer {
	int head;
	struct inner in;
	char middle[7];
	char last[9];
};

static char bytes[16];
static struct outer whole;

static int through_pointer(struct outer *p)
{
	if (SIZE(p, 0) != UNKNOWN || SIZE(p, 2) != 0)
		return 1;
	if (SIZE(p->middle, 1) != 7 || SIZE(p->middle, 0) != UNKNOWN)
		return 2;
	if (SIZE(p->last, 1) != UNKNOWN || SIZE(p->in.b, 1) != 5)
		return 3;
	if (SIZE(&p->head, 1) != 4)
		return 4;
	return 0;
}

int main(void)
{
	char local[10];

	if (SIZE(bytes, 0) != 16 || SIZE(bytes, 1) != 16 || SIZE(bytes + 4, 0) != 12)
		return 10;
	if (SIZE(&bytes[16], 1) != 0 || SIZE((void *)&bytes[3], 3) != 13)
		return 11;
	if (SIZE(local, 1) != 10 || SIZE(&local, 0) != 10)
		return 12;
	if (SIZE(whole.middle, 1) != 7 || SIZE(whole.middle, 0) != sizeof(whole) - 12)
		return 13;
	if (SIZE(&whole.in.b[2], 1) != 3 || SIZE(whole.last, 1) != 9)
		return 14;
	if (SIZE("text", 0) != 5)
		return 15;
	return through_pointer(&whole);
}
