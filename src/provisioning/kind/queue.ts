import Type from 'typebox';
import { choice, count, duration, flag, list, NAME, text } from '../../config/fields.ts';
import { promptName, reference } from '../fields.ts';
import { type Complain, defineKind, type EntityOf } from '../kind.ts';
import { neededSkill } from '../skill-level.ts';

/** Those that can always say whom to ring. */
const SURE_STRATEGIES = [
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
] as const;

const STRATEGIES = [
  ...SURE_STRATEGIES,
  'ring-progressively',
  'last-agent',
  'owner',
  'custom',
  // Names of 0.1.0 for `fewest-calls` and `longest-idle`.
  'least-calls',
  'least-recent',
] as const;

const NO_AGENTS = ['refuse', 'join', 'leave'] as const;

export type QueueStrategy = (typeof STRATEGIES)[number];

const key = () => Type.String({ pattern: '^\\d$', hint: 'one key' });

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

/** What is required can be given. */
function checkDisposition(tree: string | undefined, wrapUpMs: number, complain: Complain): void {
  if (tree === undefined)
    complain(['dispositionRequired'], 'the queue has no dispositions', 'write disposition: NAME of a tree');
  if (wrapUpMs === 0)
    complain(['dispositionRequired'], 'there is no wrap-up to choose one in', 'write wrapUp: 30s, say');
}

/** Callers who wait for an agent (队列). */
export const queue = defineKind({
  name: 'queue',
  plural: 'queues',
  title: { en: 'queue', zh: '队列' },
  key: 'name',
  example: { name: 'sales', agents: ['8001'], strategy: 'longest-idle', ringMs: 15_000 },
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
    /** How often an agent may ask for more of one wrap-up. */
    wrapUpExtensions: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
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
    /** Says that the talk will be recorded (录音告知), before the caller takes his place; the company's by default. */
    recordingNotice: Type.Optional(promptName()),
    /** How who was promised a call back is called; left out: as by default. */
    callback: Type.Optional(
      Type.Object({
        tries: count(1, 10, 3),
        /** Between two tries. */
        everyMs: { ...duration('10m'), minimum: 60_000 },
        /** Whoever has not been reached after so long is not called any more. */
        withinMs: { ...duration('24h'), minimum: 60_000 },
        /** Only while a calendar of the company is in one of the periods. */
        hours: Type.Optional(
          Type.Object({
            calendar: reference('calendar'),
            periods: Type.Array(Type.String({ pattern: '^\\S.{0,63}$', hint: 'a period of the calendar' }), {
              default: ['open'],
              minItems: 1,
            }),
          }),
        ),
      }),
    ),
    /** Who is cut off while he waits and calls again within this time stands where he stood; 2 minutes by default. */
    keepPlaceMs: Type.Optional(duration('2m')),
    /** What its callers need of an agent (技能), besides what their flow asks for. */
    skills: Type.Optional(Type.Array(neededSkill())),
    /** What the agent chooses from after the talk (话后小结). */
    disposition: Type.Optional(reference('disposition')),
    /** He has to before his wrap-up ends; when that is over without, it is an alarm, and the record is marked. */
    dispositionRequired: Type.Optional(Type.Boolean()),
    /** What the agent says (话术), for whoever shows it to him. */
    script: Type.Optional(reference('script')),
    /** Whose own agent (专属坐席) each caller has, where his flow does not say: for `owner` and `custom`. */
    owners: Type.Optional(reference('list')),
    /** Who is rung where `last-agent` and `owner` know nobody who is free. */
    fallback: choice(SURE_STRATEGIES, 'longest-idle'),
    /** `last-agent` 回头客: a talk that is so long ago counts. */
    lastAgentWithinMs: duration('24h'),
    /** `ring-progressively`: the next agent is rung as well after so long. */
    ringNextMs: duration('5s'),
    /** `custom`: the function of this name in the folder of hotlines, which orders the agents. */
    order: Type.Optional(Type.String({ pattern: NAME, hint: 'letters, digits, - _ and . (up to 64)' })),
    /** More agents, each group from when somebody has waited so long (分级溢出). */
    tiers: list(Type.Object({ afterMs: duration('20s'), agents: list(reference('agent')) })),
    /** Who has refused a call, or did not answer one, is not rung before so long. */
    restAfterRefusalMs: duration('5s'),
    restAfterNoAnswerMs: duration('5s'),
    /** Who has missed so many calls in a row is busy (示忙) until he says otherwise; 0: never. */
    busyAfterMisses: count(0, 100, 0),
    /** Calendar by whose period `open` callers may join. */
    hours: Type.Optional(reference('calendar')),
    /** How its callers stand to those of other queues that its agents serve. */
    priority: choice(['low', 'middle', 'high', 'vip'], 'low'),
    /** Peak mode (高峰应急): what is other while the switch of this name is on. */
    peak: Type.Optional(
      Type.Object({
        switch: Type.String({ pattern: NAME, hint: 'letters, digits, - _ and . (up to 64)' }),
        /** The second line, who serve the queue too. */
        agents: list(reference('agent')),
        wrapUpMs: Type.Optional(duration()),
        /** Said to callers when they join. */
        announcement: Type.Optional(promptName()),
        /** Key to be called back (预约回呼), offered then also where `offer` has none. */
        callback: Type.Optional(key()),
      }),
    ),
    /** What an agent hears when he answers, while his caller hears music still: all that is set, in this order. */
    announceToAgent: Type.Optional(
      Type.Object({
        /** A prompt that says which queue it is. */
        queue: Type.Optional(promptName()),
        /** Where the caller is at home (归属地): his province. */
        area: flag(false),
        /** How long he has waited. */
        waited: flag(false),
      }),
    ),
    /** Agents' phones are asked to answer by themselves (自动应答); an agent may have it otherwise. */
    autoAnswer: Type.Optional(Type.Boolean()),
    /** A talk that lasts longer is an alarm: the chiefs are told, nobody is cut off. */
    talkAlarmMs: Type.Optional(duration()),
    /** The same of one hold (保持). */
    holdAlarmMs: Type.Optional(duration()),
    /** Of the talks that are to be recorded (`record`) so many of a hundred are, by chance; all by default. */
    recordShare: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
  }),
  check: (queue, complain) => {
    const { offer, peak, owners, strategy, disposition, dispositionRequired, wrapUpMs } = queue;
    if (dispositionRequired) checkDisposition(disposition, wrapUpMs, complain);
    if (owners !== undefined && strategy !== 'owner' && strategy !== 'custom')
      complain(['owners'], `nobody is rung by it with strategy ${strategy}`, 'write strategy: owner');
    if (offer) checkOffer(offer, complain);
    const taken = [offer?.keepWaiting, offer?.voicemail?.key];
    if (peak?.callback !== undefined && taken.includes(peak.callback))
      complain(
        ['peak', 'callback'],
        `key ${peak.callback} is offered for something else`,
        'take another key',
      );
  },
});

export type Queue = EntityOf<typeof queue>;

/** All agents whom a queue lists: at once, in time and in peak mode. */
export function listedIn({
  agents,
  tiers,
  peak,
}: Pick<Queue, 'agents' | 'tiers' | 'peak'>): readonly string[] {
  return [...agents, ...tiers.flatMap((tier) => tier.agents), ...(peak?.agents ?? [])];
}

/** What a company's own function is given to order agents by. */
export interface OrderFacts {
  /** Who is free, in the order of the queue; never empty. */
  readonly free: readonly OrderedAgent[];
  readonly caller: {
    /** Empty when withheld. */
    readonly number: string;
    readonly priority: number;
    /** Since he joined, and in queues before where that counts. */
    readonly waitedMs: number;
    /** Work number of his own agent (专属坐席), as the flow or `owners` know him. */
    readonly owner: string | undefined;
  };
  /** ms since 1970. */
  readonly now: number;
}

export interface OrderedAgent {
  /** Work number (工号). */
  readonly id: string;
  readonly level: number;
  /** Since his last talk, of whatever queue; Infinity before the first. */
  readonly idleMs: number;
  /** What he did for this queue in his shift: calls, talk with its callers, rings. */
  readonly calls: number;
  readonly talkMs: number;
  readonly rings: number;
}

/** Work numbers in the order in which agents are to be rung. Must be pure and fast: it runs at every decision. */
export type AgentOrderFunction = (facts: OrderFacts) => readonly string[];
