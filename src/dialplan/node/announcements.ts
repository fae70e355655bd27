import { placeKey, placesOf } from '../../numbering/area.ts';
import { type Announcement, stateOfAnnouncement } from '../../provisioning/kind/announcement.ts';
import type { Builders, DeclaredNames } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { type DecisionFacts, NEXT, type NodeKind } from './node-kind.ts';
import type { FlowNode } from './tree.ts';

/** Says the company's announcements (停电公告) that are in force for the hotline and the caller's area; passes silently without any. */
export interface AnnouncementsNode {
  readonly type: 'announcements';
  /** At most so many, those that began last. Default 3. */
  readonly most?: number;
}

declare module './tree.ts' {
  interface Nodes {
    readonly announcements: AnnouncementsNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Says the announcements of outages (停电公告) that the company has now, each at its time and to its areas. */
    announcements(options?: Omit<AnnouncementsNode, 'type'>): FlowNode;
  }
}

const buildAnnouncements: Builders<DeclaredNames>['announcements'] = (options) =>
  rememberPlace({ type: 'announcements', ...options }, buildAnnouncements);

const MOST = 3;

export const announcements: NodeKind<AnnouncementsNode> = {
  word: { en: 'announcements of outages', zh: '停电公告' },
  build: buildAnnouncements,
  fields: { most: 'count?' },
  title: () => 'announcements',
  async run({ most = MOST }, run) {
    const said = inForce(run).slice(0, most);
    if (said.length === 0) run.call.step('announcements → silent', 'none is in force for this caller');
    for (const { name, prompt, areas, to } of said) {
      const where = areas.length > 0 ? `for ${areas.join(', ')}` : 'for all';
      run.call.step(
        `announcement ${name}`,
        `${where}, ${to === undefined ? 'until taken away' : `until ${to}`}`,
      );
      await run.call.answer();
      await run.call.play(prompt!);
    }
    return 'next';
  },
  exits: () => NEXT,
};

/** Those that a caller of the hotline hears now, what began last first. */
function inForce(facts: DecisionFacts): readonly Announcement[] {
  const { plan, caller, nowMs } = facts;
  const here = placesOf(caller.area);
  return facts
    .announcements()
    .filter(
      (one) =>
        one.prompt !== undefined &&
        stateOfAnnouncement(one, nowMs) === 'in-force' &&
        (one.hotlines.length === 0 || one.hotlines.includes(plan.number)) &&
        (one.areas.length === 0 || one.areas.some((area) => here.includes(placeKey(area)))),
    )
    .sort((one, other) => Date.parse(other.from) - Date.parse(one.from));
}
