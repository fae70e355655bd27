import Type from 'typebox';
import { choice, json, list, NAME, text } from '../../config/fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

const number = Type.String({ pattern: '^\\d{3,20}$', hint: 'digits such as 4001234567' });
const who = json('rules about callers: [{ match: list, list: gold }]');
const flow = json('a node or a list of nodes: { type: queue, queue: sales }');
const byName = (what: string) => Type.Optional(json(`${what} by name`));

/**
 * A 400 number (热线) whose flow is data: the tree that the builders of `pbx400/dialplan` make, without its `type`. The parts
 * that are JSON are proved by the dialplan's check.
 */
export const hotline = defineKind({
  name: 'hotline',
  plural: 'hotlines',
  title: { en: 'hotline', zh: '热线' },
  key: 'number',
  keyPattern: '^\\d{3,20}$',
  keyHint: 'digits such as 4001234567',
  example: { number: '4001234567', name: '总机', flow: { type: 'queue', queue: 'sales' } },
  schema: Type.Object({
    name: Type.Optional(text()),
    description: Type.Optional(text()),
    /** Other numbers that lead here (引示号). */
    aliases: list(number),
    timeZone: Type.Optional(text()),
    block: Type.Optional(who),
    blocked: Type.Optional(json('`reject`, `busy` or a flow')),
    allow: Type.Optional(who),
    admit: choice(['all', 'allowed'], 'all'),
    vip: Type.Optional(json('{ who, priority, flow }')),
    limit: Type.Optional(json('{ calls, perMs, otherwise }')),
    /** Calls at once. */
    channels: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    ringback: Type.Optional(json('{ prompt, when: before-answer }')),
    /** By switch. */
    featureCodes: Type.Record(
      Type.String({ pattern: NAME }),
      Type.String({ pattern: '^\\*\\d{1,6}$', hint: "a feature code such as '*61'" }),
      { default: {}, keyHint: 'letters, digits, - _ and . (up to 64)' },
    ),
    lines: byName('lines and extensions'),
    calendars: byName('opening hours'),
    flows: byName('flows'),
    flow,
    afterTalk: Type.Optional(json('{ type: survey, survey: three-keys }')),
    otherwise: Type.Optional(flow),
  }),
});

export type StoredHotline = EntityOf<typeof hotline>;
