/* Conversions, promotions and the order of things; every check has its own number. */
typedef unsigned long ul;
enum small { S0, S1 = 200 }; enum neg { N1 = -1, N2 = 5 }; enum big { B = 0xffffffffffffUL };
static int calls; static int *next(void) { static int a[4]; return &a[calls++]; }
typedef union { int *i; long *l; } both __attribute__((transparent_union));
static long deref(both b, int which) { return which ? *b.l : *b.i; }
static long sum(int n, ...) {
  __builtin_va_list ap; long s = 0; __builtin_va_start(ap, n);
  while (n--) { s += __builtin_va_arg(ap, int); s += __builtin_va_arg(ap, long); s += (long)__builtin_va_arg(ap, double); }
  __builtin_va_end(ap); return s;
}
struct pair { short a; long b; }; static struct pair swap(struct pair p) { return (struct pair){ p.b, p.a }; }
static struct pair through(struct pair p, int n) { return n ? through(swap(p), n - 1) : p; }
int main(void) {
  signed char c = -1; unsigned char uc = 255; unsigned short us = 65535; int i = -1; unsigned u = 0xffffffffu; long l = -1; ul ull = -1;
  if (c == uc || us * us != (int)(65535u * 65535u) || i != (int)u || !(i < 1u == 0) || l != (long)ull) return 1;
  if ((c >> 1) != -1 || (uc << 24) != (int)0xff000000 || (u >> 31) != 1 || (l >> 63) != -1) return 2;
  if ((signed char)uc != -1 || (unsigned char)c != 255 || (short)us != -1 || (long)u != 0xffffffffL || (ul)i != -1UL) return 3;
  enum small s = S1; enum neg n = N1; enum big b = B; unsigned char sc = s;
  if (s - 201 > 0 != 1 || n >= 0 || b != 0xffffffffffffUL || sizeof b != 8 || sc != 200) return 4;
  *next() += 5; (*next())++; if (calls != 2 || next()[-2] != 5 || next()[-2] != 1) return 5;
  int x = 7; long y = 9; if (deref(&x, 0) != 7 || deref(&y, 1) != 9) return 6;
  if (sum(2, 1, 2L, 3.5, (short)4, 5L, 6.0f) != 21) return 7;
  if (through((struct pair){ 1, 2 }, 3).a != 2 || swap(swap((struct pair){ 3, 4 })).b != 4) return 8;
  _Bool t = 256; t = t + t; if (t != 1) return 9; t = &x; if (!t) return 10; t = 0.25; if (!t) return 11; t = (char)256; if (t) return 12;
  float f = 16777217; double d = f; if (d != 16777216) return 13; f = 0.1; if (f == 0.1) return 14; if ((float)0.1 != f) return 15;
  if ((int)3.99 != 3 || (int)-3.99 != -3 || (ul)1e19 != 10000000000000000000UL || (unsigned)4e9 != 4000000000u) return 16;
  if ((double)0x8000000000000000UL != 9223372036854775808.0 || (float)0xffffffffu != 4294967296.0f) return 17;
  __int128 q = -1; unsigned __int128 r = 1; if ((r << 100) >> 98 != 4 || q >> 127 != -1 || (ul)(q * 3) != -3UL || q > (long)0) return 18;
  int a[5] = { 1, 2, 3, 4, 5 }, *p = a + 4, k = 2; if (p - a != 4 || p[-k] != 3 || *(p - 1u) != 4 || &a[5] - p != 1 || 3[a] != 4) return 19;
  char *cp = (char *)a; if (*(int *)(cp + 4) != 2 || (int *)cp + 1 != a + 1 || (ul)(a + 1) - (ul)a != 4) return 20;
  i = 5; i += i++ ? 1 : 2; x = (i = 3, i + 1); if (x != 4) return 21; x <<= 2; x |= 1; x ^= 3; x %= 7; if (x != 4) return 22;
  uc = 250; uc += 10; if (uc != 4) return 23; c = 127; c++; if (c != -128) return 24; us = 0; us--; if (us != 65535) return 25;
  short h = -5; if (h / 2 != -2 || h % 2 != -1 || -5 >> 1 != -3 || (unsigned short)h / 2 != 32765) return 26;
  const char *w = "wide" "str\0ing"; if (sizeof "wide" "str\0ing" != 12 || w[8] != 'i' || "\x41\102C"[1] != 'B') return 27;
  struct { int a; struct { int b, c; }; union { int d; char e[4]; }; } o = { 1, { .c = 3 }, .e = { 1 } }; if (o.b || o.c != 3 || o.d != 1) return 28;
  for (k = 0; k < 2; k++) { struct pair *z = &(struct pair){ .b = k }; if (z->a || z->b != k) return 29; z->a = 9; }
  int m[2][3] = { [1][2] = 6, [0] = { 1 }, }; if (m[0][0] != 1 || m[1][2] != 6 || m[1][0]) return 30;
  int (*row)[3] = m; if (row[1][2] != 6 || sizeof *row != 12 || *(*(m + 1) + 2) != 6) return 31;
  if ((1 ? -1 : 0u) < 0 || (0 ? 1L : -1) > 0 || sizeof(1 ? (char)1 : (short)1) != 4 || sizeof((char)1 + (char)1) != 4) return 32;
  ul sh = 1; if (sh << 40 >> 38 != 4 || (1u << 31) >> 31 != 1 || (int)(sh << 31 << 1) != 0) return 33;
  volatile int v = 3; v += v; if (v != 6 || v++ != 6 || --v != 6) return 34;
  x = 0; if (x++ && x++) return 35; if (!(x++ || x++)) return 36; if (x != 2) return 37;
  switch ((unsigned char)300) { case 44: break; default: return 38; }
  switch (-1) { case 0xffffffff: break; default: return 39; }
  do { if (x == 2) continue; return 40; } while (x++ < 1);
  goto in; while (x < 10) { x++; continue; in: x += 2; } if (x != 10 && x != 11) return 41;
  return 0;
}
