void abort(void);
static int sz(int n, char a[n], int b[n][n + 1]) { return sizeof(b[0]) + sizeof(*b) * 100; }
static int two(int n) {
  int a[n][n + 2]; int i, j, s = 0;
  for (i = 0; i < n; i++) for (j = 0; j < n + 2; j++) a[i][j] = i * 100 + j;
  int (*p)[n + 2] = a + 1;
  s += p[1][3];
  s += sizeof a + sizeof a[0] * 1000;
  s += (&a[n - 1] - a) * 100000;
  typedef int row[n + 1];
  n = 50;
  row r; s += sizeof(r) + sizeof(row[2]);
  char c[sizeof(int[n])]; s += sizeof c;
  return s;
}
static int sc(int n) { int k = n; int x = sizeof(int[k++]); return x * 10 + k; }
static int loop(int n) { int s = 0; for (int i = 1; i < n; i++) { char b[i]; b[i - 1] = i; s += b[i - 1] + sizeof b; } return s; }
static int cast(int n, void *p) { return (*(int (*)[n])p)[n - 1] + sizeof(*(int (*)[n])p); }
int main(void) {
  char a[4]; int b[4][5]; int d[3] = { 7, 8, 9 };
  if (sz(4, a, b) != 2020) return 1;
  int t = two(4); if (t != 203 + 96 + 24000 + 300000 + 20 + 40 + 200) return 2;
  if (sc(3) != 124) return 3;
  if (loop(6) != 30) return 4;
  if (cast(3, d) != 21) return 5;
  return 0;
}
