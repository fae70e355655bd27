import type { Mistake } from '../../provisioning/check/mistake.ts';
import type { Snapshot } from '../../provisioning/snapshot.ts';
import { didYouMean } from '../../shared/did-you-mean.ts';
import type { DialplanNames, NameBook } from '../plan/names.ts';

/** What keeps announcements (停电公告) of some companies from being heard: areas and hotlines that there are not. */
export function announcementMistakes(
  snapshot: Snapshot,
  tenants: ReadonlySet<string>,
  names: NameBook,
  hotlines: readonly { readonly tenant: string; readonly number: string }[],
): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  for (const { kind, tenant, name, value } of snapshot.entities('announcement')) {
    const areas = names.of(tenant)?.areas;
    if (!tenants.has(tenant) || !areas) continue;
    for (const [index, area] of value.areas.entries()) {
      if (isArea(area, areas)) continue;
      const near = didYouMean(area, [...areas.places]);
      const fix = near === undefined ? 'write one such as 深圳 or 0755' : `did you mean '${near}'?`;
      const reason = `there is no region, province, city or area code '${area}'`;
      mistakes.push({ kind, tenant, name, path: ['areas', index], reason, fix });
    }
    for (const [index, number] of value.hotlines.entries()) {
      if (hotlines.some((one) => one.tenant === tenant && one.number === number)) continue;
      const reason = `the company has no hotline '${number}'`;
      const fix = 'write main numbers, or leave it out: all hotlines say it then';
      mistakes.push({ kind, tenant, name, path: ['hotlines', index], reason, fix });
    }
  }
  return mistakes;
}

const isArea = (area: string, known: DialplanNames['areas']) =>
  /^0\d{2,3}$/.test(area) ? known.areaOfCode(area).code === area : known.isPlace(area);
