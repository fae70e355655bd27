import Type from 'typebox';
import { count, flag } from '../../config/fields.ts';
import { secretPart, title } from '../fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

const pin = () => Type.Optional(secretPart(Type.String({ pattern: '^\\d{4,12}$', hint: '4 to 12 digits' })));

/** A room where many talk with each other (会议室): phones dial its number, hotlines lead to it. */
export const conference = defineKind({
  name: 'conference',
  plural: 'conferences',
  title: { en: 'conference room', zh: '会议室' },
  key: 'number',
  isDialled: true,
  example: { number: '8800', name: '会议室', maxMembers: 20 },
  schema: Type.Object({
    name: title(),
    /** Who keys it is a host (主持人): mutes all, locks, invites, ends. Without one nobody is. */
    hostPin: pin(),
    /** Everybody else keys it; without one who keys nothing is let in. */
    memberPin: pin(),
    /** Hosts included. */
    maxMembers: count(2, 200, 20),
    /** What all say is recorded, once two are there. */
    record: flag(false),
    /** Those who are there hear that somebody comes or leaves. */
    announce: flag(true),
    /** Members hear music while no host is there (等待主持人). */
    waitForHost: flag(false),
  }),
  check: ({ hostPin, memberPin, waitForHost }, complain) => {
    if (hostPin !== undefined && hostPin === memberPin)
      complain(['memberPin'], 'hosts and members have the same PIN', 'give them different ones');
    if (waitForHost && hostPin === undefined)
      complain(['waitForHost'], 'nobody can be the host for whom members wait', 'write hostPin');
  },
});

export type Conference = EntityOf<typeof conference>;
