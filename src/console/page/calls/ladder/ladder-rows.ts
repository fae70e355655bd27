/** A ladder as it is drawn: a lane for each party, a row for each message and event. Pure. */
import type { LadderRow } from '../../../api/types.ts';

type Line = LadderRow['lines'][number];
export type Message = Extract<Line, { readonly kind: 'message' }>;
export type Event = Extract<Line, { readonly kind: 'event' }>;

/** The engine's own lane. */
export const US = 'pbx400';

/** A vertical of the ladder: a leg at its address, or the engine. */
export interface Lane {
  /** Name of the leg: `caller`, an agent, a line; '' while nobody knows whose it is. */
  readonly leg: string;
  /** `198.51.100.7:5060` */
  readonly address: string;
}

/** What a message comes to; `ask`: it is a request. */
export type Tone = 'ask' | 'wait' | 'good' | 'moved' | 'bad';

interface Place {
  /** Ms since 1970. */
  readonly at: number;
  /** Since the ladder's first line. */
  readonly sinceMs: number;
  /** Since the row above. */
  readonly pauseMs: number;
}

export interface MessageRow extends Place {
  readonly kind: 'message';
  readonly line: Message;
  /** Places among the lanes. */
  readonly from: number;
  readonly to: number;
  /** `INVITE (SDP)`, `200 OK (INVITE)` */
  readonly label: string;
  readonly tone: Tone;
  /** The same message went this way before (RFC 3261 17: retransmission). */
  readonly isAgain: boolean;
}

export interface EventRow extends Place {
  readonly kind: 'event';
  readonly line: Event;
  readonly lane: number;
}

export type Row = MessageRow | EventRow;

export interface Drawing {
  readonly lanes: readonly Lane[];
  readonly rows: readonly Row[];
}

/** Where the engine stands: callers are left of it. */
const US_AT = 1;

export function drawingOf({ lines }: Pick<LadderRow, 'lines'>): Drawing {
  const messages = lines.filter((line) => line.kind === 'message');
  const peers = new Map<string, Lane>();
  for (const message of messages) {
    const lane = laneOf(message);
    peers.set(keyOf(lane), lane);
  }
  const keys = [...peers.keys()];
  const placeOfKey = (key: string) => {
    const no = keys.indexOf(key);
    return no < US_AT ? no : no + 1;
  };
  const first = messages[0];
  const own = first ? nameOf(first.direction === 'in' ? first.to : first.from) : '';
  const all = [...peers.values()];
  const lanes = [...all.slice(0, US_AT), { leg: US, address: own }, ...all.slice(US_AT)];
  const us = lanes.findIndex(({ leg }) => leg === US);
  const seen = new Set<string>();
  const start = Date.parse(lines[0]?.at ?? '');
  let before = start;
  const rows = lines.map((line): Row => {
    const at = Date.parse(line.at);
    const place = { at, sinceMs: at - start, pauseMs: at - before };
    before = at;
    if (line.kind === 'event') {
      const lane = line.leg === '' ? us : lanes.findLastIndex(({ leg }) => leg === line.leg);
      return { ...place, kind: 'event', line, lane: lane < 0 ? us : lane };
    }
    const peer = placeOfKey(keyOf(laneOf(line)));
    const [from, to] = line.direction === 'in' ? [peer, us] : [us, peer];
    const once = `${line.direction}\n${line.text}`;
    const isAgain = seen.has(once);
    seen.add(once);
    return { ...place, kind: 'message', line, from, to, label: labelOf(line), tone: toneOf(line), isAgain };
  });
  return { lanes, rows };
}

const laneOf = ({ direction, from, to, leg }: Message): Lane => ({
  leg,
  address: nameOf(direction === 'in' ? from : to),
});
const keyOf = ({ leg, address }: Lane) => `${leg}\n${address}`;

/** `198.51.100.7:5060`, `[2001:db8::7]:5060` */
export const nameOf = ({ address, port }: Message['from']): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

const ANSWER = 'SIP/2.0 ';

function labelOf({ firstLine, text }: Message): string {
  const sdp = /^(?:content-type|c)[ \t]*:[ \t]*application\/sdp/im.test(text) ? ' (SDP)' : '';
  if (!firstLine.startsWith(ANSWER)) return `${firstLine.split(' ', 1)[0]}${sdp}`;
  const method = /^cseq[ \t]*:[ \t]*\d+[ \t]+(\S+)/im.exec(text)?.[1] ?? '';
  return `${firstLine.slice(ANSWER.length)} (${method})${sdp}`;
}

function toneOf({ firstLine }: Message): Tone {
  if (!firstLine.startsWith(ANSWER)) return 'ask';
  const digit = firstLine[ANSWER.length] ?? '';
  // RFC 3261 21.4.2, 21.4.8: asked for a password, which is no failure
  if (/^SIP\/2\.0 40[17]\b/.test(firstLine)) return 'moved';
  return ({ 1: 'wait', 2: 'good', 3: 'moved' } as Record<string, Tone>)[digit] ?? 'bad';
}
