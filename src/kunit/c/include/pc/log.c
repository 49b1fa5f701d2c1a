/* What the suites say, as entries of words; texts are formatted by the tree's own vsnprintf, and copied. */

unsigned long long pc_log[PC_LOG_ENTRIES * PC_LOG_WORDS];
unsigned long long pc_log_count; /* also those that no longer fitted */

static char pc_texts[1 << 18];
static unsigned long pc_texts_used;

void pc_kunit_log_reset(void)
{
	pc_log_count = 0;
	pc_texts_used = 0;
}

static char *pc_text_room(unsigned long size)
{
	char *const room = pc_texts + pc_texts_used;

	if (size > sizeof(pc_texts) - pc_texts_used)
		return NULL;
	pc_texts_used += size;
	return room;
}

static const char *pc_formatted(const char *format, va_list arguments)
{
	char *const room = pc_texts + pc_texts_used;
	int length;

	if (!format)
		return NULL;
	length = vscnprintf(room, sizeof(pc_texts) - pc_texts_used, format, arguments);
	return pc_text_room(length + 1);
}

/* A copy of a string or of bytes as they are now. */
static const void *pc_copied(const void *from, unsigned long size, bool string)
{
	const char *const bytes = from;
	unsigned long length = 0;
	char *room;

	if (!from)
		return NULL;
	while (length < size && length < 256 && !(string && !bytes[length]))
		length++;
	room = pc_text_room(length + 1);
	if (!room)
		return NULL;
	for (size = 0; size < length; size++)
		room[size] = bytes[size];
	room[length] = 0;
	return room;
}

static void pc_entry(int kind, int line, const char *file, const char *text, const char *left_text,
		     const char *right_text, unsigned long long left, unsigned long long right,
		     unsigned long long size, const char *message)
{
	unsigned long long *const entry = &pc_log[(pc_log_count % PC_LOG_ENTRIES) * PC_LOG_WORDS];

	if (pc_log_count++ >= PC_LOG_ENTRIES)
		return;
	entry[0] = kind;
	entry[1] = line;
	entry[2] = (unsigned long)file;
	entry[3] = (unsigned long)text;
	entry[4] = (unsigned long)left_text;
	entry[5] = (unsigned long)right_text;
	entry[6] = left;
	entry[7] = right;
	entry[8] = size;
	entry[9] = (unsigned long)message;
}

void pc_kunit_abort(struct kunit *test)
{
	__builtin_pc_trap(PC_TRAP_ABORT);
}

void pc_kunit_failed(struct kunit *test, const struct pc_check *check, unsigned long long left,
		     unsigned long long right, unsigned long long size, const char *format, ...)
{
	const char *message;
	va_list arguments;

	va_start(arguments, format);
	message = pc_formatted(format, arguments);
	va_end(arguments);
	if (check->kind == PC_SAY_STRINGS || check->kind == PC_SAY_BYTES) {
		const bool string = check->kind == PC_SAY_STRINGS;

		left = (unsigned long)pc_copied((void *)left, string ? -1UL : size, string);
		right = (unsigned long)pc_copied((void *)right, string ? -1UL : size, string);
	}
	pc_entry(check->kind, check->line, check->file, check->text, check->left, check->right, left,
		 right, size, message);
	test->status = KUNIT_FAILURE;
	if (check->stop)
		pc_kunit_abort(test);
}

void pc_kunit_say(struct kunit *test, int kind, const char *format, ...)
{
	const char *message;
	va_list arguments;

	va_start(arguments, format);
	message = pc_formatted(format, arguments);
	va_end(arguments);
	pc_entry(kind, 0, NULL, NULL, NULL, NULL, 0, 0, 0, message);
}

void pc_kunit_warn(const char *file, int line, const char *text, const char *format, ...)
{
	const char *message;
	va_list arguments;

	va_start(arguments, format);
	message = pc_formatted(format, arguments);
	va_end(arguments);
	pc_entry(PC_SAY_WARN, line, file, text, NULL, NULL, 0, 0, 0, message);
}

int _printk(const char *format, ...)
{
	const char *message;
	va_list arguments;

	va_start(arguments, format);
	message = pc_formatted(format, arguments);
	va_end(arguments);
	pc_entry(PC_SAY_PRINT, 0, NULL, NULL, NULL, NULL, 0, 0, 0, message);
	return 0;
}
