/**
 * A version compiled for campaigns: a fast module here and now, a strict one by whoever the engine has for it. Only this thread has
 * read the sources, so it links both. Two threads that shared the fast modules took longer than one: each had to warm up the same code.
 */
import type { Diagnostic } from '../base/diagnostic.js';
import { ok, type Result } from '../base/result.js';
import type { Engine } from '../engine.js';
import { programImage, type ProgramImage } from '../exec/machine.js';
import { compileVersion, linkForAssembly, type OpenVersion } from './build-version.js';

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

export type Compiled<T> = Result<T, readonly Diagnostic[]>;

export interface StartedBuild {
  readonly fast: Compiled<ProgramImage>;
  readonly strict: Promise<ProgramImage | null>;
}

export function startBuild(
  version: OpenVersion,
  { coverLines, strict }: CampaignBuild,
  engine: Engine,
): StartedBuild {
  const request = { kind: 'tracking', coverLines: new Set<string>() } as const;
  const tracking = strict ? linkForAssembly(version, request) : null;
  const image = tracking?.ok === true ? engine.assemble(tracking.value) : null;
  const fast = compileVersion(version, { kind: 'fast', coverLines });
  return {
    fast: fast.ok ? ok(programImage(fast.value)) : fast,
    strict: Promise.resolve(image),
  };
}

/** Versions in their order, each with all that it was to get. */
export async function finishBuilds(
  builds: readonly StartedBuild[],
  engine: Engine,
): Promise<readonly Compiled<CompiledVersion>[]> {
  engine.helpAssemble();
  const strict = await Promise.all(builds.map((build) => build.strict));
  return builds.map(({ fast }, at) =>
    fast.ok ? ok({ fast: fast.value, strict: strict[at] ?? null }) : fast,
  );
}
