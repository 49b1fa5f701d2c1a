/** Sites of mutants: every operator finds some in the model tree, and an edit changes what it says, where it says. */
import { beforeAll, describe, expect, it } from 'vitest';
import { assetsOf, defaultPack } from '../../cli/packs.js';
import { chooseTree } from '../../cli/trees.js';
import { openVersion } from '../../src/version/build-version.js';
import { OPERATORS } from './operators.js';
import { scoreText } from './score.js';
import { sitesOf, type Site } from './sites.js';
import { edited, textOf } from './source-edit.js';

describe('mutants of the model tree', () => {
  let sites: readonly Site[] = [];

  beforeAll(() => {
    const pack = defaultPack();
    const chosen = chooseTree({ tree: 'model' });
    if (!chosen.ok) throw new Error(chosen.error.message);
    const { tree, configuration } = chosen.value;
    const version = openVersion(pack, 'original', tree, configuration, assetsOf(pack));
    if (!version.ok) throw new Error(version.error.message);
    sites = sitesOf(
      version.value.units.map((unit) => unit.index),
      pack.files,
    );
  });

  it('are many, of every operator, and each of them an edit', () => {
    expect(sites.length).toBeGreaterThan(300);
    expect(new Set(sites.map((site) => site.operator))).toEqual(new Set(OPERATORS));
    for (const { edit, shown } of sites) expect(textOf(edit), shown).not.toBe(edit.replacement);
  });

  it('change one place and nothing else', () => {
    const site = sites.find((each) => each.shown === 'goto retry; → ;');
    expect(site?.operator).toBe('jump');
    const { file, start } = site?.edit ?? { file: { text: '' }, start: 0 };
    const before = file.text.slice(0, start);
    const after = file.text.slice(start + 'goto retry;'.length);
    expect(site && edited(site.edit)).toBe(`${before};${after}`);
    expect(file.text.slice(0, start).split('\n').length).toBe(site?.line);
  });

  it('leave what a macro wrote alone', () => {
    const loops = sites.filter(({ edit }) => /for_each_tdp/.test(textOf(edit)));
    expect(loops.map((each) => each.shown)).toEqual([]);
  });
});

describe('the score', () => {
  const mutant = {
    operator: 'jump',
    function: 'f',
    place: 'f.c:1:1',
    shown: 'break; → ;',
    within: [],
    deep: null,
  } as const;
  const survived = { kind: 'survived', scenarios: 1 } as const;
  const found = { kind: 'found', scenarios: 1, entry: 'f', dimension: 'yield', what: '' } as const;

  it('counts what compiles to other code and is reached', () => {
    const text = scoreText([
      { ...mutant, verdict: { kind: 'does not compile', reason: '' } },
      { ...mutant, verdict: { kind: 'same code' } },
      { ...mutant, verdict: { kind: 'not reached' } },
      { ...mutant, verdict: survived },
      { ...mutant, verdict: found },
    ]);
    expect(text.at(-1)).toBe('score: 1 of 2 found, 50.0 %');
    expect(text).toContain('survived  f.c:1:1 f  [jump]  break; → ;');
  });

  it('forgives what is said to mean the same after a deep run, and says where that is wrong', () => {
    const results = [
      { ...mutant, verdict: survived, deep: survived },
      { ...mutant, verdict: survived },
      { ...mutant, verdict: survived, deep: found },
      { ...mutant, verdict: found },
    ];
    const text = scoreText(results, [], () => 'a reason');
    expect(text.at(-1)).toBe('score: 1 of 3 found, 33.3 %');
    const wrong = 'said to mean the same, and differs: f.c:1:1 f  [jump]  break; → ;';
    expect(text.filter((line) => line === wrong).length).toBe(1);
    expect(scoreText(results, [], () => null).at(-1)).toBe('score: 1 of 4 found, 25.0 %');
  });
});
