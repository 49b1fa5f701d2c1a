void abort(void);
static char log_[200]; static int n;
static void put(char c) { log_[n++] = c; }
static void done(int *p) { put('0' + *p); }
struct guard { int *lock; };
static struct guard lock_(int *l) { *l = 1; put('L'); return (struct guard){ l }; }
static void unlock_(struct guard *g) { if (g->lock) { *g->lock = 0; put('U'); } }
#define C __attribute__((cleanup(done)))
static int l;
static int early(int x) {
  int a C = 1;
  struct guard g __attribute__((cleanup(unlock_))) = lock_(&l);
  if (x == 1) return l + 10;
  for (int i = 0; i < 3; i++) {
    int b C = 2;
    if (x == 2 && i == 1) break;
    if (x == 3 && i == 1) return a + b + l;
    if (x == 4 && i == 0) continue;
    if (x == 5) goto out;
    put('b');
  }
  { int c C = 3; put('c'); }
out:
  put('o');
  return l;
}
static int value(void) { return ({ int a C = 4; a + 1; }) + ({ struct guard g __attribute__((cleanup(unlock_))) = lock_(&l); l; }); }
static void back(void) {
  int count = 0;
again:;
  int q C = 5;
  if (count++ < 2) goto again;
  put('e');
}
static int sw(int x) {
  switch (x) { case 1: { int a C = 6; put('x'); break; } case 2: { int a C = 7; return 3; } default: put('d'); }
  return 4;
}
static int forinit(void) { for (int i C = 8, j = 0; j < 2; j++) put('f'); return 0; }
static int scoped(void) { int r = 0; for (struct guard g __attribute__((cleanup(unlock_))) = lock_(&l), *done = 0; !done; done = (void *)1) { r = l; if (r) return r + 5; } return r; }
struct big { long a[4]; };
static struct big ret(void) { int a C = 9; struct big b = { { 1, 2, 3, 4 } }; return b; }
static int eq(const char *s) { int i; log_[n] = 0; for (i = 0; s[i]; i++) if (s[i] != log_[i]) return 0; i = log_[i] == 0; n = 0; return i; }
int main(void) {
  if (early(1) != 11 || !eq("LU1")) return 1;
  if (early(2) != 1 || !eq("Lb22c3oU1")) return 2;
  if (early(3) != 4 || !eq("Lb22U1")) return 3;
  if (early(4) != 1 || !eq("L2b2b2c3oU1")) return 4;
  if (early(5) != 1 || !eq("L2oU1")) return 5;
  if (value() != 6 || !eq("4LU")) return 6;
  back(); if (!eq("55e5")) return 7;
  if (sw(1) != 4 || !eq("x6")) return 8;
  if (sw(2) != 3 || !eq("7")) return 9;
  if (sw(3) != 4 || !eq("d")) return 10;
  forinit(); if (!eq("ff8")) return 11;
  if (scoped() != 6 || !eq("LU")) return 12;
  if (ret().a[2] != 3 || !eq("9")) return 13;
  return 0;
}
