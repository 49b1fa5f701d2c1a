import { describe, expect, it } from 'vitest';
import { defaultsFor, parseDefaults } from './git-defaults.js';

describe('defaults from git config', () => {
  it('have the types of the options; names are in lower case, as git gives them', () => {
    const text =
      'patchcheck.tree\n/linux\0patchcheck.maxseconds\n30\0patchcheck.strict\0patchcheck.quiet\nno\0' +
      'patchcheck.scenarios\n10\0patchcheck.scenarios\n20\0';
    expect(parseDefaults(text)).toEqual({
      tree: '/linux',
      'max-seconds': 30,
      strict: true,
      quiet: false,
      scenarios: 20,
    });
  });
  it('never name a file to write, nor what no option is', () => {
    const text =
      'patchcheck.json\n/etc/passwd\0patchcheck.format\nsarif=/etc/x\0patchcheck.witnessdir\n/\0patchcheck.__proto__\nx\0';
    expect(parseDefaults(text)).toEqual({});
  });
  it('go to the commands that know them', () => {
    const all = parseDefaults('patchcheck.tree\nx\0patchcheck.seed\ny\0');
    expect(defaultsFor('list', all)).toEqual({ tree: 'x' });
    expect(defaultsFor('verify', all)).toEqual({ seed: 'y' });
    expect(defaultsFor('merge', all)).toEqual({});
  });
});
