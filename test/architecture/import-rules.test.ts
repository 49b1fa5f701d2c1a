/**
 * Who may import whom. `RULES` is the rule, for people too: one line a room, what it takes values from, what it only knows the types
 * of, and the packages that it may use. Tests and the texts that they share (`testing/`) may import anything.
 */
import { describe, expect, it } from 'vitest';
import { roomNames, sourceFiles, type Import, type SourceFile } from './source-files.js';

interface Rule {
  /** Rooms whose functions and values it may use. */
  readonly values: readonly string[];
  /** Rooms of which it may name types only. */
  readonly types?: readonly string[];
  readonly packages?: readonly string[];
}

/** Every room may import itself. A room is a folder of `src`; `pipeline` is the files of `src` itself, `c` those of `src/c` itself. */
const RULES: Readonly<Record<string, Rule>> = {
  base: { values: [] },
  tree: { values: ['base'] },
  patch: { values: ['tree', 'base'], packages: ['node:crypto'] },
  mail: { values: ['patch', 'tree', 'base'], packages: ['postal-mime', 'node:zlib'] },
  c: { values: ['base'] },
  'c/preprocess': { values: ['c', 'base'] },
  'c/parse': { values: ['c', 'base'], packages: ['tree-sitter', 'tree-sitter-c', 'node:module'] },
  'c/check': { values: ['c', 'base'] },
  exec: { values: ['base'], types: ['c', 'pack-api'] },
  ir: { values: ['c', 'exec', 'base'] },
  wasm: { values: ['ir', 'c', 'exec', 'base'], packages: ['binaryen'] },
  'pack-api': { values: ['base'] },
  packs: { values: ['pack-api', 'base'] },
  gen: { values: ['pack-api', 'base'], packages: ['node:crypto'] },
  shrink: { values: ['base'] },
  witness: { values: ['base'] },
  pair: { values: ['base'], types: ['c', 'report'] },
  version: {
    values: [
      ...['tree', 'patch', 'mail', 'c', 'c/preprocess', 'c/parse', 'c/check', 'exec', 'wasm'],
      ...['pair', 'gen', 'pack-api', 'base'],
    ],
    packages: ['node:crypto'],
    types: ['report', 'equivalence', 'pipeline'],
  },
  kunit: {
    values: ['version', 'wasm', 'exec', 'base'],
    types: ['c', 'c/preprocess', 'pack-api'],
  },
  emit: {
    values: ['version', 'c', 'c/preprocess', 'c/parse', 'c/check', 'ir', 'wasm', 'exec', 'base'],
    types: ['tree', 'pack-api'],
  },
  equivalence: {
    values: ['gen', 'shrink', 'witness', 'version', 'patch', 'pack-api', 'base'],
    types: ['report', 'pipeline'],
  },
  report: {
    values: ['base'],
    types: ['mail', 'patch', 'pair', 'gen', 'pack-api', 'version', 'pipeline'],
    packages: ['node:crypto', 'sarif'],
  },
  pipeline: {
    values: [
      ...['base', 'tree', 'patch', 'mail', 'c/preprocess', 'exec', 'gen', 'pack-api', 'version'],
      ...['equivalence', 'witness', 'report', 'kunit'],
    ],
  },
};

/** What only the edge (`cli/`) may do: read files, start programs, look at a clock, at arguments, at chance. */
const SIDE_EFFECTS: readonly { readonly what: RegExp; readonly reason: string }[] = [
  {
    what: /^node:(?!crypto$|zlib$|module$)/,
    reason: 'of Node only what computes: hashes, inflating, finding an addon',
  },
  { what: /^process\b/, reason: 'arguments, environment, streams and exit belong to the edge' },
  { what: /^Date(\.now)?$/, reason: 'no clock: the same input gives the same bytes' },
  { what: /^performance\b/, reason: 'no clock' },
  { what: /^Math\.random$/, reason: 'chance comes from the seed' },
  { what: /^crypto\.(random|getRandom)/, reason: 'chance comes from the seed' },
  { what: /^console\b/, reason: 'nothing is printed below the edge' },
  { what: /^(fetch|XMLHttpRequest|WebSocket)$/, reason: 'offline' },
];

/** Words of the domain in text outside packs/. Comments are free; names in code have no exception. */
const DOMAIN = /kvm|tdp/i;
const DOMAIN_TEXTS: Readonly<Record<string, string>> = {
  'src/c/preprocess/kernel-config/built-in-options.ts':
    'options of the built-in kernel configuration, which are names of the kernel',
  'src/c/preprocess/kernel-config/kernel-options.ts':
    'KVM’s Makefile adds its own folder to the include path; a kernel build has such rules by folder',
};

const files = sourceFiles();
const nonTest = files.filter((file) => !file.isTest);

describe('who may import whom', () => {
  it('every room has a rule, and every rule a room', () => {
    expect(roomNames(nonTest)).toEqual(Object.keys(RULES).sort());
  });

  it.each(Object.keys(RULES))('%s', (room) => {
    const own = nonTest.filter((file) => file.room === room);
    expect(own.flatMap((file) => file.imports.flatMap((each) => broken(file, each)))).toEqual([]);
  });

  it('a rule allows nothing that its room does not need', () => {
    const unused = Object.entries(RULES).flatMap(([room, rule]) => {
      const used = new Set(
        nonTest
          .filter((file) => file.room === room)
          .flatMap((file) => file.imports.map((each) => each.room ?? each.specifier)),
      );
      return [...rule.values, ...(rule.types ?? []), ...(rule.packages ?? [])]
        .filter((name) => name !== 'base' && !used.has(name))
        .map((name) => `${room} does not use ${name}`);
    });
    expect(unused).toEqual([]);
  });

  it('one pack does not know another', () => {
    const strangers = nonTest
      .filter((file) => file.room === 'packs')
      .flatMap((file) =>
        file.imports
          .filter(
            (each) => each.path?.startsWith('src/packs/') && pack(each.path) !== pack(file.path),
          )
          .map((each) => `${file.path} imports ${each.path ?? ''}`),
      );
    expect(strangers).toEqual([]);
  });
});

describe('src is free of side effects', () => {
  it.each(SIDE_EFFECTS)('$what: $reason', ({ what }) => {
    const wrong = nonTest.flatMap(({ path, globals, imports }) =>
      [...globals, ...imports.map((each) => each.specifier)]
        .filter((name) => what.test(name))
        .map((name) => `${path}: ${name}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('only a pack knows its subsystem', () => {
  const outside = nonTest.filter((file) => file.room !== 'packs');

  it('no name of the domain in code', () => {
    const wrong = outside.flatMap((file) =>
      file.names.filter((name) => DOMAIN.test(name)).map((name) => `${file.path}: ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('no word of the domain in texts, except where a kernel build has it', () => {
    const wrong = outside
      .filter((file) => !(file.path in DOMAIN_TEXTS))
      .flatMap((file) =>
        file.texts.filter((text) => DOMAIN.test(text)).map((text) => `${file.path}: ${text}`),
      );
    expect(wrong).toEqual([]);
  });

  it('no exception that is not needed', () => {
    const needed = outside
      .filter((file) => file.texts.some((text) => DOMAIN.test(text)))
      .map((file) => file.path);
    expect(needed.sort()).toEqual(Object.keys(DOMAIN_TEXTS).sort());
  });
});

function broken(file: SourceFile, { specifier, room, typeOnly }: Import): string[] {
  const rule = RULES[file.room];
  if (rule === undefined || room === file.room) return [];
  const says = (what: string): string[] => [`${file.path} imports ${specifier}: ${what}`];
  if (room === null)
    return (rule.packages ?? []).includes(specifier) ? [] : says('the rule lists no such package');
  if (rule.values.includes(room)) return [];
  if (!(rule.types ?? []).includes(room)) return says(`${file.room} may not know ${room}`);
  return typeOnly ? [] : says(`${file.room} may only name types of ${room}`);
}

function pack(path: string): string {
  return path.split('/')[2] ?? '';
}
