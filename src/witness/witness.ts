/**
 * A stored witness: the smallest case found on which two versions differ, complete in itself. Text in sections, readable and
 * editable; `[scenario]` and `[schedule]` are in the pack's own litmus form, the diffs are the candidates' as they came.
 */
import { diagnostic, type Diagnostic } from '../base/diagnostic.js';
import { err, ok, type Result } from '../base/result.js';

export const WITNESS_FORMAT = 1;

/** One side of the comparison: its id, and the patches that lead to it from the base, in order. */
export interface WitnessVersion {
  readonly id: string;
  /** Unified diffs, each applied to the state that the one before leaves. Empty for the original. */
  readonly diffs: readonly string[];
}

export interface Witness {
  readonly tool: string;
  readonly pack: string;
  readonly tree: string;
  readonly configuration: string;
  /** Blob ids of the base files that the diffs touch: `path` → 40 digits. */
  readonly blobs: ReadonlyMap<string, string>;
  readonly candidate: WitnessVersion;
  readonly against: WitnessVersion;
  readonly entry: string;
  readonly dimension: string;
  readonly seed: string;
  /** Seen on strict machines alone. */
  readonly strict: boolean;
  readonly mismatch: string;
  readonly scenario: string;
  readonly schedule: string;
}

const MAX_BYTES = 16 * 1024 * 1024;

export function printWitness(witness: Witness): string {
  const head = [
    `patchcheck witness ${WITNESS_FORMAT}`,
    `tool: ${witness.tool}`,
    `pack: ${witness.pack}`,
    `tree: ${oneLine(witness.tree)}`,
    `configuration: ${oneLine(witness.configuration)}`,
    ...[...witness.blobs].map(([path, blob]) => `blob: ${blob} ${oneLine(path)}`),
    `candidate: ${witness.candidate.id}`,
    `against: ${witness.against.id}`,
    `entry: ${witness.entry}`,
    `dimension: ${witness.dimension}`,
    `seed: ${oneLine(witness.seed)}`,
    ...(witness.strict ? ['machine: strict'] : []),
    `mismatch: ${oneLine(witness.mismatch)}`,
  ];
  const sections = [
    `[scenario]\n${ended(witness.scenario)}`,
    `[schedule]\n${ended(witness.schedule)}`,
    ...witness.against.diffs.map((diff) => `[diff against]\n${ended(diff)}`),
    ...witness.candidate.diffs.map((diff) => `[diff candidate]\n${ended(diff)}`),
  ];
  return `${head.join('\n')}\n\n${sections.join('\n')}`;
}

/** Reads a witness. Places in diagnostics are lines of `path`. */
export function parseWitness(path: string, text: string): Result<Witness, Diagnostic> {
  if (text.length > MAX_BYTES)
    return err(diagnostic('limit', `${path} is larger than ${MAX_BYTES} bytes`));
  const lines = text.split('\n');
  if (lines[0] !== `patchcheck witness ${WITNESS_FORMAT}`)
    return err(
      problem(path, lines, 0, `this is no patchcheck witness of format ${WITNESS_FORMAT}`),
    );

  const head = new Map<string, string>();
  const blobs = new Map<string, string>();
  let at = 1;
  for (; at < lines.length && !isHeading(lines[at] ?? ''); at++) {
    const line = lines[at] ?? '';
    if (line.trim() === '') continue;
    const match = /^([a-z]+): (.*)$/.exec(line);
    if (match === null)
      return err(problem(path, lines, at, 'a line before the sections is not `name: value`'));
    const [, name = '', value = ''] = match;
    if (name === 'blob') {
      const blob = /^([0-9a-f]{40}) (.+)$/.exec(value);
      if (blob === null) return err(problem(path, lines, at, 'a blob line is not `id path`'));
      blobs.set(blob[2] ?? '', blob[1] ?? '');
    } else if (head.has(name)) {
      return err(problem(path, lines, at, `\`${name}\` stands twice`));
    } else head.set(name, value);
  }

  const single = new Map<string, string>();
  const diffs = { candidate: [] as string[], against: [] as string[] };
  while (at < lines.length) {
    const heading = lines[at] ?? '';
    const begin = ++at;
    while (at < lines.length && !isHeading(lines[at] ?? '')) at++;
    const body = lines.slice(begin, at).join('\n');
    if (heading === '[diff candidate]') diffs.candidate.push(diffBody(body));
    else if (heading === '[diff against]') diffs.against.push(diffBody(body));
    else if (single.has(heading))
      return err(problem(path, lines, begin - 1, `${heading} stands twice`));
    else single.set(heading, body);
  }
  const needed = (name: string): string | null => head.get(name) ?? null;
  for (const name of ['tool', 'pack', 'candidate', 'against', 'entry', 'dimension']) {
    if (needed(name) === null)
      return err(problem(path, lines, 0, `the line \`${name}: …\` is missing`));
  }
  const scenario = single.get('[scenario]');
  if (scenario === undefined)
    return err(problem(path, lines, 0, 'the section [scenario] is missing'));
  return ok({
    tool: head.get('tool') ?? '',
    pack: head.get('pack') ?? '',
    tree: head.get('tree') ?? '',
    configuration: head.get('configuration') ?? '',
    blobs,
    candidate: { id: head.get('candidate') ?? '', diffs: diffs.candidate },
    against: { id: head.get('against') ?? '', diffs: diffs.against },
    entry: head.get('entry') ?? '',
    dimension: head.get('dimension') ?? '',
    seed: head.get('seed') ?? '',
    strict: head.get('machine') === 'strict',
    mismatch: head.get('mismatch') ?? '',
    scenario: trimmed(scenario),
    schedule: trimmed(single.get('[schedule]') ?? ''),
  });
}

const HEADINGS = ['[scenario]', '[schedule]', '[diff candidate]', '[diff against]'];

function isHeading(line: string): boolean {
  return HEADINGS.includes(line);
}

function problem(path: string, lines: readonly string[], at: number, message: string): Diagnostic {
  const sourceLine = lines[at] ?? '';
  return diagnostic('bad-input', message, {
    path,
    line: at + 1,
    column: 1,
    sourceLine: sourceLine.slice(0, 200),
    length: Math.max(1, Math.min(sourceLine.length, 200)),
  });
}

function oneLine(text: string): string {
  return text.replace(/[\x00-\x1f\x7f]+/g, ' ');
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function trimmed(text: string): string {
  return text.replace(/\s+$/, '\n').replace(/^\n$/, '');
}

/** The empty line that separates sections is not part of the diff. */
function diffBody(text: string): string {
  return text.replace(/\n*$/, '\n');
}
