import { describe, expect, it } from 'vitest';
import { gccErrors, hasGcc } from './testing/gcc.js';
import { unitOf } from './testing/unit-of.js';

const PREAMBLE = `
enum e { A, B }; enum n { MINUS = -1 }; struct s { int a; }; struct t { int a; }; union u { int a; };
typedef int pair[2]; typedef const int cpair[2]; typedef int open_[]; typedef int fn(int); typedef int old(); typedef void vfn(struct s *);
typedef void cvfn(const struct s *); typedef int *ip; typedef const char *ccp; typedef char *cp; typedef unsigned char *ucp; typedef void *vp;
typedef const void *cvp; typedef int __attribute__((aligned(16))) aint; typedef int fnu(unsigned); typedef long lfn(int); typedef int vafn(int, ...);
typedef int nofn(void); typedef struct s *sp; typedef struct s *const scp;
`;
const POINTEES = [
  'void',
  'const void',
  '_Bool',
  'char',
  'signed char',
  'unsigned char',
  'const char',
  'short',
  'int',
  'const int',
  'volatile int',
  'unsigned',
  'long',
  'unsigned long',
  'long long',
  '__int128',
  'float',
  'double',
  'enum e',
  'enum n',
  'struct s',
  'const struct s',
  'struct t',
  'union u',
  'struct unknown',
  'pair',
  'cpair',
  'open_',
  'fn',
  'old',
  'vfn',
  'cvfn',
  'fnu',
  'lfn',
  'vafn',
  'nofn',
  'ip',
  'ccp',
  'cp',
  'ucp',
  'vp',
  'cvp',
  'aint',
  'sp',
  'scp',
];

describe.skipIf(!hasGcc)(
  'pointer assignments under -Werror=incompatible-pointer-types, against gcc',
  () => {
    it('are refused alike', () => {
      let text = PREAMBLE;
      const lines: { readonly name: string; readonly line: number; readonly what: string }[] = [];
      let line = PREAMBLE.split('\n').length;
      for (const [i, to] of POINTEES.entries()) {
        for (const [j, from] of POINTEES.entries()) {
          const name = `f_${i}_${j}`;
          text += `void ${name}(${to} **to, ${from} *from) { *to = from; }\n`.replace(
            /(fn|old) \*\*/,
            '$1 **',
          );
          lines.push({ name, line: line++, what: `${to} * = ${from} *` });
        }
      }
      const errors = gccErrors(text, [
        '-Werror=incompatible-pointer-types',
        '-Wincompatible-pointer-types',
      ]);
      const refused = new Set(
        [...errors.matchAll(/<stdin>:(\d+):\d+: error/g)].map((match) => Number(match[1])),
      );
      const unit = unitOf(text);
      const differing = lines.filter(
        ({ name, line: at }) => unit.function(name).ok === refused.has(at),
      );
      expect(
        differing.map(
          ({ what, line: at }) => `${what} (gcc ${refused.has(at) ? 'refuses' : 'accepts'})`,
        ),
      ).toEqual([]);
    });
  },
);
