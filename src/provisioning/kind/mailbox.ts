import Type from 'typebox';
import { duration } from '../../config/fields.ts';
import { promptName } from '../fields.ts';
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
  }),
});

export type Mailbox = EntityOf<typeof mailbox>;
