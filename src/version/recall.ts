/**
 * Prepared versions from an earlier run of the same tool on the same thread: one look at what they were made from instead of
 * preprocessing, parsing, checking and compiling it all again.
 */
import type { Cache } from '../cache.js';
import type { CheckRequest } from '../check-thread.js';
import type { AppliedCandidate } from './apply-all.js';
import type { PlainPrepared } from './prepare.js';
import { contentHash, stillHolds, type Inputs } from './remembered-inputs.js';

/** Of one question, the latest first: the tree may have been in several states. */
interface Index {
  readonly entries: readonly { readonly inputs: Inputs; readonly result: string }[];
}

const MOST = 4;

/** All that decides the result beside what is read of tree and pack. */
export function questionOf(request: CheckRequest, applied: readonly AppliedCandidate[]): string {
  const { pack, configuration, functions, tool, sizes } = request;
  return contentHash(
    plainText([
      'prepared versions',
      tool,
      pack.name,
      configuration,
      functions,
      sizes.strict > 0,
      applied.map(({ candidate, application }) => [
        candidate.id,
        candidate.remarks,
        application.kind,
        application.warnings,
        application.kind === 'failed' ? application.diagnostics : application.changed,
        application.kind === 'failed' ? null : application.tree.files,
      ]),
    ]),
  );
}

export interface Recalled {
  readonly key: string;
  readonly prepared: PlainPrepared;
}

export function recall(cache: Cache, question: string, request: CheckRequest): Recalled | null {
  for (const { inputs, result } of indexOf(cache, question).entries) {
    if (!stillHolds(inputs, request.tree, request.assets)) continue;
    const prepared = cache.get(result);
    if (prepared !== null) return { key: result, prepared: prepared as PlainPrepared };
  }
  return null;
}

export function remember(
  cache: Cache,
  question: string,
  inputs: Inputs,
  prepared: PlainPrepared,
): string {
  const key = contentHash(`${question} ${plainText([inputs])}`);
  cache.put(key, prepared);
  const others = indexOf(cache, question).entries.filter(({ result }) => result !== key);
  cache.put(question, { entries: [{ inputs, result: key }, ...others].slice(0, MOST) });
  return key;
}

function indexOf(cache: Cache, question: string): Index {
  return (cache.get(question) as Index | null) ?? { entries: [] };
}

/** Plain data as text: equal texts mean equal data. */
function plainText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Map) return { map: [...(part as Map<unknown, unknown>)] };
    if (part instanceof Set) return { set: [...(part as Set<unknown>)] };
    if (part instanceof Uint8Array) return { bytes: contentHash(part) };
    if (typeof part === 'bigint') return { bigint: String(part) };
    return part;
  });
}
