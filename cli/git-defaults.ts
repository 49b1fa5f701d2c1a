/**
 * Defaults from git's configuration: `[patchcheck]` with the names of options (`git config patchcheck.tree ~/linux`). Those that write
 * files are not taken from there: the file may be that of a repository from anybody.
 */
import { runGit } from './git.js';

const TEXTS = ['tree', 'config', 'seed', 'fail-on', 'baseline'];
const NUMBERS = ['scenarios', 'checked-scenarios', 'workers', 'fuzz', 'max-seconds'];
const SWITCHES = ['prove', 'strict', 'quiet', 'verbose', 'find-base', 'cache'];

export type Defaults = Readonly<Record<string, string | number | boolean>>;

export function gitDefaults(directory: string): Defaults {
  const asked = runGit(directory, ['config', '--null', '--get-regexp', '^patchcheck\\.']);
  if (asked.kind !== 'ok') return {};
  return parseDefaults(asked.bytes.toString('utf8'));
}

/** `key\nvalue\0`; a key alone is true. The last one counts, as for git. */
export function parseDefaults(text: string): Defaults {
  const found: Record<string, string | number | boolean> = {};
  for (const entry of text.split('\0')) {
    const at = entry.indexOf('\n');
    const key = (at < 0 ? entry : entry.slice(0, at)).replace(/^patchcheck\./, '');
    const value = at < 0 ? 'true' : entry.slice(at + 1);
    // git's keys have no dashes in use: maxSeconds is max-seconds. They come in lower case.
    const name = [...TEXTS, ...NUMBERS, ...SWITCHES].find(
      (each) => each.replaceAll('-', '') === key.replaceAll('-', ''),
    );
    if (name === undefined) continue;
    if (TEXTS.includes(name)) found[name] = value;
    else if (NUMBERS.includes(name)) found[name] = Number(value);
    else if (/^(?:true|yes|on|1)$/i.test(value)) found[name] = true;
    else if (/^(?:false|no|off|0|)$/i.test(value)) found[name] = false;
  }
  return found;
}

/** Those that a command has an option for. */
export function defaultsFor(command: string, defaults: Defaults): Defaults {
  const reading = ['tree', 'config', 'fuzz'];
  const checking = [...TEXTS, ...NUMBERS, ...SWITCHES].filter((name) => name !== 'cache');
  const known: Readonly<Record<string, readonly string[]>> = {
    apply: checking,
    verify: checking.filter((name) => name !== 'tree'),
    ci: [...checking, 'cache'],
    list: reading,
    functions: ['tree', 'config'],
    replay: ['tree', 'config'],
  };
  return Object.fromEntries(
    Object.entries(defaults).filter(([name]) => known[command]?.includes(name) === true),
  );
}
