/* SPDX-License-Identifier: GPL-2.0-only */
/* Doubly linked circular lists and a left-leaning red-black tree: insert, walk, remove. */
typedef unsigned long u64;

struct link { struct link *next, *prev; };
struct item { u64 key; struct link link; struct item *left, *right; int red; };

static struct item items[1024];
static struct link head;

static void add_tail(struct link *new, struct link *at)
{
	new->prev = at->prev;
	new->next = at;
	at->prev->next = new;
	at->prev = new;
}

static void take_out(struct link *link)
{
	link->prev->next = link->next;
	link->next->prev = link->prev;
}

#define item_of(p) ((struct item *)((char *)(p) - __builtin_offsetof(struct item, link)))

static int is_red(const struct item *n) { return n && n->red; }

static struct item *lean_left(struct item *n)
{
	struct item *r = n->right;

	n->right = r->left;
	r->left = n;
	r->red = n->red;
	n->red = 1;
	return r;
}

static struct item *lean_right(struct item *n)
{
	struct item *l = n->left;

	n->left = l->right;
	l->right = n;
	l->red = n->red;
	n->red = 1;
	return l;
}

static struct item *insert(struct item *n, struct item *new)
{
	if (!n)
		return new;
	if (new->key < n->key)
		n->left = insert(n->left, new);
	else
		n->right = insert(n->right, new);
	if (is_red(n->right) && !is_red(n->left))
		n = lean_left(n);
	if (is_red(n->left) && is_red(n->left->left))
		n = lean_right(n);
	if (is_red(n->left) && is_red(n->right)) {
		n->red = 1;
		n->left->red = n->right->red = 0;
	}
	return n;
}

u64 run(u64 rounds)
{
	u64 sum = 0, seed = 12345;

	for (u64 round = 0; round < rounds; round++) {
		struct item *root = 0;

		head.next = head.prev = &head;
		for (int i = 0; i < 1024; i++) {
			struct item *n = &items[i];

			seed = seed * 6364136223846793005UL + 1442695040888963407UL;
			n->key = seed >> 32;
			n->left = n->right = 0;
			n->red = 1;
			add_tail(&n->link, &head);
			root = insert(root, n);
			root->red = 0;
		}
		for (struct link *l = head.next; l != &head; l = l->next)
			sum += item_of(l)->key;
		for (int i = 0; i < 1024; i += 2)
			take_out(&items[i].link);
		for (struct link *l = head.next; l != &head; l = l->next)
			sum ^= item_of(l)->key;
		for (int i = 0; i < 2048; i++) {
			u64 wanted = (seed + i * 2654435761UL) & 0xffffffff;
			struct item *n = root;

			while (n && n->key != wanted)
				n = wanted < n->key ? n->left : n->right;
			sum += n != 0;
		}
	}
	return sum;
}
