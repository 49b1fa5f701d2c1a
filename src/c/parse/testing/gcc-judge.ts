/**
 * How gcc understands a text, for tests: its own tree of every function, and the code that it makes. Two texts that come
 * out the same mean the same. Where gcc is not installed these tests are skipped, by name.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PragmaMark } from '../pragma-layout.js';
import type { Token } from '../../token.js';
import type { TokenList } from '../../token-list.js';
import { isReserved, specifierWords } from '../keywords.js';
import { indexUnit } from '../index-unit.js';
import { printC } from '../print/print-c.js';

export const hasGcc = spawnSync('gcc', ['--version']).status === 0;

export type Judgement =
  | { readonly ok: true; readonly trees: string; readonly code: string; readonly functions: number }
  | { readonly ok: false; readonly error: string };

const flags = ['-std=gnu11', '-w', '-fno-strict-overflow', '-fno-ident', '-fpreprocessed', '-S'];

/** Numbers of temporaries and unnamed types depend on what else was declared: they are renamed in order. */
function renumber(dump: string): string {
  const names = new Map<string, string>();
  return dump.replace(/\bD\.\d+|<T[0-9a-f]+>/g, (name) => {
    const known = names.get(name) ?? `#${names.size}`;
    names.set(name, known);
    return known;
  });
}

export function judge(text: string, extra: readonly string[] = ['-O0']): Judgement {
  const directory = mkdtempSync(join(tmpdir(), 'patchcheck-'));
  try {
    const source = join(directory, 'unit.i');
    const trees = join(directory, 'trees');
    const code = join(directory, 'code');
    writeFileSync(source, text, 'latin1');
    const args = [...flags, ...extra, source, '-o', code, `-fdump-tree-original=${trees}`];
    const run = spawnSync('gcc', args, { encoding: 'utf8' });
    if (run.status !== 0) {
      const error = run.stderr.split('\n').find((line) => line.includes('error:'));
      return { ok: false, error: (error ?? run.stderr).replace(/^.*unit\.i:/, '') };
    }
    // The attribute `fallthrough` only silences a warning: our tree does not keep it.
    const dump = readFileSync(trees, 'latin1').replace(/^\s*\.FALLTHROUGH.*\n/gm, '');
    return {
      ok: true,
      trees: renumber(dump),
      functions: dump.split('\n;; Function ').length - 1,
      code: readFileSync(code, 'latin1').replace(/^\s*\.file.*$|^# \d+ ".*$/gm, ''),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * How often each name and constant occurs, attributes apart (one that is written once may count for several declarators):
 * what is the same before and after was neither dropped nor doubled, in declarations that gcc makes nothing of, too.
 */
export function countWords(counted: Iterable<Token>): ReadonlyMap<string, number> {
  const tokens = [...counted];
  const counts = new Map<string, number>();
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    const word = specifierWords.get(token.text)?.is;
    if (word === 'attribute' || word === 'alignas') {
      for (let depth = 0; ;) {
        const text = tokens[++i]?.text;
        if (text === '(') depth++;
        else if (text === ')') depth--;
        if (depth === 0 || text === undefined) break;
      }
    } else if (token.kind === 'number' || token.kind === 'character' || isPlainName(token)) {
      counts.set(token.text, (counts.get(token.text) ?? 0) + 1);
    }
  }
  return counts;
}

function isPlainName(token: Token): boolean {
  return token.kind === 'identifier' && !isReserved(token.text);
}

/** The unit as we read it, as C again; or what we said against it. */
export function readBack(
  tokens: TokenList | readonly Token[],
  pragmas: readonly PragmaMark[] = [],
): { readonly text: string; readonly refused: readonly string[] } {
  const unit = indexUnit('unit.i', tokens, pragmas);
  if (!unit.ok) return { text: '', refused: [unit.error.message] };
  const parts: string[] = [];
  const refused: string[] = [];
  for (const [i, { first, last }] of unit.value.declarations.entries()) {
    const parsed = unit.value.parse(i);
    if (parsed.ok)
      parts.push(...parsed.value.map((declaration) => printC(declaration, unit.value.tokens)));
    else {
      const { code, message, at } = parsed.error;
      refused.push(`${at?.path ?? '?'}:${at?.line ?? 0}:${at?.column ?? 0}: ${code}: ${message}`);
      parts.push(
        tokens
          .slice(first, last + 1)
          .map((token) => token.text)
          .join(' '),
      );
    }
  }
  return { text: `${parts.join('\n')}\n`, refused };
}
