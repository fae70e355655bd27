import Type from 'typebox';
import { duration } from '../../config/fields.ts';
import { promptName, reference, secretPart } from '../fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

/** Where callers leave a message (语音信箱). */
export const mailbox = defineKind({
  name: 'mailbox',
  plural: 'mailboxes',
  title: { en: 'mailbox', zh: '语音信箱' },
  key: 'name',
  example: { name: 'night', greeting: 'voicemail-greeting' },
  schema: Type.Object({
    greeting: promptName('voicemail-greeting'),
    maxMs: duration('2m'),
    maxSilenceMs: duration('5s'),
    /** Phones whose lamp shows what is in it, and that hear it by feature code, beside those whose unanswered calls go to it. */
    extensions: Type.Array(reference('extension'), { default: [] }),
    /** Keyed by who hears it by feature code (*97); without one whoever sits at the phone does. */
    pin: Type.Optional(secretPart(Type.String({ pattern: '^\\d{4,12}$', hint: '4 to 12 digits' }))),
  }),
});

export type Mailbox = EntityOf<typeof mailbox>;
