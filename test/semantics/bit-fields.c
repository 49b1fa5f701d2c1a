struct s { unsigned long a : 40, b : 20; int c : 5; unsigned d : 7; _Bool e : 1; signed char f : 3; } ;
struct __attribute__((packed)) p { char c; unsigned long x : 33; unsigned y : 7; unsigned long z : 60; int w : 17; };
union u { unsigned x : 3; unsigned char raw[4]; };
struct s g = { .a = 0xffffffffffUL, .b = 5, .c = -3, .d = 100, .e = 7, .f = -2 };
int main(void) {
  struct s s = g; struct p p = { 1, 0x1ffffffffUL, 0x55, 0xfffffffffffffffUL, -5 }, q;
  if (s.a << 8 != 0xffffffff00UL) return 1;
  if ((s.a + 1) != 0) return 2;
  if (s.c != -3 || s.c * 2 != -6) return 3;
  if (s.d - 200 > 0) return 4;
  if ((s.f = 5) != -3) return 5;
  if ((s.c += 20) != -15) return 6;
  if (s.d++ != 100 || s.d != 101) return 7;
  if (--s.e != 0 || s.e != 0) return 8;
  if ((s.a = -1) != 0xffffffffffUL) return 9;
  if (p.x != 0x1ffffffffUL || p.y != 0x55 || p.z != 0xfffffffffffffffUL || p.w != -5 || p.c != 1) return 10;
  p.x = 0x123456789UL; p.z ^= 0xf0f0UL; p.y = 0x2a; p.w = 12345;
  q = p;
  if (q.x != 0x123456789UL || q.y != 0x2a || q.z != (0xfffffffffffffffUL ^ 0xf0f0UL) || q.w != 12345 || q.c != 1) return 11;
  union u u = { .raw = { 0xff, 0xff, 0xff, 0xff } }; u.x = 2;
  if (u.raw[0] != 0xfa) return 12;
  unsigned long v = 1UL << 39; s.a = v; if (s.a * 2 != 0) return 13;
  long neg = -1; s.b = neg; if (s.b != 0xfffff || (s.b >> 4) != 0xffff) return 14;
  if ((~s.a) != 0x7fffffffffUL) return 15;
  if (-s.a != 0x8000000000UL) return 16;
  unsigned long w = s.a - 1; if (w != 0x7fffffffffUL) return 17;
  s.a = 0; w = s.a - 1; if (w != 0xffffffffffUL) return 18;
  return 0;
}
