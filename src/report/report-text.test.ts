import { describe, expect, it } from 'vitest';
import { table, wrap } from './layout.js';
import { printable } from './printable.js';
import { renderDiagnostic } from './diagnostic-text.js';

describe('printable', () => {
  it('lets nothing through that a terminal would act on', () => {
    expect(printable('a\x1b[31mb\x07\u202ec\u0085d')).toBe('a\\u{1b}[31mb\\u{7}\\u{202e}c\\u{85}d');
  });
  it('keeps tabs and letters of any language', () => {
    expect(printable('\tΔ 漢 é')).toBe('\tΔ 漢 é');
  });
});

describe('layout', () => {
  it('wraps a list under its head', () => {
    expect(wrap('  names: ', ['aaaa', 'bbbb', 'cccc'], ', ', 20).map((line) => line.text)).toEqual([
      '  names: aaaa, bbbb,',
      '         cccc',
    ]);
  });
  it('aligns columns, words left and numbers right', () => {
    const lines = table(
      [
        ['a', '1'],
        ['bb', '22'],
      ],
      { indent: 1, rightFrom: 1 },
    );
    expect(lines.map((line) => line.text)).toEqual([' a    1', ' bb  22']);
  });
});

describe('renderDiagnostic', () => {
  it('shows place, source line and caret, under tabs too', () => {
    const at = { path: 'a.c', line: 7, column: 2, sourceLine: '\tfoo(x);', length: 3 };
    expect(
      renderDiagnostic({ code: 'bad-input', message: 'foo is not declared', at, notes: [] }),
    ).toEqual(['a.c:7:2: error: foo is not declared', '     7 | \tfoo(x);', '       | \t^^^']);
  });
});
