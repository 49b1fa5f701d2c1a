/*
 * The words of pc_in and pc_out. Numbers here are mirrored in encoding.ts, trace-words.ts and entry-points.ts; a test
 * compares them.
 */
#ifndef PC_WORDS_H
#define PC_WORDS_H

#define PC_MAGIC 0x70636b766d303031ULL

/* ---- pc_in: header ---- */
#define PC_IN_MAGIC 0
#define PC_IN_LENGTH 1
#define PC_IN_OPTIONS 2
#define PC_IN_FORMAT 3 /* 0 EPT, 1 NPT */
#define PC_IN_MAXPHYADDR 4
#define PC_IN_FLAGS 5 /* PC_CONFIG_ */
#define PC_IN_ME_MASK 6
#define PC_IN_ROOTS 7 /* counts, and the offsets of their records */
#define PC_IN_SLOTS 8
#define PC_IN_CALLS 9
#define PC_IN_RULES 10
#define PC_IN_ROOTS_AT 11
#define PC_IN_SLOTS_AT 12
#define PC_IN_CALLS_AT 13
#define PC_IN_RULES_AT 14
#define PC_IN_BESIDE_AT 15 /* the call of the thread beside, 0: there is none */
#define PC_IN_HEADER 16

#define PC_OPTION_PLACES 1 /* report every place at which a rule could apply */
#define PC_OPTION_POINTS 2 /* report every point at which a thread could be left */

#define PC_CONFIG_AD_BITS 1
#define PC_CONFIG_PML 2
#define PC_CONFIG_L1TF 4
#define PC_CONFIG_NO_MMIO_CACHING 8
#define PC_CONFIG_NO_EXEC_ONLY 16

/* Root: level | flags << 8, references, table. */
#define PC_ROOT_SMM 1
#define PC_ROOT_GUEST_MODE 2
#define PC_ROOT_INVALID 4
#define PC_ROOT_SCHEDULED 8

/* Table: count of entries | PC_TABLE_ flags << 32, entries. Entry: index | kind << 16 | flags << 24, payload, [table]. */
#define PC_TABLE_NX_DISALLOWED 1
#define PC_ENTRY_LEAF 1 /* payload: pfn; entry: | how many more like it << 32 | (indices from one to the next - 1) << 48 */
#define PC_ENTRY_MMIO 2 /* payload: generation */
#define PC_ENTRY_TABLE 3
#define PC_ENTRY_FROZEN 4
#define PC_LEAF_WRITABLE 1
#define PC_LEAF_MMU_WRITABLE 2
#define PC_LEAF_HOST_WRITABLE 4
#define PC_LEAF_EXECUTABLE 8
#define PC_LEAF_ACCESSED 16
#define PC_LEAF_DIRTY 32
#define PC_LEAF_ACCESS_TRACKED 64

/* Frames of a device's memory. */
#define PC_DEVICE_PFN 0xc0000
#define PC_DEVICE_PFN_END 0x100000

/* Slot: address space | dirty log << 8 | largest level << 16, first gfn, pages. */
#define PC_SLOT_WORDS 3
/* Call: entry | arguments << 16, arguments. */
#define PC_ENTRY_POINT_MAP 26 /* kvm_tdp_mmu_map, which is stale on an invalid root */
/*
 * Schedule rule: scope (~0: any), event, 1 if it has gfns, first gfn, last gfn, level (0: any), action, detail, what the SPTE
 * holds (PC_HOLDS_), and of a step the SPTE that it changes: 0 the one at hand, or root + 1 | level << 8, and its gfn.
 * Detail: of a step its PC_STEP_; of a task where its call lies in pc_in | the mode in which it takes mmu_lock << 32; of a leave the
 * thread that is left | how often it has been at this place before << 32.
 */
#define PC_RULE_WORDS 12
#define PC_ACTION_RESCHEDULE 1
#define PC_ACTION_FAIL 2
#define PC_ACTION_STEP 3 /* another CPU changes an SPTE, once (harness/rely.c) */
#define PC_ACTION_TASK 4 /* another task makes a whole call, once (harness/tasks.c) */
#define PC_ACTION_LEAVE 5 /* the thread that runs is left for the other, once (harness/threads.c) */

#define PC_HOLDS_ANYTHING 0
#define PC_HOLDS_NOTHING 1
#define PC_HOLDS_FROZEN 2
#define PC_HOLDS_MMIO 3
#define PC_HOLDS_LEAF 4
#define PC_HOLDS_TABLE 5

#define PC_STEP_ACCESSED 1
#define PC_STEP_DIRTY 2
#define PC_STEP_FAST_WRITE 3
#define PC_STEP_FAST_ACCESS 4
#define PC_STEP_AGE 5

#define PC_PLACE_POLL 0
#define PC_PLACE_READ 1
#define PC_PLACE_WRITE 2
#define PC_PLACE_XCHG 3
#define PC_PLACE_CMPXCHG 4
#define PC_PLACE_ALLOC 5
#define PC_PLACE_UNLOCKED 6 /* mmu_lock is dropped in a yield, or for an allocation */
#define PC_PLACE_AND 7
#define PC_PLACE_END 8 /* the call is about to return */
/* Where one thread may be left for the other, besides accesses to SPTEs: */
#define PC_PLACE_LOCK 9
#define PC_PLACE_UNLOCK 10
#define PC_PLACE_LOCK_SHARED 11
#define PC_PLACE_UNLOCK_SHARED 12
#define PC_PLACE_ATOMIC 13 /* a read-modify-write, or WRITE_ONCE, of what is no SPTE */
#define PC_PLACE_BEGIN 14 /* of the call */
#define PC_PLACE_RCU 15 /* a read section ends, or something is to be freed after a grace period */

/* ---- pc_out: header ---- */
#define PC_OUT_MAGIC 0
#define PC_OUT_STATUS 1 /* PC_STATUS_ */
#define PC_OUT_DETAIL 2
#define PC_OUT_USED 3 /* words in use */
#define PC_OUT_EVENTS_END 4
#define PC_OUT_LOST 5 /* words that did not fit */
#define PC_OUT_CALLS 6 /* calls begun */
#define PC_OUT_FIRST_TABLES 7 /* page tables of the scenario */
#define PC_OUT_TABLES 8 /* and all in all */
#define PC_OUT_HEADERS 9
#define PC_OUT_STRINGS 10
#define PC_OUT_STRINGS_END 11
#define PC_OUT_NONPRESENT 16 /* values and masks of SPTEs */
#define PC_OUT_FROZEN 17
#define PC_OUT_BASE_ADDRESS 18
#define PC_OUT_PRESENT 19
#define PC_OUT_USER 20
#define PC_OUT_X 21
#define PC_OUT_NX 22
#define PC_OUT_ACCESSED 23
#define PC_OUT_DIRTY 24
#define PC_OUT_ACCESS_TRACK 25
#define PC_OUT_HOST_WRITABLE 26
#define PC_OUT_MMU_WRITABLE 27
#define PC_OUT_ME_VALUE 28
#define PC_OUT_ME_MASK 29
#define PC_OUT_MEMTYPE 30
#define PC_OUT_MEMTYPE_OF_RAM 31
#define PC_OUT_MMIO_VALUE 32
#define PC_OUT_MMIO_MASK 33
#define PC_OUT_MMIO_ACCESS 34
#define PC_OUT_MMU_PRESENT 35
#define PC_OUT_TABLES_PFN 36 /* frame of page table 0; the others follow */
#define PC_OUT_L1TF_MASK 37 /* address bits that are set in what is neither present nor empty */
#define PC_OUT_L1TF_LOW_GFN 38 /* of a gfn there: bits that keep their place */
#define PC_OUT_MMIO_CACHING 39 /* 1: MMIO SPTEs are made */
#define PC_OUT_PRIVATE 48 /* from here to the costs: of the harness's own use, no part of a comparison */
#define PC_OUT_LAST_SPTE 48 /* where the last event begins, if it is an SPTE's */
#define PC_OUT_OBJECT_BYTES 49
#define PC_OUT_NOT_LEGAL 50 /* actions of the schedule that were not legal where it ordered them */
#define PC_OUT_ACTED 51 /* actions that were carried out */

#define PC_OUT_COSTS 64
#define PC_COST_WORDS 8 /* loops, reads, removed reads, polls, reschedule points, longest stretch, entries, complete */
#define PC_MAX_CALLS 32
#define PC_OUT_TEXT (PC_OUT_COSTS + PC_MAX_CALLS * PC_COST_WORDS)
#define PC_TEXT_WORDS 704
#define PC_OUT_EVENTS (PC_OUT_TEXT + PC_TEXT_WORDS)

#define PC_STATUS_RUNNING 0
#define PC_STATUS_DONE 1
#define PC_STATUS_UNBUILDABLE 2 /* detail: PC_BAD_ */
#define PC_STATUS_STOPPED 3 /* dumped after a trap */

#define PC_BAD_INPUT 1
#define PC_BAD_MMIO 2 /* an MMIO SPTE above 4K, or MMIO caching is off in this configuration */
#define PC_BAD_TABLE 3
#define PC_BAD_LEAF 4
#define PC_BAD_ENTRY 5 /* an entry point that this build does not have */
#define PC_BAD_ARGUMENT 6
#define PC_BAD_ROOT 7

/* ---- events: kind | how << 8 | (count - 1) << 12 | index << 24 | table << 36, then words as listed ---- */
#define PC_EVENT_SPTE 1 /* from, to; `count` neighbours changed alike, in order */
#define PC_EVENT_FLUSH_ALL 2
#define PC_EVENT_FLUSH_RANGE 3 /* gfn, pages */
#define PC_EVENT_PFN_DIRTY 4 /* pfn */
#define PC_EVENT_PFN_ACCESSED 5 /* pfn */
#define PC_EVENT_PAGE_STATS 6 /* delta; index: level */
#define PC_EVENT_TABLE_PAGES 7 /* delta */
#define PC_EVENT_ALLOCATE 8 /* how: 0 table, 1 header; table: ordinal */
#define PC_EVENT_FREE 9
#define PC_EVENT_CALL_RCU 10 /* table: header's ordinal */
#define PC_EVENT_WARN 11 /* condition | function << 32 (texts) */
#define PC_EVENT_BUG 12 /* same */
#define PC_EVENT_REQUEST 13 /* number of a request to all vCPUs; how = 1: the VM is dead */
#define PC_EVENT_YIELD 14 /* scope, gfn; index: level (0: none) */
#define PC_EVENT_RULE 15 /* rule | function << 32 (texts) */
#define PC_EVENT_BEGIN 16 /* entry */
#define PC_EVENT_END 17 /* entry, value; how = 1: there is a value */
#define PC_EVENT_DIRTY_LOG 18 /* gfn */
#define PC_EVENT_RESULT 19 /* how: PC_RESULT_; value */
#define PC_RESULT_SPTE 1 /* the SPTE that a walk found at a level (index) */
#define PC_RESULT_SPTEP 2 /* a pointer to the SPTE (table, index) */
#define PC_RESULT_ROOT 3 /* a root: its table */
#define PC_EVENT_ALLOCATE_FAILED 20 /* how as in ALLOCATE */
#define PC_EVENT_STEP 21 /* another CPU: from, to; how: PC_STEP_ */
#define PC_EVENT_TASK_BEGIN 22 /* another task: entry */
#define PC_EVENT_TASK_END 23 /* entry, value; how = 1: there is a value */
#define PC_EVENT_NOT_LEGAL 24 /* what the schedule orders here may not happen here; how: PC_ACTION_, index: number of the rule */
#define PC_EVENT_PLACE 25 /* how: PC_PLACE_; index: level, table: root + 1 (0: none); scope | PC_HOLDS_ << 32 |
			     PC_HELD_ << 40, gfn */
#define PC_EVENT_TURN 26 /* another thread goes on; index: which */
#define PC_EVENT_POINT 27 /* how, index, table and words as of PC_EVENT_PLACE, the thread << 48 in the first; a third: what is accessed */

/* ---- final state ---- */
#define PC_FINAL_ROOT 1 /* table: ordinal; word: references | level << 32 | PC_ROOT_ flags << 40; how = 1: a root in the
			   list that was freed (the list ends there) */
#define PC_FINAL_TABLE 2 /* how: 1 live, 2 freed, 4 reachable, 8 nx disallowed (mask); index: how many runs follow;
			    if live: level | PC_ODD_ << 8, gfn, runs of entries: index | length << 16, first value,
			    step from one to the next (where the length is not 1) */
#define PC_ODD_SP 1 /* no kvm_mmu_page, or not of this table */
#define PC_ODD_ROLE 2 /* role is not its parent's, one level down */
#define PC_ODD_GFN 4 /* gfn is not where it is linked */
#define PC_ODD_PTEP 8 /* ptep is not the SPTE that links it */
#define PC_ODD_KIND 16 /* not marked as one of the TDP MMU */
#define PC_FINAL_COUNTER 3 /* index: which; word: value */
#define PC_FINAL_HEADER 4 /* an object whose ordinal is not its table's; index: 1 freed; word: ordinal of its table or ~0 */
#define PC_FINAL_LOCK 5 /* how: mode; a lock that is still held; index 1: mmu_lock, 2: tdp_mmu_pages_lock, 0: another */

#define PC_COUNTER_PAGES_4K 0 /* 1, 2: 2M, 1G */
#define PC_COUNTER_TDP_MMU_PAGES 3
#define PC_COUNTER_TABLE_PAGES 4
#define PC_COUNTER_NX_SPLITS 5
#define PC_COUNTER_NX_TRACKED 6
#define PC_COUNTER_VM_BUGGED 7
#define PC_COUNTER_RCU_DEPTH 8
#define PC_COUNTER_RCU_PENDING 9
#define PC_COUNTER_MMIO_CREATED 10

#endif
