/** What a report has to tell, each thing once: checks of entry points that say the same are one finding. */
import type { CheckReport, Dimension, Report, Verdict } from '../report.js';

export interface Finding {
  readonly kind: Verdict | 'problem';
  /** '' for the input as a whole. */
  readonly candidate: string;
  readonly against: string;
  readonly dimension: Dimension | null;
  readonly entryPoints: readonly string[];
  /** Where in the tree; for a problem where in the mail or tree. null: nowhere in particular. */
  readonly path: string | null;
  readonly line: number | null;
  /** One sentence without its full stop. */
  readonly message: string;
  readonly scenarios: number;
  readonly witness: string | null;
  readonly replay: string | null;
  /** Why this is no news: it was expected, or the baseline has it. */
  readonly accepted: string | null;
}

export function findingsOf(report: Report): Finding[] {
  const groups = new Map<string, CheckReport[]>();
  for (const check of report.checks) {
    const { candidate, against, dimension, verdict, reason, bound } = check;
    const why = acceptedReason(report, check);
    const key = JSON.stringify([candidate, against, dimension, verdict, reason, bound, why]);
    const known = groups.get(key);
    if (known) known.push(check);
    else groups.set(key, [check]);
  }
  return [
    ...[...groups.values()].map((group) => findingOf(report, group)),
    ...report.problems.map(({ candidate, diagnostic }): Finding => ({
      kind: 'problem',
      candidate,
      against: '',
      dimension: null,
      entryPoints: [],
      path: diagnostic.at?.path ?? null,
      line: diagnostic.at?.line ?? null,
      message: diagnostic.message,
      scenarios: 0,
      witness: null,
      replay: null,
      accepted: null,
    })),
  ];
}

export function acceptedReason(
  report: Pick<Report, 'accepted'>,
  { candidate, entryPoint, dimension, verdict }: CheckReport,
): string | null {
  if (verdict !== 'differs') return null;
  return (
    report.accepted.find(
      (each) =>
        each.candidate === candidate &&
        each.entryPoint === entryPoint &&
        each.dimension === dimension,
    )?.reason ?? null
  );
}

function findingOf(report: Report, group: readonly CheckReport[]): Finding {
  const [first] = group;
  if (first === undefined) throw new Error('a group has at least one check');
  const { candidate, against, dimension, verdict, reason, bound } = first;
  const witness = group.find((check) => check.witness !== null)?.witness ?? null;
  return {
    kind: verdict,
    candidate,
    against,
    dimension,
    entryPoints: group.map((check) => check.entryPoint),
    ...placeOf(report, group),
    message: reason ?? bound ?? 'no difference found',
    scenarios: group.reduce((sum, check) => sum + check.scenarios, 0),
    witness,
    replay: report.witnesses.find(({ id }) => id === witness)?.replay ?? null,
    accepted: acceptedReason(report, first),
  };
}

/** The first changed line that ran, else the first changed one, else a changed function, else a changed file. */
function placeOf(report: Report, group: readonly CheckReport[]): Pick<Finding, 'path' | 'line'> {
  for (const lines of [
    group.flatMap((check) => check.linesCovered),
    group.flatMap((check) => check.linesChanged),
  ]) {
    const [first] = lines;
    const place = /^(.*):(\d+)$/.exec(first ?? '');
    if (place !== null) return { path: place[1] ?? '', line: Number(place[2]) };
  }
  const own = group[0]?.candidate ?? '';
  const found = report.candidates.flatMap((each) => [each, ...each.steps]);
  const candidate = found.find(({ id }) => id === own);
  const changed = candidate?.functions.find(({ change }) => change !== 'affected');
  if (changed !== undefined) return { path: changed.file, line: changed.line };
  const [file] = candidate?.apply.files ?? [];
  return file === undefined
    ? { path: null, line: null }
    : { path: file.path, line: file.hunks.find(({ line }) => line !== null)?.line ?? null };
}

/** `a, b and 3 more`. */
export function someOf(names: readonly string[], most = 3): string {
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

/** Two candidates that differ from each other are rivals: that is news for a reader, and no fault of the one that came later. */
export function isBetweenRivals({ candidate, against }: Finding): boolean {
  const whole = (id: string): string => id.replace(/#.*$/, '');
  return against !== '' && against !== 'original' && whole(against) !== whole(candidate);
}

/** A differing finding in one sentence that a person may read alone. */
export function sentenceOf(finding: Finding): string {
  const where = finding.entryPoints.filter((name) => name !== '*');
  const through = where.length === 0 ? '' : ` (${someOf(where)})`;
  const sides = finding.against === '' ? '' : ` against ${finding.against}`;
  const dimension = finding.dimension === null ? '' : `, ${finding.dimension}`;
  const who = finding.candidate === '' ? '' : `${finding.candidate}${sides}${dimension}: `;
  return `${who}${finding.message}${through}`;
}
