/*
 * Memory: page tables from one range in order of allocation, with a `struct page` each; kvm_mmu_page objects from another;
 * everything else from a third. Nothing is handed out twice within a run. The tables' physical addresses are the same in
 * every version and engine, so that SPTE values compare as they are.
 */

#define PC_TABLES_PA 0x400000000ULL

#define PC_LIVE 1
#define PC_FREED 2

unsigned long pc_tables_base, pc_tables_bytes;
static unsigned long pc_table_limit, pc_table_count;
static unsigned long pc_header_count, pc_header_stride;
static char *pc_headers, *pc_objects, *pc_objects_end;
static struct page *pc_pages;
static unsigned char *pc_table_state, *pc_header_state;
static unsigned int *pc_header_table; /* of a freed header: the table it had, + 1 */
static unsigned int *pc_table_cut; /* how many TLB flushes there had been when it was unlinked, + 1; 0: it was not */
static unsigned int pc_flushes;

/* The kernel's own names for where memory lies. */
unsigned long page_offset_base, vmemmap_base, vmalloc_base, phys_base;
#ifdef CONFIG_DYNAMIC_PHYSICAL_MASK
phys_addr_t physical_mask;
#endif
unsigned long zero_pfn;

#define PC_OBJECT_BYTES (256UL << 10)

static unsigned long pc_round(unsigned long n, unsigned long to)
{
	return (n + to - 1) & ~(to - 1);
}

static void pc_zero(void *at, unsigned long bytes)
{
	__builtin_memset(at, 0, bytes);
}

static void pc_memory_reset(void)
{
	unsigned long start = pc_round((unsigned long)__pc_heap, 4096);
	unsigned long bytes = ((unsigned long)__pc_heap_end & ~4095UL) - start;
	unsigned long each;

	pc_header_stride = pc_round(sizeof(struct kvm_mmu_page), 64);
	each = 4096 + sizeof(struct page) + pc_header_stride + 2 * sizeof(unsigned int) + 2;
	pc_table_limit = (bytes - PC_OBJECT_BYTES - 3 * 4096) / each;
	pc_tables_base = start;
	pc_tables_bytes = pc_table_limit * 4096;
	start += pc_tables_bytes;
	pc_pages = (struct page *)start;
	start += pc_table_limit * sizeof(struct page);
	pc_headers = (char *)pc_round(start, 64);
	start = (unsigned long)pc_headers + pc_table_limit * pc_header_stride;
	pc_header_table = pc_new((void *)start, pc_table_limit * sizeof(unsigned int));
	start = pc_round(start + pc_table_limit * sizeof(unsigned int), 8);
	pc_table_cut = pc_new((void *)start, pc_table_limit * sizeof(unsigned int));
	start = pc_round(start + pc_table_limit * sizeof(unsigned int), 8);
	pc_table_state = pc_new((void *)start, pc_table_limit);
	start = pc_round(start + pc_table_limit, 8);
	pc_header_state = pc_new((void *)start, pc_table_limit);
	start += pc_table_limit;
	pc_objects = (char *)pc_round(start, 64);
	pc_objects_end = (char *)((unsigned long)__pc_heap_end & ~4095UL);
	/* Tables that are not handed out live as little as freed ones. */
	pc_zero(pc_table_state, pc_table_limit);
	pc_table_count = 0;
	pc_header_count = 0;
	pc_flushes = 0;

	page_offset_base = pc_tables_base - PC_TABLES_PA;
	vmemmap_base = (unsigned long)pc_pages - (PC_TABLES_PA >> 12) * sizeof(struct page);
	phys_base = 0;
	zero_pfn = 1;
}

static void *pc_object(unsigned long bytes)
{
	char *object = pc_objects;
	unsigned long whole = pc_round(bytes, 64);

	pc_out[PC_OUT_OBJECT_BYTES] += whole;
	if (whole > (unsigned long)(pc_objects_end - object))
		pc_trap(PC_TRAP_MEMORY);
	pc_objects = object + whole;
	object = pc_new(object, bytes);
	pc_zero(object, bytes);
	return object;
}

static unsigned long pc_table_of(const volatile void *p)
{
	return ((unsigned long)p - pc_tables_base) >> 12;
}

/* A page table with every word the same. */
static void *pc_new_table(pc_u64 filler)
{
	unsigned long bytes;
	char *table;

	if (pc_table_count >= pc_table_limit)
		pc_trap(PC_TRAP_MEMORY);
	table = (char *)pc_tables_base + pc_table_count * 4096;
	table = pc_new(table, 4096);
	if (filler) {
		*(pc_u64 *)table = filler;
		/* Each round copies what the rounds before it have filled. */
		for (bytes = 8; bytes < 8UL * (PC_LAST_ENTRY + 1); bytes *= 2)
			__builtin_memcpy(table + bytes, table, bytes);
	} else {
		pc_zero(table, 4096);
	}
	pc_zero(pc_new(&pc_pages[pc_table_count], sizeof(struct page)), sizeof(struct page));
	pc_table_state[pc_table_count] = PC_LIVE;
	pc_table_cut[pc_table_count] = 0;
	pc_event(pc_head(PC_EVENT_ALLOCATE, 0, 1, 0, pc_table_count), 0, 0, 0);
	pc_table_count++;
	pc_out[PC_OUT_TABLES] = pc_table_count;
	return table;
}

static void *pc_new_header(void)
{
	char *header;

	if (pc_header_count >= pc_table_limit)
		pc_trap(PC_TRAP_MEMORY);
	header = pc_new(pc_headers + pc_header_count * pc_header_stride, sizeof(struct kvm_mmu_page));
	pc_zero(header, sizeof(struct kvm_mmu_page));
	pc_header_state[pc_header_count] = PC_LIVE;
	pc_header_table[pc_header_count] = 0;
	pc_event(pc_head(PC_EVENT_ALLOCATE, 1, 1, 0, pc_header_count), 0, 0, 0);
	pc_header_count++;
	pc_out[PC_OUT_HEADERS] = pc_header_count;
	return header;
}

/* The ordinal of a kvm_mmu_page, or -1. */
static long pc_header_of(const void *p)
{
	unsigned long offset = (unsigned long)p - (unsigned long)pc_headers;

	if (offset >= pc_header_count * pc_header_stride || offset % pc_header_stride)
		return -1;
	return offset / pc_header_stride;
}

static unsigned int pc_table_of_header(long header)
{
	struct kvm_mmu_page *sp;

	if (pc_header_state[header] == PC_FREED)
		return pc_header_table[header];
	sp = (struct kvm_mmu_page *)(pc_headers + header * pc_header_stride);
	return pc_is_spte(sp->spt) ? pc_table_of(sp->spt) + 1 : 0;
}

static void pc_free_table(unsigned long address)
{
	unsigned long table = pc_table_of((void *)address);

	if (!pc_is_spte((void *)address) || table >= pc_table_count || (address & 4095)) {
		pc_rule("free_page() of what is no page table", "free_pages");
		return;
	}
	if (pc_table_state[table] != PC_LIVE) {
		pc_rule("page table freed twice", "free_pages");
		return;
	}
	pc_event(pc_head(PC_EVENT_FREE, 0, 1, 0, table), 0, 0, 0);
	pc_table_state[table] = PC_FREED;
	pc_end((void *)address);
}

static void pc_free_header(void *object)
{
	long header = pc_header_of(object);

	if (header < 0) {
		pc_rule("kmem_cache_free() of what is no kvm_mmu_page", "kmem_cache_free");
		return;
	}
	if (pc_header_state[header] != PC_LIVE) {
		pc_rule("kvm_mmu_page freed twice", "kmem_cache_free");
		return;
	}
	pc_header_table[header] = pc_table_of_header(header);
	pc_event(pc_head(PC_EVENT_FREE, 1, 1, 0, header), 0, 0, 0);
	pc_header_state[header] = PC_FREED;
	pc_end(object);
}

/* The kvm_mmu_page that a page table belongs to, as long as it lives. */
static struct kvm_mmu_page *pc_sp_of_table(unsigned long table)
{
	struct kvm_mmu_page *sp = (struct kvm_mmu_page *)page_private(&pc_pages[table]);
	long header = pc_header_of(sp);

	return header >= 0 && pc_header_state[header] == PC_LIVE ? sp : NULL;
}
