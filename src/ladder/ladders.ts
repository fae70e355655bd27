import type { CallEvent, CallJournal } from '../call/call-events.ts';
import type { Calls, LegJoinedFact } from '../call/calls.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import type { Subscription } from '../shared/events.ts';
import type { Ladder, LadderDetail, LadderEnd, LadderLine } from './ladder.ts';
import { eventLine, isShown } from './ladder-events.ts';
import { type Passage, SipDialogue } from './sip-dialogue.ts';

/** What of it is kept at most. */
export interface LadderLimits {
  /** So many calls that ended well, and as many that failed. */
  readonly calls: number;
  /** So long after their end; those that failed {@link FAILED_KEPT} times as long. */
  readonly keepMs: number;
  /** Of all messages together, about. */
  readonly maxBytes: number;
}

/** Who looks for a fault comes the next day. */
const FAILED_KEPT = 24;
const SWEEP_MS = 10_000;
/** An INVITE that became no call, such as a stranger's, is forgotten soon. */
const UNCLAIMED_MS = 60_000;
const MAX_UNCLAIMED = 1_000;
/** Of a call. */
const MAX_EVENTS = 500;

/** The way of a message, as the SIP stack tells it. */
interface WireFlow {
  readonly remote: LadderEnd & { readonly transport: string };
  readonly local: LadderEnd;
  readonly sentBy: string;
}

/** What is known of one call. */
class CallTrace {
  readonly id: string;
  readonly tenantId: string;
  /** Call-ID of the INVITE that began it; '' for a call of ours. */
  readonly sipCallId: string;
  readonly dialogues = new Set<SipDialogue>();
  /** Each with its number among all that was seen. */
  readonly events: { readonly no: number; readonly line: LadderLine }[] = [];
  /** By the monotonic clock; undefined while it lasts. */
  endedAt: number | undefined;

  constructor(id: string, tenantId: string, sipCallId: string) {
    this.id = id;
    this.tenantId = tenantId;
    this.sipCallId = sipCallId;
  }
}

/**
 * The ladders of the last calls, in memory. On the way of a message it only puts the text that is there anyway into a list; all that
 * costs time is done when somebody asks.
 */
export class Ladders {
  readonly #limits: LadderLimits;
  readonly #clock: Clock;
  /** By SIP Call-ID, the oldest first. */
  readonly #dialogues = new Map<string, SipDialogue>();
  readonly #unclaimed = new Map<string, SipDialogue>();
  readonly #running = new Map<string, CallTrace>();
  readonly #good = new Map<string, CallTrace>();
  readonly #failed = new Map<string, CallTrace>();
  /** Requests of ours outside of calls (OPTIONS, REGISTER) by Call-ID: under way, and those that failed, the oldest first. */
  readonly #asked = new Map<string, SipDialogue>();
  readonly #lost = new Map<string, SipDialogue>();
  readonly #subscriptions: Subscription[] = [];
  #bytes = 0;
  #seen = 0;
  #sweeper: Timer | undefined;

  constructor(limits: LadderLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Calls of which something is kept, and how much: for metrics. */
  get counts(): { readonly calls: number; readonly bytes: number } {
    return { calls: this.#running.size + this.#good.size + this.#failed.size, bytes: this.#bytes };
  }

  /** A message of `WireTap` that came in. */
  received(sipCallId: string, text: string, flow: WireFlow, opens: boolean): void {
    this.#add(sipCallId, opens, {
      no: this.#seen++,
      at: this.#clock.now(),
      isSent: false,
      text,
      remote: flow.remote,
      local: flow.local,
      sentBy: '',
    });
  }

  /** A message of `WireTap` that went out. */
  sent(message: string | Uint8Array, flow: WireFlow): void {
    const text = typeof message === 'string' ? message : Buffer.from(message).toString();
    const { remote, local, sentBy } = flow;
    const opens = text.startsWith('INVITE ');
    this.#add(callIdOf(text), opens, {
      no: this.#seen++,
      at: this.#clock.now(),
      isSent: true,
      text,
      remote,
      local,
      sentBy,
    });
  }

  /** A request of ours outside of calls is about to be sent: its messages are kept for now. */
  begin(sipCallId: string, tenantId: string): void {
    let dialogue = this.#lost.get(sipCallId);
    if (!dialogue) {
      dialogue = new SipDialogue(sipCallId, this.#clock.monotonic());
      dialogue.tenantId = tenantId;
      this.#dialogues.set(sipCallId, dialogue);
    }
    this.#asked.set(sipCallId, dialogue);
    this.#sweeper ??= this.#clock.every(SWEEP_MS, () => this.#sweep());
  }

  /** It is over: kept where it failed, or one of the same Call-ID did before. */
  end(sipCallId: string, isKept: boolean): void {
    const dialogue = this.#asked.get(sipCallId);
    if (!dialogue) return;
    this.#asked.delete(sipCallId);
    if (isKept) this.#lost.set(sipCallId, dialogue);
    else if (!this.#lost.has(sipCallId)) this.#forget(dialogue);
    if (this.#lost.size > this.#limits.calls) this.#dropFirst(this.#lost);
  }

  /** The journal of the calls, whose facts of audio come into the ladders. */
  journal(journal: CallJournal): CallJournal {
    return {
      append: (event) => {
        this.#note(event);
        return journal.append(event);
      },
      durable: (place) => journal.durable(place),
    };
  }

  /** Hears from now on which legs belong to which call. */
  follow(calls: Pick<Calls, 'events'>): void {
    this.#subscriptions.push(calls.events.on('legJoined', (fact) => this.#joined(fact)));
  }

  /** What is kept of a call, or of a request by its Call-ID; undefined: nothing, or of another company. */
  of(callId: string, includes: (tenantId: string) => boolean): Ladder | undefined {
    const asked = this.#lost.get(callId);
    if (asked) {
      const { tenantId = '', leftOut } = asked;
      if (!includes(tenantId)) return undefined;
      return { callId, tenantId, lines: asked.lines().map(({ line }) => line), leftOut };
    }
    const trace = this.#running.get(callId) ?? this.#good.get(callId) ?? this.#failed.get(callId);
    if (!trace || !includes(trace.tenantId)) return undefined;
    const own = this.#dialoguesOf(trace);
    const lines = [...own.flatMap((dialogue) => dialogue.lines()), ...trace.events];
    // An event is told a moment after it was, and stands where it was.
    lines.sort((one, other) => one.line.at - other.line.at || one.no - other.no);
    const leftOut = own.reduce((sum, dialogue) => sum + dialogue.leftOut, 0);
    return { callId, tenantId: trace.tenantId, lines: lines.map(({ line }) => line), leftOut };
  }

  /** Forgets all; idempotent. */
  close(): void {
    for (const subscription of this.#subscriptions.splice(0)) subscription.off();
    this.#sweeper?.cancel();
    this.#sweeper = undefined;
    for (const kept of [this.#dialogues, this.#unclaimed, this.#running, this.#good, this.#failed])
      kept.clear();
    this.#asked.clear();
    this.#lost.clear();
    this.#bytes = 0;
  }

  /** A leg of another company, which called one of this, is not this one's to see. */
  #dialoguesOf({ tenantId, sipCallId, dialogues }: CallTrace): SipDialogue[] {
    const first = this.#dialogues.get(sipCallId);
    const all = first ? new Set([first, ...dialogues]) : dialogues;
    return [...all].filter((dialogue) => dialogue.tenantId === tenantId);
  }

  #add(sipCallId: string, opens: boolean, passage: Passage): void {
    const dialogue = this.#dialogues.get(sipCallId) ?? (opens ? this.#open(sipCallId) : undefined);
    if (!dialogue) return;
    this.#bytes += dialogue.add(passage);
    if (this.#bytes > this.#limits.maxBytes) this.#makeRoom();
  }

  #open(sipCallId: string): SipDialogue {
    const dialogue = new SipDialogue(sipCallId, this.#clock.monotonic());
    this.#dialogues.set(sipCallId, dialogue);
    this.#unclaimed.set(sipCallId, dialogue);
    if (this.#unclaimed.size > MAX_UNCLAIMED) this.#dropFirst(this.#unclaimed);
    this.#sweeper ??= this.#clock.every(SWEEP_MS, () => this.#sweep());
    return dialogue;
  }

  #joined({ leg, call }: LegJoinedFact): void {
    const trace = this.#running.get(call.id);
    if (!trace) return;
    const { sipCallId } = leg.sip;
    const dialogue = this.#dialogues.get(sipCallId) ?? this.#open(sipCallId);
    this.#unclaimed.delete(sipCallId);
    dialogue.tenantId ??= leg.party?.tenant ?? trace.tenantId;
    dialogue.leg ||= leg.name;
    if (!trace.dialogues.has(dialogue)) {
      trace.dialogues.add(dialogue);
      dialogue.calls += 1;
    }
    leg.whenMedia((media) => {
      const { name } = leg;
      const tell = (event: string, text: string, detail: LadderDetail) =>
        this.#tell(trace, {
          ...{ kind: 'event', at: this.#clock.now(), event, leg: name },
          ...{ details: [detail], text: `${name} ${text}` },
        });
      media.events.once('started', ({ address, port }) => {
        const value = `${address}:${port}`;
        tell('rtp', `from ${value}`, { name: 'from', value });
      });
      media.events.on('deadAir', ({ silentMs }) =>
        tell('deadAir', `${silentMs} ms without RTP`, { name: 'silentMs', value: String(silentMs) }),
      );
      media.events.once('lost', ({ error }) =>
        tell('mediaLost', error.message, { name: 'error', value: error.message }),
      );
    });
  }

  #note(event: CallEvent): void {
    if (event.type === 'arrived') {
      this.#running.set(event.callId, new CallTrace(event.callId, event.tenantId, event.sipCallId));
      return;
    }
    if (!isShown(event.type)) return;
    const trace = this.#running.get(event.callId);
    if (!trace) return;
    this.#tell(trace, eventLine(event));
    if (event.type !== 'ended') return;
    this.#running.delete(trace.id);
    trace.endedAt = this.#clock.monotonic();
    const kept = event.fault === undefined ? this.#good : this.#failed;
    kept.set(trace.id, trace);
    if (kept.size > this.#limits.calls) this.#dropFirst(kept);
  }

  #tell({ events }: CallTrace, line: LadderLine): void {
    if (events.length < MAX_EVENTS) events.push({ no: this.#seen++, line });
  }

  /** The one that was put in first. */
  #dropFirst(kept: Map<string, CallTrace | SipDialogue>): void {
    const [first] = kept;
    if (!first) return;
    const [key, value] = first;
    kept.delete(key);
    if (value instanceof SipDialogue) this.#forget(value);
    else this.#release(value);
  }

  #release(trace: CallTrace): void {
    for (const dialogue of trace.dialogues) {
      dialogue.calls -= 1;
      if (dialogue.calls === 0) this.#forget(dialogue);
    }
  }

  #forget(dialogue: SipDialogue): void {
    this.#bytes -= dialogue.bytes;
    // Once: what is forgotten while it is asked does not come back when that is over.
    if (this.#asked.get(dialogue.sipCallId) === dialogue) this.#asked.delete(dialogue.sipCallId);
    if (this.#dialogues.get(dialogue.sipCallId) === dialogue) this.#dialogues.delete(dialogue.sipCallId);
  }

  /** What became no call goes first, then requests that failed, calls that ended well, then those that failed; of those that last, their beginnings. */
  #makeRoom(): void {
    while (this.#bytes > this.#limits.maxBytes) {
      const kept = [this.#unclaimed, this.#lost, this.#good, this.#failed].find(({ size }) => size > 0);
      if (kept) this.#dropFirst(kept as Map<string, CallTrace | SipDialogue>);
      else return this.#emptyAll();
    }
  }

  /** All the room is that of calls which last: there is none for them. */
  #emptyAll(): void {
    for (const dialogue of this.#dialogues.values()) dialogue.empty();
    this.#bytes = 0;
  }

  #sweep(): void {
    const now = this.#clock.monotonic();
    const { keepMs } = this.#limits;
    this.#dropOlder(this.#unclaimed, ({ openedAt }) => now - openedAt > UNCLAIMED_MS);
    this.#dropOlder(this.#lost, ({ openedAt }) => now - openedAt > keepMs * FAILED_KEPT);
    this.#dropOlder(this.#good, ({ endedAt = now }) => now - endedAt > keepMs);
    this.#dropOlder(this.#failed, ({ endedAt = now }) => now - endedAt > keepMs * FAILED_KEPT);
    if (this.#dialogues.size > 0 || this.#good.size > 0 || this.#failed.size > 0) return;
    this.#sweeper?.cancel();
    this.#sweeper = undefined;
  }

  /** They stand in the order of their time. */
  #dropOlder<Kept extends CallTrace | SipDialogue>(
    kept: Map<string, Kept>,
    isOld: (each: Kept) => boolean,
  ): void {
    for (const each of kept.values()) {
      if (!isOld(each)) return;
      this.#dropFirst(kept as Map<string, CallTrace | SipDialogue>);
    }
  }
}

const CALL_ID = '\r\nCall-ID: ';

/** Of a message of ours: they all write it so. '' where it stands nowhere. */
function callIdOf(text: string): string {
  const at = text.indexOf(CALL_ID);
  if (at < 0) return '';
  const from = at + CALL_ID.length;
  return text.slice(from, text.indexOf('\r\n', from));
}
