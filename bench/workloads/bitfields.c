/* SPDX-License-Identifier: GPL-2.0-only */
/* Records of bitfields, read, changed and compared, as page roles and descriptors are. */
typedef unsigned long u64;
typedef unsigned int u32;

union role {
	u32 word;
	struct {
		u32 level : 4;
		u32 has_4_byte_gpte : 1;
		u32 quadrant : 2;
		u32 direct : 1;
		u32 access : 3;
		u32 invalid : 1;
		u32 efer_nx : 1;
		u32 cr0_wp : 1;
		u32 : 6;
		u32 smm : 8;
	};
};

struct entry {
	u64 present : 1;
	u64 writable : 1;
	u64 user : 1;
	u64 : 2;
	u64 accessed : 1;
	u64 dirty : 1;
	u64 large : 1;
	u64 : 4;
	u64 frame : 40;
	u64 : 11;
	u64 nx : 1;
};

static union role roles[512];
static struct entry entries[512];

u64 run(u64 rounds)
{
	u64 sum = 0;

	for (u64 round = 0; round < rounds; round++) {
		for (u32 i = 0; i < 512; i++) {
			union role *r = &roles[i];
			struct entry *e = &entries[i];

			r->word = 0;
			r->level = i % 5 + 1;
			r->quadrant = i;
			r->direct = i & 1;
			r->access = i >> 3;
			r->smm = i >> 1;
			*e = (struct entry){ .present = 1 };
			e->writable = r->access >> 1;
			e->frame = (u64)i * 0x12345 + round;
			e->nx = !r->direct;
		}
		for (int i = 1; i < 512; i++) {
			struct entry *e = &entries[i];

			if (e->present && e->writable && !e->dirty) {
				e->dirty = 1;
				e->accessed = 1;
				e->frame += roles[i].level;
			}
			if (roles[i].word == roles[i - 1].word || roles[i].level > 3)
				sum += e->frame;
			if (e->nx && e->accessed)
				e->dirty = 0;
			sum += roles[i].quadrant + roles[i].smm;
		}
	}
	return sum;
}
