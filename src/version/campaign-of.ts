/** What is run on the versions of a request: the entry points that some version touches, as much of each as was asked for. */
import type { CheckRequest } from '../check-thread.js';
import type { CampaignOptions } from '../gen/campaign.js';
import { planCampaign, type PlannedCampaign } from '../gen/plan-campaign.js';
import type { EntryPoint } from '../pack-api/pack.js';

export interface RequestedCampaign {
  readonly entries: readonly EntryPoint[];
  readonly campaign: PlannedCampaign;
  readonly options: CampaignOptions;
}

export function campaignOf(
  { pack, seed, sizes, scope }: Pick<CheckRequest, 'pack' | 'seed' | 'sizes' | 'scope'>,
  versions: readonly { readonly touched: ReadonlySet<string> }[],
): RequestedCampaign {
  const entries = pack.entryPoints.filter(({ name }) =>
    versions.some((version) => version.touched.has(name)),
  );
  return {
    entries,
    campaign: planCampaign(entries, sizes, pack.exploration?.dimensions ?? []),
    options: {
      seed,
      referenceCases: sizes.references,
      repeatCases: sizes.repeats,
      scope: { ...scope, most: sizes.schedules },
    },
  };
}
