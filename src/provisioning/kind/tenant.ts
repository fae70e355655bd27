import Type from 'typebox';
import { choice } from '../../config/fields.ts';
import { checkCodes, STANDARD_CODES } from '../feature-codes.ts';
import { promptName, reference, title, unique } from '../fields.ts';
import { type Complain, defineKind, type EntityOf } from '../kind.ts';
import { shownByDefault } from '../shown-number.ts';
import type { Calendar } from './calendar.ts';

const hostName = Type.String({ pattern: '^[a-z0-9.-]{1,253}$', hint: 'a host name in lower case' });

const code = (standard: string) =>
  Type.String({
    pattern: '^([*#][*#\\d]{0,6})?$',
    hint: "a feature code such as '*8', or '' for none",
    default: standard,
  });

/** Each left out: no limit. */
const useLimit = () =>
  Type.Object(
    {
      calls: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
      minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
      /** Yuan. */
      spend: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
    },
    { default: {} },
  );

const useLimits = () => Type.Object({ hour: useLimit(), day: useLimit() }, { default: {} });

const price = () =>
  Type.Number({ minimum: 0, maximum: 1000, hint: 'yuan a minute such as 0.15', default: 0 });

const days = () => Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500 }));

interface Lock {
  readonly calendar: string;
  readonly periods: readonly string[];
}

interface RetentionSettings {
  readonly recordYears?: number;
  readonly recordingDays?: number;
  readonly messageDays?: number;
}

/** A file without its record would be nobody's. */
function checkRetention(retention: RetentionSettings, complain: Complain): void {
  const { recordYears } = retention;
  if (recordYears === undefined) return;
  for (const field of ['recordingDays', 'messageDays'] as const) {
    const kept = retention[field];
    if (kept === undefined || kept <= recordYears * 365) continue;
    const fix = `raise recordYears, or write at most ${recordYears * 365}`;
    complain(['retention', field], `files are kept longer (${kept} days) than their records`, fix);
  }
}

/** A period that the calendar never is in would lock nothing. */
function checkLock(lock: Lock | undefined, calendar: Calendar | undefined, complain: Complain): void {
  if (!lock || !calendar) return;
  const { periods, dates, switches } = calendar;
  const known = new Set([periods, ...Object.values(dates)].flatMap((each) => Object.keys(each)));
  for (const each of ['closed', 'holiday', ...switches]) known.add(each);
  lock.periods.forEach((period, index) => {
    if (known.has(period)) return;
    const fix = `its periods are ${[...known].join(', ')}`;
    complain(['outsideLock', 'periods', index], `calendar '${lock.calendar}' has no period '${period}'`, fix);
  });
}

/** A company (租户): every other entity belongs to one. */
export const tenant = defineKind({
  name: 'tenant',
  plural: 'tenants',
  title: { en: 'company', zh: '租户' },
  key: 'id',
  example: { id: 'demo', name: '示例公司', areaCode: '0755' },
  schema: Type.Object({
    name: title(),
    /** SIP domain of its phones; `<id>.<domain of the server>` by default. */
    domain: Type.Optional(unique('SIP domain', hostName)),
    /** Its area code (with its 0): what has it, or none, is a local number; a mobile counts where it was issued. */
    areaCode: Type.Optional(Type.String({ pattern: '^0\\d{2,3}$', hint: 'an area code such as 0755' })),
    /** What calls out show; extensions and agents may have it otherwise. What is not the company's is never shown. */
    shows: shownByDefault(),
    /** Numbers that always pass beside 110, 119, 120 and 122. */
    emergency: Type.Optional(Type.Array(Type.String({ pattern: '^\\d{2,15}$', hint: 'digits' }))),
    /** Outside calls of its phones are locked (夜间锁定) while a calendar of the company is in one of the periods. */
    outsideLock: Type.Optional(
      Type.Object({
        calendar: reference('calendar'),
        /** Such as `closed` and `holiday`. */
        periods: Type.Array(Type.String({ pattern: '^\\S.{0,63}$', hint: 'a period of the calendar' }), {
          minItems: 1,
        }),
        /** How far phones may call then, whatever right they have. */
        right: choice(['none', 'local', 'domestic'], 'domestic'),
      }),
    ),
    /** What calls outside may come to in an hour and a day of the clock (盗打防护), emergency numbers aside. */
    outsideLimits: Type.Optional(
      Type.Object({
        /** Of each extension. */
        extension: useLimits(),
        /** Of all together, those of its hotlines and queues too. */
        company: useLimits(),
        /** Yuan a minute that has begun, for `spend`. */
        prices: Type.Object({ local: price(), domestic: price(), international: price() }, { default: {} }),
      }),
    ),
    /** Feature codes (功能码) of its phones; '' switches one off. */
    codes: Type.Object(
      {
        /** The phone hears itself (回声测试). */
        echo: code(STANDARD_CODES.echo),
        /** Takes the call that has rung longest at any colleague's (抢接). */
        pickUp: code(STANDARD_CODES.pickUp),
        /** Takes the call that rings at the extension whose number follows (指定抢接). */
        pickUpAt: code(STANDARD_CODES.pickUpAt),
        /** With digits behind it: takes up who is parked (驻留) there; a caller is transferred to it to be parked. */
        park: code(STANDARD_CODES.park),
        /** Turns do-not-disturb (免打扰) of the phone on, or off again. */
        doNotDisturb: code(STANDARD_CODES.doNotDisturb),
        /** With a number behind it: forwards (呼叫转移) all calls there; alone: no longer. */
        forwardAlways: code(STANDARD_CODES.forwardAlways),
        /** The same while the phone is busy (遇忙转移). */
        forwardBusy: code(STANDARD_CODES.forwardBusy),
        /** The same for calls that it does not answer (无应答转移). */
        forwardNoAnswer: code(STANDARD_CODES.forwardNoAnswer),
        /** The same while it cannot be reached (不可及转移). */
        forwardUnreachable: code(STANDARD_CODES.forwardUnreachable),
        /** The agent who sits there signs in (签入); with a work number (工号) and its PIN any agent at any phone. */
        signIn: code(STANDARD_CODES.signIn),
        /** He is rung at his number outside (远程坐席) from now on, or at the one that follows. */
        signInOutside: code(STANDARD_CODES.signInOutside),
        /** He signs out (签出). */
        signOut: code(STANDARD_CODES.signOut),
        /** He is ready (就绪). */
        agentReady: code(STANDARD_CODES.agentReady),
        /** He is busy (示忙). */
        agentBusy: code(STANDARD_CODES.agentBusy),
        /** He has a break (小休); digits behind it are its reason. */
        agentBreak: code(STANDARD_CODES.agentBreak),
        /** His wrap-up (整理) is over. */
        endWrapUp: code(STANDARD_CODES.endWrapUp),
        /** The agent ends the call that he has on hold, and reports its caller as a nuisance (骚扰). */
        nuisance: code(STANDARD_CODES.nuisance),
        /** With a work number behind it: a supervisor listens to that agent (监听); keys 1, 2, 3 and 4 listen, whisper, barge in and take over. */
        monitor: code(STANDARD_CODES.monitor),
        /** The same, to whisper to him (密语). */
        whisper: code(STANDARD_CODES.whisper),
        /** The same, to be heard by all (强插). */
        barge: code(STANDARD_CODES.barge),
        /** The agent takes the caller who has waited longest in his queues (队列抢接). */
        pickUpQueue: code(STANDARD_CODES.pickUpQueue),
        /** The phone hears the messages of its mailboxes (收听留言). */
        voicemail: code(STANDARD_CODES.voicemail),
      },
      { default: {} },
    ),
    /** Agents' screens show who listens to them, and how. */
    showsSupervision: Type.Optional(Type.Boolean()),
    /** Says that the talk will be recorded (录音告知), before it begins; left out: nothing is said. */
    recordingNotice: Type.Optional(promptName()),
    /** How long what calls leave is kept; left out: for ever. What is on hold (保全) stays all the same. */
    retention: Type.Object(
      {
        /** Records (话单), with whatever is left of their recordings and messages. */
        recordYears: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
        recordingDays: days(),
        /** Voicemail messages (留言). */
        messageDays: days(),
        /** Events of the company's stream. */
        eventDays: days(),
      },
      { default: {} },
    ),
  }),
  check: ({ codes, retention }, complain) => {
    checkCodes(codes, complain);
    checkRetention(retention, complain);
  },
  checkAmong: ({ outsideLock }, of, complain) =>
    checkLock(outsideLock, outsideLock && (of('calendar', outsideLock.calendar) as Calendar), complain),
});

export type Tenant = EntityOf<typeof tenant>;
