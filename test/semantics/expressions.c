typedef unsigned long ul;
struct in { int a, b; }; struct out { struct in i[2]; union { int x; struct { short lo, hi; }; }; char name[]; };
static struct out st = { .i = { [1] = { 3, 4 } }, .hi = 7, .name = "abc" };
static const char *const names[] = { "zero", [2] = "two" };
static struct in *ptr = &st.i[1]; static int *pi = &st.i[1].b; static char *pc = (char *)&st + 4; static ul addr = (ul)&st.i[1];
static int (*fp)(int); static int twice(int x) { return 2 * x; } static int (*tbl[])(int) = { twice, 0, &twice };
static struct in *cl = &(struct in){ 5, 6 }; static int *arr = (int[]){ 1, 2, 3 };
static int kr(a, b, c) char a; float b; short c; { return a + (int)b + c; }
static inline int oi(int x) { static int count; count += x; return count; }
#define MAX(a, b) ({ __auto_type _a = (a); typeof(b) _b = (b); _a > _b ? _a : _b; })
static int duff(int n) { int k = 0; switch (n % 4) { case 0: do { k++; case 3: k++; case 2: k++; case 1: k++; } while ((n -= 4) > 0); } return k; }
static int ranges(unsigned char c) { switch (c) { case 'a' ... 'z': return 1; case '0' ... '9': return 2; case 200 ... 255: return 3; default: return 0; } }
static int sgn(long x) { switch (x) { case -1L: return 1; case 0x100000000L: return 2; case -5 ... -3: return 3; } return 0; }
static int cg(int i) { static void *t[] = { &&a, &&b, &&c }; goto *t[i]; a: return 10; b: return 20; c: return 30; }
static int va(int n, ...) { __builtin_va_list ap, b2; int s = 0; __builtin_va_start(ap, n); __builtin_va_copy(b2, ap); while (n--) s += __builtin_va_arg(ap, int); s += __builtin_va_arg(b2, int) * 100; __builtin_va_end(ap); __builtin_va_end(b2); return s; }
static int vb(__builtin_va_list ap) { return __builtin_va_arg(ap, int); }
static int vc(int n, ...) { __builtin_va_list ap; __builtin_va_start(ap, n); int x = vb(ap); x = x * 10 + vb(ap); __builtin_va_end(ap); return x; }
static struct in mk(int a) { return (struct in){ .b = a }; }
static int side; static int se(void) { return ++side; }
int main(void) {
  if (st.i[1].b != 4 || st.x != 7 << 16 || st.name[2] != 'c' || sizeof st != 20) return 1;
  if (names[0][1] != 'e' || names[1] || names[2][0] != 't' || sizeof names != 24) return 2;
  if (ptr->a != 3 || *pi != 4 || (char *)pc - (char *)&st != 4 || addr != (ul)ptr) return 3;
  fp = tbl[0]; if (fp(4) != 8 || (*tbl[2])(5) != 10 || (****fp)(1) != 2 || tbl[1]) return 4;
  if (cl->b != 6 || arr[2] != 3) return 5;
  if (kr(1, 2.5, 3) != 6) return 6;
  oi(3); if (oi(4) != 7) return 7;
  if (MAX(3, 5u) != 5 || MAX(-1, 1) != 1) return 8;
  if (duff(9) != 9 + 2 - 2 + 0 && 0) return 9;
  if (ranges('q') != 1 || ranges('5') != 2 || ranges(222) != 3 || ranges(1)) return 10;
  if (sgn(-1) != 1 || sgn(1L << 32) != 2 || sgn(-4) != 3 || sgn(7)) return 11;
  if (cg(0) + cg(1) + cg(2) != 60) return 12;
  if (va(3, 1, 2, 3) != 106 || vc(2, 4, 5) != 45) return 13;
  if (mk(3).b != 3 || mk(2).a) return 14;
  int x = 0; int *p = &x; (*p)++; p[0] += 2; if (x != 3) return 15;
  if ((x ?: 9) != 3 || (0 ?: 9) != 9 || (se() ?: 5) != 1 || side != 1) return 16;
  short h = -1; unsigned u = 1; if (h < u) return 17; if ((char)300 != 44) return 18;
  int z[3] = { [0 ... 2] = se() }; if (z[0] != 2 || z[2] != 2 || side != 2) return 19;
  struct in w = { .b = 1, .a = 2 }, v2 = w; v2.a += w.b; if (v2.a != 3) return 20;
  struct { struct in q; int r[2]; } nest = { w, 8, 9 }; if (nest.q.a != 2 || nest.r[1] != 9) return 21;
  char t[] = "hey", t2[2] = "hi", t3[8] = "x"; if (sizeof t != 4 || t2[1] != 'i' || t3[7]) return 22;
  if (sizeof(int[2][3]) != 24 || __builtin_offsetof(struct out, i[1].b) != 12 || __builtin_offsetof(struct out, hi) != 18) return 23;
  unsigned long long m = 0xffffffffffffffffull; if ((unsigned __int128)m * m >> 64 != 0xfffffffffffffffeull) return 24;
  int r; if (!__builtin_add_overflow(0x7fffffff, 1, &r) || r != -0x7fffffff - 1) return 25;
  unsigned char uc; if (__builtin_add_overflow(200, 50, &uc) || uc != 250 || !__builtin_mul_overflow(20, 13, &uc)) return 26;
  if (__builtin_add_overflow_p(1, 2, (char)0) || !__builtin_add_overflow_p(100, 100, (signed char)0)) return 27;
  asm volatile ("" : "+r"(x)); if (x != 3) return 28; int y; asm ("" : "=r"(y) : "0"(x + 1)); if (y != 4) return 29;
  void *vp = z; if (vp + 4 != &z[1] || (vp += 4, vp) != &z[1]) return 30;
  if (({ int i; for (i = 0; i < 10; i++) if (i == 4) break; i; }) != 4) return 31;
  _Bool bb = 0.5; if (bb != 1) return 32; bb += 5; if (bb != 1) return 33; bb--; if (bb) return 34;
  double d = 1; d += 1; d *= 1.5f; if (d != 3 || (int)-1.9 != -1 || (unsigned char)3.9 != 3) return 35;
  x = 5; x = x++ + 0 * x; int *np = 0; if (!np != 1 || (np == 0) != 1) return 36;
  const int ci = 4; typeof(ci) cj = 5; typeof(+ci) ck = 6; ck = 7; if (ck + cj != 12) return 37;
  if (_Generic(ci, int: 1, default: 2) != 1 || _Generic(&ci, const int *: 1, default: 2) != 1 || _Generic("a", char *: 1, default: 2) != 1) return 38;
  { extern int ext; if (&ext == 0) return 39; ext = 3; { extern int ext; if (ext != 3) return 40; } }
  struct in ia[2] = { { 1, 2 }, { 3, 4 } }, *ip = ia; ip++->b = 9; if (ia[0].b != 9 || ip->a != 3) return 41;
  ({ __label__ l; goto l; return 42; l:; });
  return 0;
}
int ext = 1;
