/** #include and its search (C11 6.10.2), guards, #line, pragmas. */
import { describe, expect, it } from 'vitest';
import { failure, optionsFor, preprocessed, spelled, tokens } from './testing/in-memory.js';
import { preprocess } from './preprocess.js';

describe('source file inclusion', () => {
  it("searches the including file's directory first, then the listed ones", () => {
    const files = {
      'main.c': '#include "a.h"\n#include <a.h>\n#include "d/b.h"\n',
      'a.h': 'here\n',
      'include/a.h': 'there\n',
      'd/b.h': '#include "c.h"\n#include "../a.h"\n',
      'd/c.h': 'beside\n',
    };
    expect(tokens(files)).toBe('here there beside here');
  });

  it('knows #include_next, computed names and #import', () => {
    const files = {
      'main.c':
        '#define H <x.h>\n#include H\n#define Q(n) #n\n#include Q(y.h)\n#import "y.h"\n#include "y.h"\n',
      'one/x.h': 'one\n#include_next <x.h>\n',
      'two/x.h': 'two\n',
      'y.h': 'y\n',
    };
    expect(tokens(files, { includeDirs: ['one', 'two'] })).toBe('one two y');
  });

  it('takes overrides first and stand-ins last', () => {
    const files = {
      'main.c': '#include <asm/a.h>\n#include <asm/b.h>\n#include <asm/c.h>\n#include <none.h>\n',
      'include/asm/a.h': 'tree\n',
      'include/asm/b.h': 'tree\n',
      'include/asm-generic/c.h': 'generic\n',
    };
    const { tokens: found, files: read } = preprocessed(files, {
      override: (name) => (name === 'asm/a.h' ? { path: 'ours/a.h', text: 'ours\n' } : null),
      standIn: (name) =>
        name === 'none.h'
          ? { kind: 'text', path: 'made/none.h', text: '' }
          : { kind: 'alias', name: name.replace('asm/', 'asm-generic/') },
    });
    expect(found.map((token) => [token.text, token.file.path])).toEqual([
      ['ours', 'ours/a.h'],
      ['tree', 'include/asm/b.h'],
      ['generic', 'include/asm-generic/c.h'],
    ]);
    expect(read.map((file) => file.path)).toEqual([
      'main.c',
      'ours/a.h',
      'include/asm/b.h',
      'include/asm-generic/c.h',
      'made/none.h',
    ]);
  });

  it('reads a guarded file once, and one that only looks guarded again', () => {
    let reads = 0;
    const options = optionsFor({
      'main.c': '#include "g.h"\n#include "g.h"\n#include "h.h"\n#undef H\n#include "h.h"\n',
      'g.h': '/* c */\n#ifndef G\n#define G\ng\n#endif\n',
      'h.h': '#ifndef H\n#define H\nh\n#endif\ntail\n',
    });
    const result = preprocess({
      ...options,
      read: (path) => {
        reads++;
        return options.read(path);
      },
    });
    expect(result.ok && result.value.tokens.map((token) => token.text).join(' ')).toBe(
      'g h tail h tail',
    );
    expect(reads).toBe(2);
  });

  it('obeys #pragma once', () => {
    expect(
      tokens({ 'main.c': '#include "a.h"\n#include "a.h"\n', 'a.h': '#pragma once\na\n' }),
    ).toBe('a');
  });

  it('says which header is missing, and who wanted it', () => {
    expect(
      failure({ 'main.c': '\n#include "a.h"\n', 'a.h': 'int x;\n  #include <b.h> // why\n' }),
    ).toMatchObject({
      code: 'missing',
      message: 'b.h: no such header',
      at: { path: 'a.h', line: 2, column: 12, length: 5, sourceLine: '  #include <b.h> // why' },
      notes: [{ message: 'included from here', at: { path: 'main.c', line: 2 } }],
    });
  });

  it('does not leave the tree, and does not nest for ever', () => {
    expect(failure('#include "../../etc/passwd"').code).toBe('missing');
    expect(failure({ 'main.c': '#include "a.h"\n', 'a.h': '#include "a.h"\n' })).toMatchObject({
      code: 'limit',
      message: '#include nested deeper than 200 levels',
    });
    expect(failure({ 'main.c': 'x'.repeat(100) }, { limits: { fileSize: 50 } }).code).toBe('limit');
  });

  it('lets #line change __LINE__ and __FILE__, not places', () => {
    expect(spelled('#line 10 "f.c"\n__LINE__ __FILE__\n# 20 "g.c"\n__LINE__ __FILE__')).toBe(
      '10 "f.c" 20 "g.c"',
    );
    expect(failure('#line 100\n#error no').at).toMatchObject({ path: 'main.c', line: 2 });
  });

  it('includes forced headers before the main file', () => {
    expect(
      tokens(
        { 'main.c': 'A', 'include/k.h': '#define A B\n' },
        { forceIncludes: ['k.h'], defines: '#define B 7\n' },
      ),
    ).toBe('7');
  });
});

describe('pragmas', () => {
  it('are taken out and listed with their places', () => {
    const { tokens: found, pragmas } = preprocessed(
      '#define P(x) _Pragma("pack(pop)") x\na\n#pragma pack(push,  1)\nb P(c) d\n',
    );
    expect(found.map((token) => token.text)).toEqual(['a', 'b', 'c', 'd']);
    expect(pragmas.map(({ index, text, line }) => ({ index, text, line }))).toEqual([
      { index: 1, text: 'pack(push, 1)', line: 3 },
      { index: 2, text: 'pack(pop)', line: 1 },
    ]);
  });

  it('push and pop macros, and poison names', () => {
    expect(
      tokens(
        '#define A 1\n#pragma push_macro("A")\n#undef A\n#define A 2\nA\n#pragma pop_macro("A")\nA',
      ),
    ).toBe('2 1');
    expect(failure('#pragma GCC poison gets\nint gets;').message).toBe(
      'attempt to use poisoned "gets"',
    );
  });
});

describe('other directives', () => {
  it('report #error and #warning', () => {
    expect(failure('#if 1\n#error  "no"  way\n#endif')).toMatchObject({
      message: '#error "no" way',
      at: { line: 2, column: 2 },
    });
    expect(preprocessed('#warning hm\n').warnings).toMatchObject([{ message: '#warning hm' }]);
  });

  it('are null, old or unknown', () => {
    expect(tokens('#\n# /* c */\n#ident "x"\n%: define A 1\nA')).toBe('1');
    expect(tokens('#assert a(b c)\n#if #a(b c) && !#a(d) && #cpu(x86_64)\nyes\n#endif')).toBe(
      'yes',
    );
    expect(failure('#bogus').message).toBe('invalid preprocessing directive #bogus');
  });
});
