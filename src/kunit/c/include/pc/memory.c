/*
 * The kernel's allocators. Blocks come one behind the other and are never handed out twice, so that one that was freed stays
 * freed; each has a head of ours in front of it. kfree() of anything else stops the run.
 */

extern char __pc_heap[], __pc_heap_end[];

#define PC_LIVE 0x6c697665UL
#define PC_FREED 0x66726565UL

struct pc_block {
	unsigned long size, state;
	unsigned long unused[6]; /* what comes behind is aligned as kmalloc() promises */
};

static unsigned long pc_heap_used;

/* By way of the heap as a whole: a pointer to a block does not lead to what lies in front of it. */
static struct pc_block *pc_head_of(const void *p)
{
	return (struct pc_block *)(__pc_heap + ((unsigned long)p - (unsigned long)__pc_heap)) - 1;
}

static void *pc_allocate(unsigned long size, bool zero)
{
	unsigned long const start = pc_heap_used ?: -(unsigned long)__pc_heap & 63;
	unsigned long const whole = sizeof(struct pc_block) + ((size + 127) & ~63UL);
	struct pc_block *head;
	void *block;

	if (whole < size || whole > (unsigned long)(__pc_heap_end - __pc_heap) - start)
		return NULL;
	pc_heap_used = start + whole;
	head = __builtin_pc_allocate(__pc_heap + start, sizeof(*head));
	head->size = size;
	head->state = PC_LIVE;
	block = __builtin_pc_allocate(__pc_heap + start + sizeof(*head), size);
	if (zero)
		__builtin_memset(block, 0, size);
	return block;
}

/* NULL where p is no block of ours. */
static struct pc_block *pc_block_of(const void *p)
{
	unsigned long const at = (unsigned long)p - (unsigned long)__pc_heap;
	struct pc_block *head;

	if (at < sizeof(*head) || at >= pc_heap_used || ((unsigned long)p & 63))
		return NULL;
	head = pc_head_of(p);
	return head->state == PC_LIVE || head->state == PC_FREED ? head : NULL;
}

static void pc_free(const void *p)
{
	struct pc_block *head;

	if (ZERO_OR_NULL_PTR(p))
		return;
	head = pc_block_of(p);
	if (!head || head->state != PC_LIVE)
		__builtin_pc_trap(PC_TRAP_FREE);
	head->state = PC_FREED;
	__builtin_pc_free((void *)p);
}

static void *pc_slab(unsigned long size, gfp_t flags)
{
	return size ? pc_allocate(size, (flags & __GFP_ZERO) != 0) : ZERO_SIZE_PTR;
}

/* The names of all versions that patchcheck reads; those of others are nobody's. */
#undef kmalloc_trace
#undef __kmalloc
typeof(kmalloc_caches) kmalloc_caches;
void *__kmalloc(size_t size, gfp_t flags) { return pc_slab(size, flags); }
void *__kmalloc_noprof(size_t size, gfp_t flags) { return pc_slab(size, flags); }
void *kmalloc_trace(struct kmem_cache *s, gfp_t flags, size_t size) { return pc_slab(size, flags); }
void *__kmalloc_cache_noprof(struct kmem_cache *s, gfp_t flags, size_t size) { return pc_slab(size, flags); }
void *kmalloc_large(size_t size, gfp_t flags) { return pc_slab(size, flags); }
void *__kmalloc_large_noprof(size_t size, gfp_t flags) { return pc_slab(size, flags); }
void kfree(const void *p) { pc_free(p); }
void kvfree(const void *p) { pc_free(p); }
void vfree(const void *p) { pc_free(p); }
void *vmalloc(unsigned long size) { return pc_slab(size, 0); }
void *vmalloc_noprof(unsigned long size) { return pc_slab(size, 0); }
void *vzalloc_noprof(unsigned long size) { return pc_slab(size, __GFP_ZERO); }

size_t ksize(const void *p)
{
	const struct pc_block *const block = pc_block_of(p);

	return block ? block->size : 0;
}

void *krealloc_noprof(const void *p, size_t size, gfp_t flags)
{
	void *const new = pc_slab(size, flags);

	if (!ZERO_OR_NULL_PTR(p) && new && size) {
		unsigned long const before = ksize(p);

		__builtin_memcpy(new, p, before < size ? before : size);
	}
	if (new)
		pc_free(p);
	return new;
}

/* As in mm/util.c. */
void *kmemdup_noprof(const void *from, size_t size, gfp_t flags)
{
	void *const to = pc_slab(size, flags);

	if (to)
		__builtin_memcpy(to, from, size);
	return to;
}

char *kstrdup_noprof(const char *from, gfp_t flags)
{
	return from ? kmemdup_noprof(from, strlen(from) + 1, flags) : NULL;
}

#ifndef kmemdup
void *kmemdup(const void *from, size_t size, gfp_t flags) { return kmemdup_noprof(from, size, flags); }
#endif
#ifndef kstrdup
char *kstrdup(const char *from, gfp_t flags) { return kstrdup_noprof(from, flags); }
#endif

/* ---------- what a case holds ---------- */

struct pc_held {
	struct pc_held *next;
	void *block; /* or an action with its argument */
	kunit_action_t *action;
	void *context;
};

static struct pc_held *pc_held;

static void pc_hold(void *block, kunit_action_t *action, void *context)
{
	struct pc_held *const held = pc_allocate(sizeof(*held), true);

	if (!held)
		__builtin_pc_trap(PC_TRAP_PANIC);
	held->next = pc_held;
	held->block = block;
	held->action = action;
	held->context = context;
	pc_held = held;
}

static void pc_release(struct pc_held *held)
{
	if (held->action)
		held->action(held->context);
	else
		pc_free(held->block);
}

/* In the opposite order; each is forgotten before it is released, lest one that stops the run comes again. */
static void pc_release_all(struct kunit *test)
{
	while (pc_held) {
		struct pc_held *const held = pc_held;

		pc_held = held->next;
		pc_release(held);
	}
}

void *pc_kunit_alloc(struct kunit *test, size_t count, size_t size, bool zero)
{
	void *block;

	if (size && count > -1UL / size)
		return NULL;
	block = pc_slab(count * size, zero ? __GFP_ZERO : 0);
	if (block && block != ZERO_SIZE_PTR)
		pc_hold(block, NULL, NULL);
	return block;
}

static struct pc_held *pc_take(void *block, kunit_action_t *action, void *context)
{
	struct pc_held **at;

	for (at = &pc_held; *at; at = &(*at)->next) {
		struct pc_held *const held = *at;

		if (held->block == block && held->action == action && held->context == context) {
			*at = held->next;
			return held;
		}
	}
	return NULL;
}

void kunit_kfree(struct kunit *test, const void *ptr)
{
	pc_take((void *)ptr, NULL, NULL);
	pc_free(ptr);
}

int kunit_add_action(struct kunit *test, kunit_action_t *action, void *context)
{
	pc_hold(NULL, action, context);
	return 0;
}

int kunit_add_action_or_reset(struct kunit *test, kunit_action_t *action, void *context)
{
	return kunit_add_action(test, action, context);
}

void kunit_remove_action(struct kunit *test, kunit_action_t *action, void *context)
{
	pc_take(NULL, action, context);
}

void kunit_release_action(struct kunit *test, kunit_action_t *action, void *context)
{
	struct pc_held *const held = pc_take(NULL, action, context);

	if (held)
		pc_release(held);
}
