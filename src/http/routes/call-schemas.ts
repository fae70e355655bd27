/** A call as the API shows it. */

import Type, { type Static, type TProperties } from 'typebox';
import { CALL_OUTCOMES } from '../../cdr/cdr.ts';
import { MESSAGE_STATES } from '../../cdr/message-state.ts';
import { isoTime, orNull } from '../route.ts';

const text = (description?: string) => Type.String(description === undefined ? {} : { description });
const number = text('telephone number; empty: withheld');
const ms = (description?: string) => Type.Integer(description === undefined ? {} : { description });
const object = <Fields extends TProperties>(fields: Fields) => Type.Object(fields);
const list = <Fields extends TProperties>(fields: Fields, description: string) =>
  Type.Array(Type.Object(fields), { description });

const segment = {
  kind: text('setup, ivr, queue, ring, talk, hold, consult, conference, survey or voicemail'),
  owner: text('queue, agent, line or prompt'),
  queue: orNull(text('where he waits, or whose agents serve him')),
};

const target = {
  target: text('work number (工号), or number'),
  outcome: text('`answered`, or a word for why not, a colon and the reason'),
  ringMs: ms(),
  kind: orNull(text('agent, line, extension or conference')),
  reason: orNull(text('why he was rung, or how he came in')),
  by: orNull(Type.Integer({ description: 'place in `targets` of who brought him' })),
  fromCall: orNull(text()),
  queue: orNull(text()),
  trunk: orNull(text()),
  startMs: orNull(ms('since the beginning of the call, as those below')),
  consultedMs: orNull(ms()),
  connectedMs: orNull(ms()),
  endMs: orNull(ms()),
  talkMs: orNull(ms()),
  holdMs: orNull(ms()),
  consultMs: orNull(ms()),
  wrapUpMs: orNull(ms('整理, which ends after the call as a rule')),
  disposition: orNull(text('话后小结')),
  note: orNull(text()),
  endedBy: orNull(text()),
};

const ask = {
  queue: text(),
  priority: Type.Integer(),
  startMs: ms(),
  waitMs: ms(),
  outcome: text(),
  ending: orNull(text()),
  agent: orNull(text()),
  previous: orNull(Type.Integer()),
};

const file = {
  file: text(),
  durationMs: orNull(ms()),
  bytes: orNull(Type.Integer()),
  sha256: orNull(text()),
  deletedAt: orNull(isoTime('null: it is there')),
  deletedBecause: orNull(text('in the words of who deleted it')),
};

const quality = {
  leg: text(),
  codec: orNull(text()),
  mos: orNull(Type.Number({ description: '1 to 4.5 (ITU-T G.107)' })),
  lost: Type.Integer(),
  received: Type.Integer(),
  jitterMs: Type.Number(),
};

const EXAMPLE = {
  id: '4mXm2cT5b1kq8wJzR0Yh3A',
  tenant: 'demo',
  state: 'ended',
  direction: 'inbound',
  origin: { trunk: 'carrier' },
  caller: '13800138000',
  called: '4001234567',
  hotline: '4001234567',
  hotlineVersion: 7,
  sent: { from: '13800138000', to: '4001234567', identity: null },
  diversions: [],
  area: '北京',
  carrier: '移动',
  source: 'udp:192.0.2.1:5060',
  sipCallId: 'f81d4fae@192.0.2.1',
  startedAt: '2026-10-10T02:00:00.000Z',
  answeredAt: '2026-10-10T02:00:01.000Z',
  endedAt: '2026-10-10T02:01:30.000Z',
  durationMs: 90_000,
  answeredMs: 89_000,
  talkMs: 60_000,
  outcome: 'answered',
  barred: null,
  cause: 'normal',
  q850: 16,
  endedBy: 'caller',
  fault: null,
  agent: '8001',
  surveyDigit: '1',
  surveyRating: 'very-satisfied',
  segment: null,
  agents: [],
  path: [{ step: 'queue sales', why: '8001 by longest-idle', at: '2026-10-10T02:00:20.000Z' }],
  keys: [],
  segments: [{ kind: 'talk', owner: '8001', queue: 'sales', startMs: 30_000, ms: 60_000 }],
  targets: [],
  asks: [],
  recordings: [],
  voicemail: null,
  callback: null,
  disposition: 'order',
  resolved: true,
  note: 'wants an invoice',
  comments: 0,
  revision: 1,
  flag: { at: '2026-10-10T02:00:50.000Z', by: 'li@demo', reason: '投诉升级' },
  quality: [],
};

/** A call, running or ended. */
export const call = Type.Object(
  {
    id: text(),
    tenant: text('company'),
    state: Type.Enum(['running', 'ended']),
    direction: Type.Enum(['inbound', 'outbound', 'internal']),
    origin: Type.Record(Type.String(), Type.String(), {
      description: 'who began it: `{ trunk }`, `{ agent }` ...',
    }),
    caller: number,
    called: number,
    hotline: orNull(text('main number of the hotline that took it')),
    hotlineVersion: orNull(Type.Integer({ description: 'of its flow, by which the call went' })),
    sent: object({ from: text(), to: text(), identity: orNull(text()) }),
    diversions: list({ number, reason: orNull(text()) }, 'who forwarded it, the last one first'),
    area: orNull(text('归属地')),
    carrier: orNull(text()),
    source: text(),
    sipCallId: text(),
    startedAt: isoTime(),
    answeredAt: orNull(isoTime()),
    endedAt: orNull(isoTime('null: it has not')),
    durationMs: ms(),
    answeredMs: ms('from the answer on'),
    talkMs: ms(),
    outcome: orNull(Type.Enum([...CALL_OUTCOMES])),
    barred: orNull(text('the rule that kept the caller out')),
    cause: orNull(text()),
    q850: orNull(Type.Integer({ description: 'ITU-T Q.850' })),
    endedBy: orNull(text('caller, engine or target')),
    fault: orNull(text("whose fault the ending was; null: nobody's")),
    agent: orNull(text('who spoke with the caller last (工号)')),
    surveyDigit: orNull(text('key of the survey (满意度)')),
    surveyRating: orNull(text()),
    segment: orNull(object({ ...segment, since: isoTime() })),
    agents: list({ agent: text(), state: text() }, 'agents who are on it now, or are rung for it'),
    path: list({ step: text(), why: text(), at: isoTime() }, 'the way through the dialplan, and why'),
    keys: list({ purpose: text(), digits: text(), at: isoTime() }, 'what the caller chose by key'),
    segments: list({ ...segment, startMs: ms(), ms: ms() }, 'each second has one owner'),
    targets: list(target, 'who was rung, or came in, and how that went'),
    asks: list(ask, 'queues that were asked for an agent (人工请求)'),
    recordings: list(
      {
        ...file,
        startMs: orNull(ms('since the beginning of the call; null: not known')),
        error: orNull(text()),
      },
      'recordings',
    ),
    voicemail: orNull(object({ box: text(), state: Type.Enum(MESSAGE_STATES), ...file })),
    callback: orNull(object({ queue: text(), number })),
    disposition: orNull(text('what it came to (话后小结): said of it, or else noted by the last agent')),
    resolved: orNull(
      Type.Boolean({ description: 'whether the caller was helped (是否解决); null: not said' }),
    ),
    note: orNull(text('in words')),
    comments: Type.Integer({ description: 'how many there are (批注): `/calls/{id}/notes`' }),
    revision: Type.Integer({ description: 'of what is said of it once it is over: its `ETag`' }),
    flag: orNull(
      Type.Object(
        { at: isoTime(), by: text(), reason: orNull(text('in words')) },
        { description: 'marked, so that it is found again (标记): `PUT /calls/{id}/flag`' },
      ),
    ),
    quality: list(quality, 'audio of each leg'),
  },
  { examples: [EXAMPLE] },
);
export type CallRow = Static<typeof call>;
export type CallFlag = NonNullable<CallRow['flag']>;
