/**
 * A unit that takes functions over from another version of it means the same as one that is checked by itself: every function gives the
 * same typed tree with the same places, and what may not be taken over is not.
 */
import { describe, expect, it } from 'vitest';
import type { TypedUnit } from '../typed.js';
import { typedText } from './print/typed-text.js';
import { unitOf } from './testing/unit-of.js';

const BASE = `typedef unsigned long gfn_t;
enum { LEVELS = 4, LIMIT = LEVELS + 1 };
struct iter { gfn_t gfn; int level; };
struct walk { struct iter *iter; };
static int below(struct iter *it) { return it->level - 1; }
int counter;
static const int table[] = { LIMIT, 2 };
int first(void) { return table[0] + counter; }
int named(struct iter *it) { static int calls = 3; calls++; return below(it) + calls; }
const char *text(void) { return "shared"; }
int by_pointer(struct walk *w) { return w->iter->level; }
int uses_macro(void) { return 40 + 2; }
`;

const edited = (from: string, to: string): string => {
  if (!BASE.includes(from)) throw new Error(`the text has no ${from}`);
  return BASE.replace(from, to);
};

/** All functions as text, and whether each came from the other unit. */
function functionsOf(unit: TypedUnit, base: TypedUnit): { text: string; taken: string[] } {
  const taken: string[] = [];
  const texts = unit.definedFunctions.map((name) => {
    const checked = unit.function(name);
    if (!checked.ok)
      return `${name}: ${checked.error.message} at ${String(checked.error.at?.line)}`;
    const known = base.definedFunctions.includes(name) ? base.function(name) : null;
    if (known?.ok === true && known.value.body === checked.value.body) taken.push(name);
    return typedText(checked.value);
  });
  return { text: texts.join('\n'), taken };
}

const ALL = ['below', 'first', 'named', 'text', 'by_pointer', 'uses_macro'];
const without = (...names: string[]): string[] => ALL.filter((name) => !names.includes(name));

describe('functions are taken over', () => {
  it.each<[string, string, string[]]>([
    ['nothing changed', BASE, ALL],
    ['a comment', edited('int counter;', '/* lines\n\n */ int counter;'), ALL],
    ['a body', edited('it->level - 1', 'it->level - 2'), without('below')],
    [
      'a new function in the middle',
      edited('int counter;', 'int fresh(void) { return 1; }\nint counter;'),
      ALL,
    ],
    [
      'what a function returns',
      edited('static int below', 'static long below'),
      without('below', 'named'),
    ],
    [
      'a member of a struct',
      edited('int level;', 'long level;'),
      without('below', 'named', 'by_pointer'),
    ],
    [
      'a typedef',
      edited('unsigned long gfn_t', 'unsigned int gfn_t'),
      without('below', 'named', 'by_pointer'),
    ],
    ['a constant that another is made of', edited('LEVELS = 4', 'LEVELS = 5'), without('first')],
    ['the type of an object', edited('int counter;', 'long counter;'), without('first')],
    ['an initialiser', edited('{ LIMIT, 2 }', '{ LIMIT, 3 }'), without('first')],
    ['an expanded macro', edited('40 + 2', '40 + 3'), without('uses_macro')],
    ['a name that hides nothing', edited('int counter;', 'int counter; int shared;'), ALL],
    [
      'a new name that a function mentions',
      edited('int counter;', 'int counter; int calls;'),
      without('named'),
    ],
    [
      'an attribute',
      edited('int first(void)', '__attribute__((noinline)) int first(void)'),
      without('first'),
    ],
  ])('%s', (_, text, taken) => {
    const base = unitOf(BASE);
    base.definedFunctions.forEach((name) => base.function(name));
    const alone = functionsOf(unitOf(text), base);
    const like = functionsOf(unitOf(text, {}, base), base);
    expect(like.text).toBe(alone.text);
    expect(like.taken.sort()).toEqual([...taken].sort());
    expect(alone.taken).toEqual([]);
  });

  it('over several versions, also those that the one before never looked at', () => {
    const base = unitOf(BASE);
    const second = unitOf(`int before;\n${edited('40 + 2', '40 + 3')}`, {}, base);
    const text = `int before;\nint more;\n${edited('40 + 2', '40 + 4')}`;
    const third = functionsOf(unitOf(text, {}, second), base);
    expect(third.text).toBe(functionsOf(unitOf(text), base).text);
    expect(third.taken.sort()).toEqual(without('uses_macro').sort());
  });
});

describe('nothing is taken over', () => {
  it.each<[string, string]>([
    [
      'where declarations have changed places',
      edited('int counter;\n', '').replace('int first(', 'int counter;\nint first('),
    ],
    ['where another name is a type', edited('int counter;', 'typedef int fresh_t;\nint counter;')],
    ['where a name that was used is no more', edited('int counter;\n', '')],
  ])('%s', (_, text) => {
    const base = unitOf(BASE);
    const alone = functionsOf(unitOf(text), base);
    const like = functionsOf(unitOf(text, {}, base), base);
    expect(like.text).toBe(alone.text);
    expect(like.taken).not.toContain('first');
  });
});

describe('objects of functions', () => {
  it('of both versions have symbols of their own, and places in the new one', () => {
    const base = unitOf(BASE);
    base.definedFunctions.forEach((name) => base.function(name));
    const text = `\n\n${edited('return 40 + 2', 'return "other"[0] + "shared"[1]')}`;
    const unit = unitOf(text, {}, base);
    unit.definedFunctions.forEach((name) => unit.function(name));
    const calls = unit.global('named.calls');
    expect(calls.ok && unit.tokenOf(calls.value)).toMatchObject({ text: 'calls', line: 11 });
    const strings = ['.str.0', '.str.1', '.str.2'].map((symbol) => unit.global(symbol));
    expect(
      strings.map((each) => each.ok && Buffer.from(each.value.init?.bytes ?? []).toString()),
    ).toEqual(['shared\0', 'other\0', false]);
  });
});
