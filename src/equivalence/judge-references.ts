/**
 * The original against the references says nothing of a patch. Where the references were written from this very source, what differs is a
 * fault of ours, and nothing that was found can be trusted; elsewhere they do not describe the tree, and C is judged against C.
 */
import { diagnostic, type Diagnostic } from '../base/diagnostic.js';
import type { CheckRequest } from '../check-thread.js';
import { REFERENCE } from '../gen/campaign.js';
import { blobId } from '../patch/blob-id.js';
import type { CheckReport } from '../report/report.js';

export interface JudgedReferences {
  readonly checks: readonly CheckReport[];
  /** Ids of witnesses that say nothing either. */
  readonly withdrawn: ReadonlySet<string>;
  /** Nothing can be said. */
  readonly fault: Diagnostic | null;
  readonly remark: Diagnostic | null;
}

export function judgeReferences(
  checks: readonly CheckReport[],
  { pack, tree, configuration }: Pick<CheckRequest, 'pack' | 'tree' | 'configuration'>,
): JudgedReferences {
  const differing = checks.filter(
    ({ against, verdict }) => against === REFERENCE && verdict === 'differs',
  );
  const withdrawn = new Set(differing.flatMap(({ witness }) => witness ?? []));
  if (differing.length === 0) return { checks, withdrawn, fault: null, remark: null };
  const names = [...new Set(differing.map(({ entryPoint }) => entryPoint))].join(', ');
  const blob = (path: string): string | null => {
    const bytes = tree.read(path);
    return bytes === null ? null : blobId(bytes);
  };
  const others = pack.undescribed(blob, configuration.options);
  if (others.length === 0)
    return { checks, withdrawn, fault: ownFault(names, differing[0]?.reason ?? ''), remark: null };
  return {
    checks: checks.filter((check) => !differing.includes(check)),
    withdrawn,
    fault: null,
    remark: diagnostic(
      'bad-input',
      `the references of ${names} do not describe this tree (it differs in ${others.join(', ')}): C was compared with C alone`,
    ),
  };
}

function ownFault(names: string, what: string): Diagnostic {
  return diagnostic(
    'bad-input',
    `the C of ${names} and its references do not do the same: a fault of patchcheck`,
    null,
    [{ message: what, at: null }],
    'please report it, with the mail and the seed',
  );
}
