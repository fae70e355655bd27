import Type from 'typebox';
import { choice, DIGITS, duration, flag, list, telephoneNumber } from '../../config/fields.ts';
import { promptName, reference, referenceOfSameName, secretPart, title } from '../fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';
import { language } from '../language.ts';
import { outsideRight } from '../outside-right.ts';
import { shownNumber } from '../shown-number.ts';
import { ownSkill } from '../skill-level.ts';

/** Somebody who takes calls (坐席), by the work number (工号) that is read to callers. */
export const agent = defineKind({
  name: 'agent',
  plural: 'agents',
  title: { en: 'agent', zh: '坐席' },
  key: 'id',
  keyPattern: DIGITS,
  keyHint: '2 to 15 digits',
  example: { id: '8001', name: '李雷', extension: '8001', level: 3 },
  schema: Type.Object({
    name: title(),
    extension: referenceOfSameName('extension'),
    /** Where he belongs in the organisation: rights of `group` and `subtree` reach him there. */
    department: Type.Optional(reference('department')),
    /** A number outside where he sits and is rung in place of his extension (远程坐席), by his right to call out; he takes calls by key. */
    phone: Type.Optional(telephoneNumber),
    /** 级别: queues by `skill` ring the highest that is free, queues by `weighted` in proportion. 1 by default. */
    level: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    /** What he can do (技能): queues and flows ask for it. */
    skills: Type.Optional(Type.Array(ownSkill())),
    /** How far he may call out; his extension's right by default. */
    outside: Type.Optional(outsideRight()),
    /** The phone where he sits speaks to him in it; as his extension's by default. */
    language: Type.Optional(language),
    /** His phone shows numbers outside whole; as his extension's by default. */
    seesNumbers: Type.Optional(Type.Boolean()),
    /** What his calls out show; as his extension's by default. */
    shows: shownNumber(),
    /** Whether he is signed in (签入) from the start on, or signs in himself. */
    signIn: Type.Optional(choice(['automatic', 'manual'], 'automatic')),
    /** He is rung so long; as the queue has it by default. */
    ringMs: Type.Optional(duration()),
    /** By which he signs in at phones that are not his own (任意话机签入); without one he cannot. */
    pin: Type.Optional(secretPart(Type.String({ pattern: '^\\d{4,12}$', hint: '4 to 12 digits' }))),
    /** Whom he supervises (班长席): listens to, takes callers over from, sets the state of. Nobody by default. */
    supervises: Type.Optional(
      Type.Object({
        /** All agents of the company. */
        all: flag(false),
        /** The agents of these queues, and who waits there. */
        queues: list(reference('queue')),
      }),
    ),
    /** What his callers hear when he answers: after the work number, or alone in a queue without `announceAgent`. */
    greeting: Type.Optional(promptName()),
    /** His phone is asked to answer calls of queues by itself (自动应答); as the queue has it by default. */
    autoAnswer: Type.Optional(Type.Boolean()),
  }),
});

export type Agent = EntityOf<typeof agent>;
