import Type from 'typebox';
import { flag, list, text } from '../../config/fields.ts';
import { promptName, title } from '../fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

const time = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(?::\\d{2})?(?:Z|[+-]\\d{2}:\\d{2})$',
  hint: 'a time such as 2026-10-10T08:00+08:00',
});

/**
 * What callers are told for some hours (停电公告): a power cut, a works' holiday. Nodes `announcements` say those that are in force, to
 * callers of its areas, on its hotlines.
 */
export const announcement = defineKind({
  name: 'announcement',
  plural: 'announcements',
  title: { en: 'announcement of outage', zh: '停电公告' },
  key: 'name',
  example: {
    name: 'cut-nanshan',
    title: '南山区计划停电',
    text: '10月10日8时至18时,南山区桃源街道停电检修。',
    prompt: 'outage-nanshan',
    areas: ['深圳'],
    places: ['桃源街道'],
    from: '2026-10-10T08:00+08:00',
    to: '2026-10-10T18:00+08:00',
    hotlines: ['4001234567'],
  },
  schema: Type.Object({
    title: title(),
    /** For people: agents read it, and say it to who asks. */
    text: Type.Optional(text()),
    /** What callers hear; without: they hear nothing. */
    prompt: Type.Optional(promptName()),
    /** Only callers from these regions (大区), provinces, cities or area codes hear it; none: all do. */
    areas: list(text()),
    /** Townships, lines and streets that it is about, for people. */
    places: list(text()),
    from: time,
    /** Without: until it is taken away or turned off. */
    to: Type.Optional(time),
    /** Main numbers of the hotlines that say it; none: all that say announcements. */
    hotlines: list(Type.String({ pattern: '^\\d{3,20}$', hint: 'digits such as 4001234567' })),
    on: flag(true),
  }),
  check: ({ from, to }, complain) => {
    for (const [field, value] of Object.entries({ from, to }))
      if (value !== undefined && Number.isNaN(Date.parse(value)))
        complain([field], `there is no such time: ${value}`, 'write one such as 2026-10-10T08:00+08:00');
    if (to !== undefined && Date.parse(to) <= Date.parse(from))
      complain(['to'], 'it is over before it begins', 'write a time after `from`');
  },
});

export type Announcement = EntityOf<typeof announcement>;

/** How it stands: to come, said to callers, past, or turned off. */
export const ANNOUNCEMENT_STATES = ['planned', 'in-force', 'over', 'off'] as const;
export type AnnouncementState = (typeof ANNOUNCEMENT_STATES)[number];

/** How an announcement stands at a time, ms since 1970. */
export function stateOfAnnouncement({ on, from, to }: Announcement, at: number): AnnouncementState {
  if (!on) return 'off';
  if (at < Date.parse(from)) return 'planned';
  return to !== undefined && at >= Date.parse(to) ? 'over' : 'in-force';
}
