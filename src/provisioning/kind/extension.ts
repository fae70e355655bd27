import Type from 'typebox';
import { choice, duration, flag, sipUri, telephoneNumber, text } from '../../config/fields.ts';
import { reference, secretPart, title, unique } from '../fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';
import { language } from '../language.ts';
import { OUTSIDE_RIGHTS } from '../outside-right.ts';
import { shownNumber } from '../shown-number.ts';

const hash = (bits: 'MD5' | 'SHA-256', digits: number) =>
  Type.Optional(
    Type.String({ pattern: `^[0-9a-f]{${digits}}$`, hint: `the ${bits} of user:realm:password, hex` }),
  );

const forwardTarget = () =>
  Type.Optional(Type.String({ pattern: '^\\d{2,20}$', hint: 'a number as the phone would dial it' }));

/** A phone's account (分机). */
export const extension = defineKind({
  name: 'extension',
  plural: 'extensions',
  title: { en: 'extension', zh: '分机' },
  key: 'number',
  isDialled: true,
  example: { number: '8001', name: '李雷', outside: 'domestic' },
  schema: Type.Object({
    name: title(),
    /**
     * H(user:realm:password), hex (RFC 7616 3.4.2): who has it can register as the phone. Without it an account is made
     * at the first start. `realm`: the domain that it was made for; that of the server by default.
     */
    ha1: Type.Optional(
      secretPart(
        Type.Object({ md5: hash('MD5', 32), sha256: hash('SHA-256', 64), realm: Type.Optional(text()) }),
      ),
    ),
    /** What its phone hears of us is spoken in it (语种), as far as it is recorded; as for everybody by default. */
    language: Type.Optional(language),
    /** A fixed contact instead of a registration: `sip:8001@127.0.0.1:5070`. */
    contact: Type.Optional(sipUri),
    /** How far it may call out, whether its phone dials, transfers, forwards or is called first; emergency numbers always pass. */
    outside: choice(OUTSIDE_RIGHTS, 'domestic'),
    /** Its number outside (直线), which calls out may show where a trunk of the company's has it among its `numbers`. */
    ownNumber: Type.Optional(unique('telephone number', telephoneNumber)),
    /** What its calls out show; as the company's by default. */
    shows: shownNumber(),
    /** Calls to it are told that it is busy (免打扰). Its phone may set this and `forward` by feature code; what was set last counts. */
    doNotDisturb: Type.Optional(Type.Boolean()),
    /** Where calls to it go instead (呼叫转移): an extension, or a number outside where `forwardOutside` and `outside` allow it. */
    forward: Type.Object(
      {
        /** All calls. */
        always: forwardTarget(),
        /** While it is busy, or disturbs not (遇忙). */
        busy: forwardTarget(),
        /** When it has rung so long (无应答). */
        noAnswer: forwardTarget(),
        ringMs: duration('20s'),
        /** While no phone of it is registered or answers (不可及). */
        unreachable: forwardTarget(),
      },
      { default: {} },
    ),
    /** Mailbox (语音信箱) that calls go to which nobody answers there; its phone's lamp shows what is in it. Left out: none. */
    voicemail: Type.Optional(reference('mailbox')),
    /** Its phone shows numbers outside whole; else `138****8000` (号码防火墙). */
    seesNumbers: flag(true),
    /** Its phone may forward calls (呼叫转移, 302) to outside numbers; the company pays for them. Without it, within the company only. */
    forwardOutside: Type.Optional(Type.Boolean()),
  }),
  check: ({ ha1, shows, ownNumber }, complain) => {
    if (shows === 'own' && ownNumber === undefined)
      complain(['shows'], 'the extension has no number of its own', 'write ownNumber, or show another');
    if (!ha1 || ha1.md5 !== undefined || ha1.sha256 !== undefined) return;
    complain(['ha1'], 'ha1 has neither md5 nor sha256', 'write one, or leave ha1 out');
  },
});

export type Extension = EntityOf<typeof extension>;
