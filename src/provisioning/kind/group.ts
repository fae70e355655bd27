import Type from 'typebox';
import { choice, duration, flag } from '../../config/fields.ts';
import { reference, title } from '../fields.ts';
import { type Complain, defineKind, type EntityOf } from '../kind.ts';

const dialled = (hint: string) => Type.Optional(Type.String({ pattern: '^\\d{3,20}$', hint }));

/** Exactly one of them. */
const member = Type.Object({
  extension: Type.Optional(reference('extension')),
  /** Rung at the extension where he sits. */
  agent: Type.Optional(reference('agent')),
  number: dialled('a number outside as the phone would dial it'),
});

/** Phones that ring for one number (分机组): whoever dials it speaks with the first who answers. Nobody waits in it: that is a queue. */
export const group = defineKind({
  name: 'group',
  plural: 'groups',
  title: { en: 'group of phones', zh: '分机组' },
  key: 'number',
  isDialled: true,
  example: { number: '8100', name: '前台', members: [{ extension: '8001' }], strategy: 'ring-all' },
  schema: Type.Object({
    name: title(),
    members: Type.Array(member, { minItems: 1 }),
    /** All together; one after the other in the order of the list; the same, in turn beginning with the next; in any order. */
    strategy: choice(['ring-all', 'hunt', 'round-robin', 'random'], 'ring-all'),
    /** All together, or each of them, so long. */
    ringMs: duration('20s'),
    /** Its phones take one another's calls (抢接) before those of others. */
    pickUp: flag(true),
    /** When nobody has answered; neither: the caller is told how that was. */
    otherwise: Type.Object(
      {
        mailbox: Type.Optional(reference('mailbox')),
        /** An extension, another group, a hotline of the company or a number outside. */
        number: dialled('a number as the phone would dial it'),
      },
      { default: {} },
    ),
  }),
  check: ({ members, otherwise }, complain) => {
    for (const [index, each] of members.entries()) checkMember(each, index, complain);
    if (otherwise.mailbox !== undefined && otherwise.number !== undefined)
      complain(['otherwise'], 'the caller cannot go to both, mailbox and number', 'write one of them');
  },
});

export type Group = EntityOf<typeof group>;

/** One who is rung for a group. */
export type GroupMember = Group['members'][number];

function checkMember(each: GroupMember, index: number, complain: Complain): void {
  if (Object.values(each).filter((value) => value !== undefined).length === 1) return;
  const reason = 'a member is one extension, one agent or one number outside';
  complain(['members', index], reason, 'write { extension: … }, { agent: … } or { number: … }');
}
