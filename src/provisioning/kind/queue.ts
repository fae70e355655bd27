import Type from 'typebox';
import { choice, count, duration, flag, list, text } from '../../config/fields.ts';
import { promptName, reference } from '../fields.ts';
import { type Complain, defineKind, type EntityOf } from '../kind.ts';

const STRATEGIES = [
  'sequential',
  'round-robin',
  'random',
  'weighted',
  'ring-all',
  'longest-idle',
  'fewest-calls',
  'least-talk-time',
  'fastest-answer',
  'skill',
  // Names of 0.1.0 for `fewest-calls` and `longest-idle`.
  'least-calls',
  'least-recent',
] as const;

const NO_AGENTS = ['refuse', 'join', 'leave'] as const;

export type QueueStrategy = (typeof STRATEGIES)[number];

const key = () => Type.String({ pattern: '^d$', hint: 'one key' });

interface OfferSettings {
  readonly keepWaiting?: string;
  readonly callback?: string;
  readonly voicemail?: { readonly key: string };
  readonly ifSilent: 'wait' | 'leave';
}

function checkOffer(offer: OfferSettings, complain: Complain): void {
  const { keepWaiting, callback, voicemail, ifSilent } = offer;
  const keys = [keepWaiting, callback, voicemail?.key].filter((one) => one !== undefined);
  if (keys.length === 0) complain(['offer'], 'no key is offered', "write keepWaiting: '1', say");
  if (new Set(keys).size < keys.length)
    complain(['offer'], 'one key is offered for two things', 'write another key for one of them');
  if (ifSilent === 'leave' && keepWaiting === undefined)
    complain(
      ['offer', 'ifSilent'],
      'who presses nothing leaves, and no key keeps him',
      "write keepWaiting: '1'",
    );
}

/** Callers who wait for an agent (队列). */
export const queue = defineKind({
  name: 'queue',
  plural: 'queues',
  title: { en: 'queue', zh: '队列' },
  key: 'name',
  schema: Type.Object({
    /** What agents' phones show of it, with the name of the hotline and the number; its name by default. */
    title: Type.Optional(text()),
    /** Alert-Info of calls to agents' phones: their ring tone, as the phones want it. */
    alertInfo: Type.Optional(
      Type.String({
        pattern: '^[\\x21-\\x7e][\\x20-\\x7e]{0,199}$',
        hint: 'such as <http://localhost>;info=ring2',
      }),
    ),
    strategy: choice(STRATEGIES, 'round-robin'),
    agents: list(reference('agent')),
    ringMs: duration('15s'),
    maxWaitMs: duration('3m'),
    maxCallers: count(0, 10_000, 50),
    /** While no agent is signed in: callers may not join, may all the same, or also leave when the last one signs out. */
    noAgents: choice(NO_AGENTS, 'refuse'),
    wrapUpMs: duration('10s'),
    /** Prompt looped while waiting. */
    music: promptName('queue-music'),
    /** 工号播报: say the agent's work number before the talk. */
    announceAgent: flag(true),
    record: flag(true),
    /** Survey after the talk when the agent hangs up first. */
    survey: Type.Optional(reference('survey')),
    /** What is said to who waits, at joining and then every so often; left out: nothing. */
    announce: Type.Optional(
      Type.Object({
        /** 排队位置 */
        position: flag(true),
        /** 预计等待时间, as soon as enough calls were handled to know it. */
        wait: flag(true),
        /** Prompts of the company's own, one each time, in turn. */
        prompts: list(promptName()),
        everyMs: { ...duration('45s'), minimum: 10_000 },
      }),
    ),
    /** Keys that are offered to who has waited a while (排队按键), again and again; left out: none. */
    offer: Type.Optional(
      Type.Object({
        afterMs: { ...duration('1m'), minimum: 10_000 },
        /** 继续等待 */
        keepWaiting: Type.Optional(key()),
        /** 预约回呼: he is called back when it would be his turn. */
        callback: Type.Optional(key()),
        /** 转语音留言 */
        voicemail: Type.Optional(Type.Object({ key: key(), mailbox: reference('mailbox') })),
        /** Says all of it; without: each key is named. */
        prompt: Type.Optional(promptName()),
        /** Who presses nothing waits on, or leaves the queue as one who has waited too long. */
        ifSilent: choice(['wait', 'leave'], 'wait'),
      }),
    ),
    /** Who is cut off while he waits and calls again within this time stands where he stood; 2 minutes by default. */
    keepPlaceMs: Type.Optional(duration('2m')),
    /** What the agent chooses from after the talk (话后小结). */
    disposition: Type.Optional(reference('disposition')),
    /** He has to, before he is offered the next caller. */
    dispositionRequired: Type.Optional(Type.Boolean()),
    /** What the agent says (话术), shown at his seat. */
    script: Type.Optional(reference('script')),
  }),
  check: ({ offer, disposition, dispositionRequired }, complain) => {
    if (offer) checkOffer(offer, complain);
    if (!dispositionRequired || disposition !== undefined) return;
    complain(
      ['dispositionRequired'],
      'the queue has no dispositions to choose from',
      'write disposition: NAME',
    );
  },
});

export type Queue = EntityOf<typeof queue>;
