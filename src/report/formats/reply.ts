/**
 * A reply to the author, to be read and sent by a person: plain text of at most 72 columns, the hunk quoted, the finding, one line to
 * reproduce it. Only what differs, and only what is new.
 */
import { printable } from '../printable.js';
import type { CandidateReport, Report } from '../report.js';
import type { CheckedInput, CheckedInputs, QuotedHunk } from './checked-input.js';
import { findingsOf, isBetweenRivals, someOf, type Finding } from './findings.js';

const WIDTH = 72;
/** Of a quoted hunk, around the line that is meant. */
const QUOTED_LINES = 14;

/** One mail a candidate; several are an mbox. */
export function renderReplies({ inputs }: CheckedInputs): string {
  const mails = inputs.flatMap((input) => repliesTo(input));
  if (mails.length === 1) return mails.join('');
  const separator = 'From patchcheck@localhost Thu Jan  1 00:00:00 1970\n';
  return mails.map((mail) => `${separator}${mail}\n`).join('');
}

function repliesTo(input: CheckedInput): string[] {
  const differs = findingsOf(input.report).filter(
    (finding) =>
      finding.kind === 'differs' &&
      finding.accepted === null &&
      finding.candidate !== 'original' &&
      !isBetweenRivals(finding),
  );
  return input.report.candidates.flatMap((candidate) => {
    const steps = new Set(candidate.steps.map(({ id }) => id));
    const own = differs.filter(
      (finding) => finding.candidate === candidate.id || steps.has(finding.candidate),
    );
    return own.length === 0 ? [] : [reply(candidate, own, input)];
  });
}

function reply(
  candidate: CandidateReport,
  findings: readonly Finding[],
  input: CheckedInput,
): string {
  const { author, subject, messageId } = candidate;
  const id = messageId.replace(/^<|>$/g, '');
  const headers = [
    header('To', author),
    header('Subject', `Re: [PATCH] ${subject}`),
    ...(id === '' ? [] : [`In-Reply-To: <${clean(id)}>`, `References: <${clean(id)}>`]),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
  ];
  const body = findings.flatMap((finding) => [...partOf(finding, input), '']);
  return `${headers.join('\n')}\n\n${[...body, ...closing(input.report)].join('\n')}\n`;
}

function header(name: string, value: string): string {
  return `${name}: ${clean(value)}`;
}

function clean(text: string): string {
  return printable(text).replaceAll(/\s+/g, ' ').trim();
}

function partOf(finding: Finding, { name, report, hunks }: CheckedInput): string[] {
  const { path, line, replay } = finding;
  const hunk = hunks.find(
    (each) =>
      each.candidate === finding.candidate &&
      each.path === path &&
      line !== null &&
      line >= each.start &&
      line < each.start + Math.max(1, each.count),
  );
  const names = finding.entryPoints.map((name) => `${name}()`);
  const said =
    `Executed before and after, ${someOf(names)} ${names.length === 1 ? 'does' : 'do'} not do the same ` +
    `(${finding.dimension ?? ''}): ${clean(finding.message)}.`;
  const witness = report.witnesses.find(({ id }) => id === finding.witness);
  const scenario =
    witness === undefined
      ? []
      : [...witness.scenario.trimEnd().split('\n'), ...witness.schedule.trimEnd().split('\n')]
          .filter((text) => text !== '')
          .slice(0, 24);
  return [
    ...(hunk === undefined ? [] : [...quoted(hunk, line ?? hunk.start), '']),
    ...filled(said),
    ...(scenario.length === 0 ? [] : ['', ...scenario.map((text) => cut(`  ${printable(text)}`))]),
    '',
    'Reproduce with:',
    ...command(replay, finding, name, report),
  ];
}

/** The stored witness where there is one, else the run that found it. */
function command(
  replay: string | null,
  { candidate }: Finding,
  name: string,
  { seed, tree }: Report,
): string[] {
  const whole = candidate.replace(/#.*$/, '');
  const words =
    replay?.startsWith('patchcheck ') === true
      ? replay.split(' ')
      : [
          'patchcheck',
          'apply',
          name,
          '--tree',
          treeName(tree),
          '--candidate',
          whole,
          '--seed',
          seed,
        ];
  const lines: string[] = [];
  let line = ' ';
  for (const word of words.map(clean)) {
    if (line !== ' ' && line.length + word.length + 3 > WIDTH) {
      lines.push(`${line} \\`);
      line = '   ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

function treeName({ kind, path, revision }: Report['tree']): string {
  if (kind === 'model') return 'model';
  return revision === null ? path : `${path}@${revision.slice(0, 12)}`;
}

function quoted({ path, start, lines }: QuotedHunk, wanted: number): string[] {
  const [heading = '', ...body] = lines;
  let number = start;
  let at = 0;
  body.forEach((text, index) => {
    if (text.startsWith('-')) return;
    if (number === wanted) at = index;
    number++;
  });
  const from = Math.max(0, Math.min(at - QUOTED_LINES / 2, body.length - QUOTED_LINES));
  const shown = body.slice(from, from + QUOTED_LINES);
  return [
    ...[`+++ b/${path}`, heading].map((text) => cut(`> ${printable(text).replaceAll('\t', ' ')}`)),
    ...shown.flatMap((text) => quotedLine(untabbed(printable(text)))),
  ];
}

/** What is changed is quoted in full, in several lines where it is longer than one; context is cut. */
function quotedLine(text: string): string[] {
  const sign = text.charAt(0);
  if (sign !== '+' && sign !== '-') return [cut(`> ${text}`)];
  const lines: string[] = [];
  let rest = `> ${text}`;
  while (rest.length > WIDTH) {
    const blank = rest.lastIndexOf(' ', WIDTH);
    const indent = /^> .\s*/.exec(rest)?.[0].length ?? 0;
    const at = blank > indent ? blank : WIDTH;
    lines.push(rest.slice(0, at).trimEnd());
    rest = `> ${sign}        ${rest.slice(at).trimStart()}`;
  }
  return [...lines, rest.trimEnd()];
}

/** Columns are what counts: a tab is worth eight. */
function untabbed(text: string): string {
  const body = text.slice(1).replaceAll('\t', '        ');
  return text === '' ? '' : text.charAt(0) + body;
}

function cut(text: string): string {
  return text.length <= WIDTH ? text.trimEnd() : `${text.slice(0, WIDTH - 3)}...`;
}

function filled(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map(cut);
}

function closing({ tool, tree, seed }: Report): string[] {
  const where = tree.kind === 'model' ? "patchcheck's model tree" : tree.path;
  return filled(
    `Found by ${tool.name} ${tool.version} on ${clean(where)}${tree.revision === null ? '' : ` at ${clean(tree.revision)}`}, seed ${clean(seed)}. ` +
      `Generated cases, not a proof; locks, RCU and allocation are models.`,
  );
}
