/**
 * Patches kept as edits that quote no more of the kernel than finds the place. An `.edit` file:
 *
 *   # what it does, for people
 *   verdict no-difference            or: verdict differs DIMENSION
 *   through ENTRY…                   entry points that must notice it (with `differs` only)
 *   in FILE [FUNCTION]               where the following edits look: a function, a macro, or the whole file
 *   replace TEXT                     or: from TEXT, through TEXT (the first behind it); before TEXT; after TEXT
 *   with … end                       the new text, on lines of its own; or, instead: move before TEXT, move after TEXT
 *
 * `#2 TEXT` is the second occurrence; without a number TEXT stands there once, but for `from` and `through`, which take the
 * first. Any white space of a TEXT stands for any other. Each edit sees what those above it left.
 */
import type { Dimension } from '../../src/pack-api/pack.js';

export interface Anchor {
  readonly text: string;
  readonly nth: number | null;
}

type Place =
  | { readonly kind: 'replace' | 'before' | 'after'; readonly anchor: Anchor }
  | { readonly kind: 'span'; readonly from: Anchor; readonly through: Anchor };

type Outcome =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'move'; readonly side: 'before' | 'after'; readonly anchor: Anchor };

export interface Edit {
  readonly file: string;
  readonly scope: string | null;
  readonly place: Place;
  readonly outcome: Outcome;
}

export type Verdict =
  | { readonly kind: 'no-difference' }
  | {
      readonly kind: 'differs';
      readonly dimension: Dimension;
      readonly through: readonly string[];
    };

export interface EditPatch {
  readonly name: string;
  readonly about: string;
  readonly verdict: Verdict;
  readonly edits: readonly Edit[];
}

const DIMENSIONS: readonly Dimension[] = ['sequential', 'yield', 'concurrent', 'safety'];

export function parseEditPatch(name: string, text: string): EditPatch {
  const about: string[] = [];
  const edits: Edit[] = [];
  let dimension: Dimension | null = null;
  let same = false;
  let through: string[] = [];
  let file = '';
  let scope: string | null = null;
  let place: Place | null = null;
  let from: Anchor | null = null;
  const bad = (line: string): Error => new Error(`${name}.edit: not understood here: ${line}`);
  const finish = (outcome: Outcome, line: string): void => {
    if (place === null || file === '') throw bad(line);
    edits.push({ file, scope, place, outcome });
    place = null;
  };

  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const [word = '', ...others] = line.split(' ');
    const rest = others.join(' ');
    switch (word) {
      case '':
        break;
      case '#':
        about.push(rest);
        break;
      case 'verdict':
        same = rest === 'no-difference';
        dimension = DIMENSIONS.find((each) => rest === `differs ${each}`) ?? null;
        if (!same && dimension === null) throw bad(line);
        break;
      case 'in':
        [file = '', scope = null] = others;
        break;
      case 'replace':
      case 'before':
      case 'after':
        place = { kind: word, anchor: anchorOf(rest) };
        break;
      case 'from':
        from = anchorOf(rest);
        break;
      case 'through':
        if (file === '') through = others;
        else if (from === null) throw bad(line);
        else place = { kind: 'span', from, through: anchorOf(rest) };
        break;
      case 'move': {
        const [side, ...where] = others;
        if (side !== 'before' && side !== 'after') throw bad(line);
        finish({ kind: 'move', side, anchor: anchorOf(where.join(' ')) }, line);
        break;
      }
      case 'with': {
        const end = lines.indexOf('end', at);
        if (end < 0) throw bad(line);
        finish(
          {
            kind: 'text',
            text: lines
              .slice(at + 1, end)
              .join('\n')
              .trim(),
          },
          line,
        );
        at = end;
        break;
      }
      default:
        throw bad(line);
    }
  }
  if (edits.length === 0) throw new Error(`${name}.edit changes nothing`);
  const verdict: Verdict =
    dimension === null ? { kind: 'no-difference' } : { kind: 'differs', dimension, through };
  if (verdict.kind === 'differs' && through.length === 0)
    throw new Error(`${name}.edit does not say through which entry points it shows`);
  return { name, about: about.join(' '), verdict, edits };
}

function anchorOf(text: string): Anchor {
  const [, number, rest] = /^#(\d+) (.*)$/.exec(text) ?? [];
  return { text: rest ?? text, nth: number === undefined ? null : Number(number) };
}

/** The files that a patch changes, with their new text. `read`: a file's text by the name that the edits use. */
export function applyEdits(
  patch: EditPatch,
  read: (file: string) => string,
): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const edit of patch.edits) {
    const whole = texts.get(edit.file) ?? read(edit.file);
    const [first, last] = edit.scope === null ? [0, whole.length] : scopeOf(whole, edit.scope);
    const scope = applyOne(whole.slice(first, last), edit, patch.name);
    texts.set(edit.file, whole.slice(0, first) + scope + whole.slice(last));
  }
  return texts;
}

function applyOne(text: string, { place, outcome }: Edit, name: string): string {
  const find = (anchor: Anchor, within: string, unique: boolean): [number, number] => {
    const found = [...within.matchAll(patternOf(anchor.text))];
    const match = found[(anchor.nth ?? 1) - 1];
    if (match === undefined) throw new Error(`${name}.edit: not there: ${anchor.text}`);
    if (unique && anchor.nth === null && found.length > 1)
      throw new Error(`${name}.edit: there ${String(found.length)} times: ${anchor.text}`);
    return [match.index, match.index + match[0].length];
  };
  let [first, last] = [0, 0];
  if (place.kind === 'span') {
    first = find(place.from, text, false)[0];
    last = first + find(place.through, text.slice(first), false)[1];
  } else {
    [first, last] = find(place.anchor, text, true);
    if (place.kind === 'before') last = first;
    if (place.kind === 'after') first = last;
  }
  const taken = text.slice(first, last);
  if (outcome.kind === 'text') return text.slice(0, first) + outcome.text + text.slice(last);
  const left = text.slice(0, first) + text.slice(last);
  const [before, after] = find(outcome.anchor, left, true);
  const at = outcome.side === 'before' ? before : after;
  return `${left.slice(0, at)}\n${taken}\n${left.slice(at)}`;
}

function patternOf(text: string): RegExp {
  const words = text.trim().split(/\s+/);
  return new RegExp(words.map((word) => word.replace(/[^\w]/g, '\\$&')).join('\\s+'), 'g');
}

/** Where a function's definition, or a macro's, begins and ends. */
function scopeOf(text: string, name: string): [number, number] {
  const macro = new RegExp(`^#define ${name}\\(`, 'm').exec(text);
  if (macro !== null) {
    const end = /[^\\]\n/g;
    end.lastIndex = macro.index;
    return [macro.index, end.exec(text) === null ? text.length : end.lastIndex];
  }
  for (const match of text.matchAll(new RegExp(`^[a-z].*\\b${name}\\(`, 'gm'))) {
    const [open, prototype] = [text.indexOf('{', match.index), text.indexOf(';', match.index)];
    if (open < 0 || (prototype >= 0 && prototype < open)) continue;
    return [match.index, text.indexOf('\n}', open) + 2];
  }
  throw new Error(`no function or macro ${name} in this tree`);
}
