import { originOf } from '../call/arrival.ts';
import type { Bar, CallEvent } from '../call/call-events.ts';
import { Asks } from './asks.ts';
import { outcomeOf } from './call-outcome.ts';
import type { Cdr, CdrDiversion, CdrKeys, CdrQuality, CdrRecording, CdrSegment, CdrStep } from './cdr.ts';
import type { Mutable } from './mutable.ts';
import { Parties } from './parties.ts';

type Arrived = Extract<CallEvent, { type: 'arrived' }>;
type Ended = Extract<CallEvent, { type: 'ended' }>;

/**
 * The record of a call from all its events, `arrived` first and `ended` last; undefined when either is missing.
 * Pure: the same events give the same record, live and in a replay. A clock that was set back while the call
 * lasted makes no negative segment: time then stands still until it has caught up.
 */
export function projectCdr(events: readonly CallEvent[]): Cdr | undefined {
  const first = events[0];
  const last = events.at(-1);
  if (first?.type !== 'arrived' || last?.type !== 'ended') return undefined;
  const projection = new Projection(first);
  for (const event of events) projection.take(event);
  return projection.finish(last);
}

/**
 * The same of a call that has not ended, from its events so far: everything that lasts counts until `now`, ms since 1970. How it ended is that
 * of a call which the engine ends now.
 */
export function projectRunning(events: readonly CallEvent[], now: number): Cdr | undefined {
  const last = events.at(-1);
  if (!last) return undefined;
  const { tenantId, callId, seq } = last;
  const ended = { cause: 'normal', q850: 16, by: 'engine', fault: undefined } as const;
  return projectCdr([...events, { tenantId, callId, seq: seq + 1, at: now, type: 'ended', ...ended }]);
}

class Projection {
  readonly #arrived: Arrived;
  #now: number;
  #hotline: string | null = null;
  #hotlineVersion: number | null = null;
  #area: string | null = null;
  #carrier: string | null = null;
  #answeredAt: number | null = null;
  #agent: string | null = null;
  #surveyDigit: string | null = null;
  #surveyRating: Cdr['surveyRating'] = null;
  #voicemail: Cdr['voicemail'] = null;
  #callback: Cdr['callback'] = null;
  #flag: Cdr['flag'] = null;
  /** Whose promise the call keeps. */
  #promisedBy: string | null = null;
  readonly #diversions: CdrDiversion[] = [];
  readonly #path: CdrStep[] = [];
  readonly #keys: CdrKeys[] = [];
  readonly #segments: Mutable<CdrSegment>[] = [];
  readonly #parties = new Parties();
  readonly #asks = new Asks();
  #barred: Bar | null = null;
  readonly #recordings: Mutable<CdrRecording>[] = [];
  readonly #quality: CdrQuality[] = [];

  constructor(arrived: Arrived) {
    this.#arrived = arrived;
    this.#now = arrived.at;
  }

  take(event: CallEvent): void {
    if (event.at > this.#now) this.#now = event.at;
    const at = this.#now;
    this.#asks.take(event, this.#elapsed);
    switch (event.type) {
      case 'forwarded':
        this.#diversions.push({ number: event.number, reason: event.reason ?? null });
        break;
      case 'located':
        this.#area = event.area;
        this.#carrier = event.carrier ?? null;
        break;
      case 'routed':
        if (this.#hotline !== null) break;
        this.#hotline = event.hotline;
        this.#hotlineVersion = event.version ?? null;
        break;
      case 'step':
        this.#path.push({ step: event.step, why: event.why, at });
        break;
      case 'answered':
        this.#answeredAt ??= at;
        break;
      case 'segment':
        this.#beginSegment(event.kind, event.owner);
        break;
      case 'keyed':
        this.#keys.push({ purpose: event.purpose, digits: event.digits, at });
        break;
      case 'barred':
        this.#barred ??= event.rule;
        break;
      case 'rung':
        this.#parties.rung(event, this.#elapsed, this.#queue);
        break;
      case 'joined':
        this.#parties.joined(event, this.#elapsed, this.#queue);
        break;
      case 'consulted':
        this.#parties.consulted(event, this.#elapsed, this.#queue);
        break;
      case 'connected':
        if (event.kind === 'agent') this.#agent = event.target;
        this.#parties.connected(event, this.#elapsed, this.#queue);
        break;
      case 'disconnected':
        this.#parties.left(event, this.#elapsed);
        break;
      case 'recordingStarted':
      case 'recordingEnded':
      case 'recordingFailed':
        this.#record(event);
        break;
      case 'surveyed':
        this.#surveyDigit = event.digit;
        this.#surveyRating = event.rating ?? null;
        break;
      case 'voicemailLeft':
        this.#voicemail = {
          box: event.box,
          file: event.file,
          durationMs: event.durationMs,
          bytes: event.bytes ?? null,
          sha256: event.sha256 ?? null,
          ...(event.subject !== undefined && { subject: event.subject }),
          deletedAt: null,
        };
        break;
      case 'callbackPromised':
        this.#callback = { queue: event.queue, number: event.number };
        break;
      case 'callbackBegun':
        this.#promisedBy = event.queue;
        break;
      case 'flagged':
        this.#flag = event.did === 'unflag' ? null : { at, by: event.by, reason: event.reason ?? null };
        break;
      case 'quality':
        this.#quality.push({
          leg: event.leg,
          codec: event.codec ?? null,
          mos: event.mos ?? null,
          lost: event.lost,
          received: event.received,
          jitterMs: event.jitterMs,
        });
        break;
      // Told to those who watch the call; the record has what became of it.
      case 'ringing':
      case 'abandoned':
      case 'arrived':
      case 'ended':
        break;
    }
  }

  finish(ended: Ended): Cdr {
    const { callId, tenantId, direction, caller, called, source, sipCallId, at } = this.#arrived;
    const { originKind, originName, sentFrom, sentTo, sentIdentity } = this.#arrived;
    const endedAt = this.#now;
    if (this.#segments.length === 0) this.#beginSegment('setup', originName);
    this.#closeSegment();
    this.#asks.end(this.#elapsed);
    const asks = this.#asks.all;
    const targets = this.#parties.end(this.#elapsed, this.#segments);
    let talkMs = 0;
    for (const { kind, ms } of this.#segments) if (kind === 'talk' || kind === 'conference') talkMs += ms;
    const hotline = this.#hotline;
    const { cause, by: endedBy, q850 } = ended;
    const fault = ended.fault ?? null;
    const fate = { hotline, targets, asks, cause, fault, endedBy, answeredAt: this.#answeredAt } as const;
    const outcome = outcomeOf({
      ...fate,
      barred: this.#barred,
      voicemail: this.#voicemail,
      callback: this.#callback,
    });
    return {
      callId,
      tenantId,
      direction,
      origin: originOf(originKind, originName),
      caller,
      called,
      hotline,
      hotlineVersion: this.#hotlineVersion,
      sent: { from: sentFrom, to: sentTo, identity: sentIdentity ?? null },
      diversions: this.#diversions,
      area: this.#area,
      carrier: this.#carrier,
      source,
      sipCallId,
      startedAt: at,
      answeredAt: this.#answeredAt,
      endedAt,
      durationMs: endedAt - at,
      answeredMs: this.#answeredAt === null ? 0 : endedAt - this.#answeredAt,
      talkMs,
      outcome,
      barred: this.#barred,
      cause,
      q850,
      endedBy,
      fault,
      agent: this.#agent,
      surveyDigit: this.#surveyDigit,
      surveyRating: this.#surveyRating,
      path: this.#path,
      keys: this.#keys,
      segments: this.#segments,
      targets,
      asks,
      recordings: this.#recordings,
      voicemail: this.#voicemail,
      callback: this.#callback,
      quality: this.#quality,
      noted: null,
      flag: this.#flag,
    };
  }

  /** Whose agents serve the caller now. */
  get #queue(): string | null {
    return this.#asks.queue ?? this.#promisedBy;
  }

  /** Since the arrival. */
  get #elapsed(): number {
    return this.#now - this.#arrived.at;
  }

  #beginSegment(kind: CdrSegment['kind'], owner: string): void {
    const startMs = this.#elapsed;
    const queue = this.#queue;
    // Every second belongs to a segment: what came before the first one is setup.
    const isLate = this.#segments.length === 0 && startMs > 0 && kind !== 'setup';
    if (isLate)
      this.#segments.push({ kind: 'setup', owner: this.#arrived.originName, queue, startMs: 0, ms: 0 });
    this.#closeSegment();
    const begins = this.#segments.length === 0 ? 0 : startMs;
    this.#segments.push({ kind, owner, queue, startMs: begins, ms: 0 });
  }

  #closeSegment(): void {
    const open = this.#segments.at(-1);
    if (open) open.ms = this.#elapsed - open.startMs;
  }

  #record(event: Extract<CallEvent, { type: `recording${string}` }>): void {
    const { file } = event;
    let recording = this.#recordings.find((other) => other.file === file);
    if (!recording) {
      const deletion = { deletedAt: null, deletedBecause: null };
      const startMs = this.#elapsed;
      recording = { file, startMs, durationMs: null, bytes: null, sha256: null, error: null, ...deletion };
      this.#recordings.push(recording);
    }
    if (event.type === 'recordingFailed') recording.error = event.error;
    if (event.type !== 'recordingEnded') return;
    recording.durationMs = event.durationMs;
    recording.bytes = event.bytes;
    recording.sha256 = event.sha256 ?? null;
  }
}
