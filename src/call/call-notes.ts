import type { Clock } from '../shared/clock.ts';
import type { CallId } from '../shared/ids.ts';
import { type Arrival, originParts } from './arrival.ts';
import type { CallEvent, CallFactName, CallFacts, CallJournal, SegmentKind } from './call-events.ts';

/** Where a call came from in terms of SIP; empty for one that we begin. */
export interface CallSource {
  /** `transport:address:port` */
  readonly source: string;
  readonly sipCallId: string;
}

/** What one call leaves in the journal, from its arrival on, and the time by which it counts. */
export class CallNotes {
  readonly arrivedAt: number;
  readonly #callId: CallId;
  readonly #tenantId: string;
  readonly #arrival: Pick<Arrival, 'direction' | 'caller' | 'called'>;
  readonly #clock: Clock;
  readonly #journal: CallJournal;
  readonly #arrivedMonotonic: number;
  /** Of `arrived` in the journal. */
  readonly #place: number;
  #seq = 0;
  /** All facts of the arrival have its time: with the id it is what finds the call's record. */
  #arriving = true;
  #endedAt: number | undefined;
  #segment: SegmentKind | undefined;
  #segmentOwner = '';
  #area: string | undefined;
  #hotline: string | undefined;
  #keys = '';

  constructor(
    { clock, journal }: { readonly clock: Clock; readonly journal: CallJournal },
    callId: CallId,
    arrival: Arrival,
    from: CallSource,
  ) {
    this.#callId = callId;
    this.#tenantId = arrival.tenantId;
    this.#arrival = arrival;
    this.#clock = clock;
    this.#journal = journal;
    this.arrivedAt = clock.now();
    this.#arrivedMonotonic = clock.monotonic();
    const { sent } = arrival;
    const [originKind, originName] = originParts(arrival.origin);
    this.#place = this.note('arrived', {
      direction: arrival.direction,
      originKind,
      originName,
      caller: arrival.caller,
      called: arrival.called,
      source: from.source,
      sipCallId: from.sipCallId,
      sentFrom: sent.from,
      sentTo: sent.to,
      sentIdentity: sent.identity,
    });
    for (const diversion of arrival.diversions) this.note('forwarded', diversion);
    this.segment('setup', originName);
    this.#arriving = false;
  }

  /** See {@link Call.now}. */
  now(): number {
    return this.arrivedAt + Math.floor(this.#clock.monotonic() - this.#arrivedMonotonic);
  }

  /** Appends a fact; returns its place. After the end facts carry the time of the end. */
  note<Name extends CallFactName>(type: Name, fact: CallFacts[Name]): number {
    this.#learn(type, fact);
    return this.#journal.append({
      tenantId: this.#tenantId,
      callId: this.#callId,
      seq: this.#seq++,
      at: this.#arriving ? this.arrivedAt : (this.#endedAt ?? this.now()),
      type,
      ...fact,
    } as unknown as CallEvent);
  }

  /** Somebody is rung from now on: with what is known of the caller by then. */
  ringing(rung: Pick<CallFacts['ringing'], 'target' | 'kind' | 'reason' | 'queue'>): void {
    const { direction, caller, called } = this.#arrival;
    const known = { area: this.#area, hotline: this.#hotline, keys: this.#keys };
    this.note('ringing', { ...rung, direction, caller, called, ...known });
  }

  /** Begins a segment; the one before ends. Repeating the current one does nothing. */
  segment(kind: SegmentKind, owner: string): void {
    if (this.#endedAt !== undefined || (kind === this.#segment && owner === this.#segmentOwner)) return;
    this.#segment = kind;
    this.#segmentOwner = owner;
    this.note('segment', { kind, owner });
  }

  /** Keeps what screens show of the caller when somebody is rung for him. */
  #learn(type: CallFactName, fact: CallFacts[CallFactName]): void {
    if (type === 'located') this.#area = (fact as CallFacts['located']).area;
    else if (type === 'routed') this.#hotline ??= (fact as CallFacts['routed']).hotline;
    else if (type === 'keyed') {
      const { purpose, digits } = fact as CallFacts['keyed'];
      // The number that he wants to be called at is no choice.
      if (purpose !== 'callback') this.#keys += this.#keys === '' ? digits : ` ${digits}`;
    }
  }

  /** See {@link Call.kept}. */
  kept(): Promise<void> | undefined {
    return this.#journal.durable(this.#place);
  }

  /** The call ends now. */
  end(): void {
    this.#endedAt = this.now();
  }
}
