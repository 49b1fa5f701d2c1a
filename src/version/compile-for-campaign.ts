/**
 * A version compiled for campaigns. All in one thread: code that compiles one version is warm for the next, and on two cores a second
 * thread, which has to warm up its own, gained nothing.
 */
import type { Diagnostic } from '../base/diagnostic.js';
import { ok, type Result } from '../base/result.js';
import { programImage, type ProgramImage } from '../exec/machine.js';
import { compileVersion, type OpenVersion } from './build-version.js';

export interface CampaignBuild {
  readonly coverLines: ReadonlySet<string>;
  /** A strict module is wanted too. */
  readonly strict: boolean;
}

/** strict null: not wanted, or more than the engine can do. */
export interface CompiledVersion {
  readonly fast: ProgramImage;
  readonly strict: ProgramImage | null;
}

export function compileForCampaign(
  version: OpenVersion,
  { coverLines, strict }: CampaignBuild,
): Result<CompiledVersion, readonly Diagnostic[]> {
  const fast = compileVersion(version, { kind: 'fast', coverLines });
  if (!fast.ok) return fast;
  const tracking = strict
    ? compileVersion(version, { kind: 'tracking', coverLines: new Set() })
    : null;
  return ok({
    fast: programImage(fast.value),
    strict: tracking?.ok === true ? programImage(tracking.value) : null,
  });
}
