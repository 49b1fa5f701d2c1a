/*
 * As much of the C library as gcc's torture suite calls. All names are weak, as in an archive: a test that brings its own
 * takes it. abort and exit stop the run through the machine, with 1000 and 2000 + status.
 */
#define WEAK __attribute__((weak))

typedef unsigned long size_t;
typedef __builtin_va_list va_list;

extern char __pc_heap[], __pc_heap_end[];

WEAK __attribute__((noreturn)) void abort(void) { __builtin_pc_trap(1000); }
WEAK __attribute__((noreturn)) void exit(int status) { __builtin_pc_trap(2000 + (status & 255)); }
WEAK __attribute__((noreturn)) void _exit(int status) { __builtin_pc_trap(2000 + (status & 255)); }

WEAK __attribute__((noreturn)) void __assert_fail(const char *text, const char *file, unsigned int line, const char *function)
{
	__builtin_pc_trap(1001);
}

/* ---------- memory: never given back; sixteen bytes before each block hold its size ---------- */

static char *next_block;

/* By way of the heap as a whole: the block itself does not lead there. */
static size_t *size_of_block(void *block)
{
	return (size_t *)(__pc_heap + ((size_t)block - (size_t)__pc_heap) - 16);
}

WEAK void *malloc(size_t size)
{
	size_t whole = (size + 47) & ~15ul;
	char *block;

	if (!next_block)
		next_block = __pc_heap;
	if ((size_t)(__pc_heap_end - next_block) < whole)
		return 0;
	block = next_block;
	next_block += whole;
	*(size_t *)__builtin_pc_allocate(block, 8) = size;
	return __builtin_pc_allocate(block + 16, size);
}

WEAK void *calloc(size_t count, size_t size)
{
	void *block = malloc(count * size);

	if (block)
		__builtin_memset(block, 0, count * size);
	return block;
}

WEAK void free(void *block)
{
	__builtin_pc_free(block);
}

WEAK void *realloc(void *old, size_t size)
{
	void *block = malloc(size);

	if (old && block) {
		size_t before = *size_of_block(old);
		__builtin_memcpy(block, old, before < size ? before : size);
		free(old);
	}
	return block;
}

WEAK void *memcpy(void *to, const void *from, size_t size) { return __builtin_memcpy(to, from, size); }
WEAK void *memmove(void *to, const void *from, size_t size) { return __builtin_memmove(to, from, size); }
WEAK void *memset(void *to, int byte, size_t size) { return __builtin_memset(to, byte, size); }
WEAK void *mempcpy(void *to, const void *from, size_t size) { return (char *)__builtin_memcpy(to, from, size) + size; }
WEAK void bcopy(const void *from, void *to, size_t size) { __builtin_memmove(to, from, size); }
WEAK void bzero(void *to, size_t size) { __builtin_memset(to, 0, size); }

WEAK int memcmp(const void *a, const void *b, size_t size)
{
	const unsigned char *x = a, *y = b;

	for (; size--; x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

WEAK int bcmp(const void *a, const void *b, size_t size) { return memcmp(a, b, size); }

WEAK void *memchr(const void *in, int byte, size_t size)
{
	const unsigned char *at = in;

	for (; size--; at++)
		if (*at == (unsigned char)byte)
			return (void *)at;
	return 0;
}

/* ---------- strings ---------- */

WEAK size_t strnlen(const char *s, size_t limit)
{
	size_t length = 0;

	while (length < limit && s[length])
		length++;
	return length;
}

WEAK size_t strlen(const char *s) { return strnlen(s, -1); }

WEAK int strncmp(const char *a, const char *b, size_t limit)
{
	for (; limit; limit--, a++, b++) {
		if (*a != *b)
			return (unsigned char)*a - (unsigned char)*b;
		if (!*a)
			break;
	}
	return 0;
}

WEAK int strcmp(const char *a, const char *b) { return strncmp(a, b, -1); }

WEAK char *stpcpy(char *to, const char *from)
{
	while ((*to = *from++))
		to++;
	return to;
}

WEAK char *strcpy(char *to, const char *from)
{
	stpcpy(to, from);
	return to;
}

WEAK char *stpncpy(char *to, const char *from, size_t size)
{
	size_t length = strnlen(from, size);

	__builtin_memcpy(to, from, length);
	__builtin_memset(to + length, 0, size - length);
	return to + length;
}

WEAK char *strncpy(char *to, const char *from, size_t size)
{
	stpncpy(to, from, size);
	return to;
}

WEAK char *strncat(char *to, const char *from, size_t limit)
{
	char *end = to + strlen(to);

	while (limit-- && *from)
		*end++ = *from++;
	*end = 0;
	return to;
}

WEAK char *strcat(char *to, const char *from) { return strncat(to, from, -1); }

WEAK char *strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c)
			return (char *)s;
		if (!*s)
			return 0;
	}
}

WEAK char *strrchr(const char *s, int c)
{
	const char *found = 0;

	for (;; s++) {
		if (*s == (char)c)
			found = s;
		if (!*s)
			return (char *)found;
	}
}

WEAK char *index(const char *s, int c) { return strchr(s, c); }
WEAK char *rindex(const char *s, int c) { return strrchr(s, c); }

WEAK char *strstr(const char *in, const char *what)
{
	size_t length = strlen(what);

	for (;; in++) {
		if (!strncmp(in, what, length))
			return (char *)in;
		if (!*in)
			return 0;
	}
}

WEAK size_t strspn(const char *s, const char *set)
{
	size_t length = 0;

	while (s[length] && strchr(set, s[length]))
		length++;
	return length;
}

WEAK size_t strcspn(const char *s, const char *set)
{
	size_t length = 0;

	while (s[length] && !strchr(set, s[length]))
		length++;
	return length;
}

WEAK char *strpbrk(const char *s, const char *set)
{
	s += strcspn(s, set);
	return *s ? (char *)s : 0;
}

WEAK int isprint(int c) { return c >= 32 && c < 127; }
WEAK int isdigit(int c) { return c >= '0' && c <= '9'; }
WEAK int isalpha(int c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
WEAK int isspace(int c) { return c == ' ' || (c >= 9 && c <= 13); }
WEAK int toupper(int c) { return c >= 'a' && c <= 'z' ? c - 32 : c; }
WEAK int tolower(int c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

/* ---------- numbers ---------- */

WEAK int abs(int x) { return x < 0 ? -x : x; }
WEAK long labs(long x) { return x < 0 ? -x : x; }
WEAK long long llabs(long long x) { return x < 0 ? -x : x; }
WEAK double fabs(double x) { return __builtin_fabs(x); }

WEAK double floor(double x)
{
	double whole;

	if (!(__builtin_fabs(x) < 0x1p52))
		return x;
	whole = (double)(long)x;
	return whole > x ? whole - 1 : whole;
}

WEAK int atoi(const char *s)
{
	int value = 0;

	while (isdigit(*s))
		value = value * 10 + *s++ - '0';
	return value;
}

WEAK void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	char *array = base;

	for (size_t i = 1; i < count; i++) {
		for (size_t j = i; j > 0; j--) {
			char *a = array + (j - 1) * size, *b = array + j * size;
			if (compare(a, b) <= 0)
				break;
			for (size_t k = 0; k < size; k++) {
				char byte = a[k];
				a[k] = b[k];
				b[k] = byte;
			}
		}
	}
}

/* ---------- printing: what is printed goes nowhere, what is formatted into memory is right ---------- */

WEAK void *stdin, *stdout, *stderr;

struct output {
	char *to;
	size_t room, length;
};

static void put(struct output *out, char c)
{
	if (out->to && out->length + 1 < out->room)
		out->to[out->length] = c;
	out->length++;
}

static void pad(struct output *out, int count, char c)
{
	while (count-- > 0)
		put(out, c);
}

struct conversion {
	_Bool left, zero, alternate, plus, space;
	int width, precision, bytes;
};

static void text(struct output *out, const struct conversion *c, const char *prefix, const char *s, int length)
{
	int before = strlen(prefix);
	int blank = c->width - before - length;

	if (!c->left && !c->zero)
		pad(out, blank, ' ');
	while (*prefix)
		put(out, *prefix++);
	if (!c->left && c->zero)
		pad(out, blank, '0');
	while (length-- > 0)
		put(out, *s++);
	if (c->left)
		pad(out, blank, ' ');
}

static void number(struct output *out, struct conversion *c, const char *prefix, unsigned long value, int base, const char *digits)
{
	char buffer[80];
	int at = sizeof(buffer);

	for (; value; value /= base)
		buffer[--at] = digits[value % base];
	if (base == 8 && c->alternate && (int)sizeof(buffer) - at >= c->precision)
		buffer[--at] = '0';
	while ((int)sizeof(buffer) - at < (c->precision < 0 ? 1 : c->precision))
		buffer[--at] = '0';
	if (c->precision >= 0)
		c->zero = 0;
	text(out, c, prefix, buffer + at, sizeof(buffer) - at);
}

static void fixed(struct output *out, struct conversion *c, double value)
{
	char buffer[80];
	int digits = c->precision < 0 ? 6 : c->precision, at = 0;
	const char *prefix = value < 0 ? "-" : c->plus ? "+" : "";
	double left = __builtin_fabs(value), unit = 1;

	for (int i = 0; i < digits; i++)
		unit /= 10;
	left += unit / 2;
	double power = 1;
	while (power * 10 <= left)
		power *= 10;
	for (; power >= 1 && at < 60; power /= 10) {
		int digit = (int)(left / power);
		buffer[at++] = '0' + digit;
		left -= digit * power;
	}
	if (digits)
		buffer[at++] = '.';
	for (int i = 0; i < digits && at < 79; i++) {
		left *= 10;
		buffer[at++] = '0' + (int)left;
		left -= (int)left;
	}
	text(out, c, prefix, buffer, at);
}

static long signed_value(va_list *list, int bytes)
{
	switch (bytes) {
	case 1: return (signed char)__builtin_va_arg(*list, int);
	case 2: return (short)__builtin_va_arg(*list, int);
	case 8: return __builtin_va_arg(*list, long);
	default: return __builtin_va_arg(*list, int);
	}
}

static unsigned long unsigned_value(va_list *list, int bytes)
{
	switch (bytes) {
	case 1: return (unsigned char)__builtin_va_arg(*list, int);
	case 2: return (unsigned short)__builtin_va_arg(*list, int);
	case 8: return __builtin_va_arg(*list, unsigned long);
	default: return __builtin_va_arg(*list, unsigned int);
	}
}

static const char *flags(struct conversion *c, const char *f)
{
	for (;; f++) {
		switch (*f) {
		case '-': c->left = 1; continue;
		case '0': c->zero = 1; continue;
		case '#': c->alternate = 1; continue;
		case '+': c->plus = 1; continue;
		case ' ': c->space = 1; continue;
		}
		return f;
	}
}

static const char *amount(const char *f, int *value, va_list *list)
{
	if (*f == '*') {
		*value = __builtin_va_arg(*list, int);
		return f + 1;
	}
	for (*value = 0; isdigit(*f); f++)
		*value = *value * 10 + *f - '0';
	return f;
}

static const char *length(struct conversion *c, const char *f)
{
	for (;; f++) {
		switch (*f) {
		case 'h': c->bytes = c->bytes == 2 ? 1 : 2; continue;
		case 'l': case 'z': case 'j': case 't': case 'q': c->bytes = 8; continue;
		}
		return f;
	}
}

static void convert(struct output *out, struct conversion *c, char kind, va_list *list)
{
	static const char lower[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";
	const char *s;
	unsigned long value;
	char one;

	switch (kind) {
	case '%':
		put(out, '%');
		return;
	case 'c':
		one = (char)__builtin_va_arg(*list, int);
		text(out, c, "", &one, 1);
		return;
	case 's':
		s = __builtin_va_arg(*list, const char *);
		text(out, c, "", s, c->precision < 0 ? strlen(s) : strnlen(s, c->precision));
		return;
	case 'd': case 'i': {
		long number_ = signed_value(list, c->bytes);
		const char *sign = number_ < 0 ? "-" : c->plus ? "+" : c->space ? " " : "";
		number(out, c, sign, number_ < 0 ? -(unsigned long)number_ : number_, 10, lower);
		return;
	}
	case 'u':
		number(out, c, "", unsigned_value(list, c->bytes), 10, lower);
		return;
	case 'o':
		number(out, c, "", unsigned_value(list, c->bytes), 8, lower);
		return;
	case 'p':
		c->bytes = 8;
		c->alternate = 1;
		/* falls through */
	case 'x': case 'X':
		value = unsigned_value(list, c->bytes);
		number(out, c, c->alternate && value ? kind == 'X' ? "0X" : "0x" : "", value, 16, kind == 'X' ? upper : lower);
		return;
	case 'f': case 'g': case 'e':
		fixed(out, c, __builtin_va_arg(*list, double));
		return;
	}
	abort();
}

WEAK int vsnprintf(char *to, size_t room, const char *f, va_list list)
{
	struct output out = { to, room, 0 };
	va_list rest;

	__builtin_va_copy(rest, list);
	for (; *f; f++) {
		struct conversion c = { .precision = -1, .bytes = 4 };
		if (*f != '%') {
			put(&out, *f);
			continue;
		}
		f = amount(flags(&c, f + 1), &c.width, &rest);
		if (c.width < 0) {
			c.left = 1;
			c.width = -c.width;
		}
		if (*f == '.')
			f = amount(f + 1, &c.precision, &rest);
		f = length(&c, f);
		convert(&out, &c, *f, &rest);
	}
	__builtin_va_end(rest);
	if (to && room)
		to[out.length < room ? out.length : room - 1] = 0;
	return (int)out.length;
}

#define FORMATTED(to, room)					\
	va_list list;						\
	__builtin_va_start(list, format);			\
	int count = vsnprintf(to, room, format, list);		\
	__builtin_va_end(list);					\
	return count

WEAK int vsprintf(char *to, const char *format, va_list list) { return vsnprintf(to, -1, format, list); }
WEAK int vprintf(const char *format, va_list list) { return vsnprintf(0, 0, format, list); }
WEAK int vfprintf(void *file, const char *format, va_list list) { return vsnprintf(0, 0, format, list); }
WEAK int sprintf(char *to, const char *format, ...) { FORMATTED(to, -1); }
WEAK int snprintf(char *to, size_t room, const char *format, ...) { FORMATTED(to, room); }
WEAK int printf(const char *format, ...) { FORMATTED(0, 0); }
WEAK int fprintf(void *file, const char *format, ...) { FORMATTED(0, 0); }
WEAK int puts(const char *s) { return 1; }
WEAK int fputs(const char *s, void *file) { return 1; }
WEAK int putchar(int c) { return c; }
WEAK int fflush(void *file) { return 0; }
