import type { CallEvent, CallFactName, CallFacts } from '../../src/call/call-events.ts';
import type { CallId, TenantId } from '../../src/shared/ids.ts';

/** 2026-10-12 10:00:00 in Shanghai, a Monday. */
export const MONDAY_10 = Date.UTC(2026, 9, 12, 2);

/** Builds the events of one call in order, with its own little clock. */
export class CallScript {
  readonly events: CallEvent[] = [];
  readonly callId: CallId;
  readonly #tenantId: TenantId;
  #at: number;

  constructor(callId: string, { at = MONDAY_10, tenantId = 'demo' } = {}) {
    this.callId = callId as CallId;
    this.#tenantId = tenantId as TenantId;
    this.#at = at;
  }

  /** Time passes; negative when the clock is set back. */
  after(ms: number): this {
    this.#at += ms;
    return this;
  }

  emit<Name extends CallFactName>(type: Name, facts: CallFacts[Name]): this {
    const { length: seq } = this.events;
    const envelope = { tenantId: this.#tenantId, callId: this.callId, seq, at: this.#at, type };
    this.events.push({ ...envelope, ...facts } as unknown as CallEvent);
    return this;
  }

  arrive(facts: Partial<CallFacts['arrived']> = {}): this {
    return this.emit('arrived', {
      direction: 'inbound',
      caller: '075523456789',
      called: '4001234567',
      originKind: 'trunk',
      originName: 'carrier',
      source: 'udp:127.0.0.1:5062',
      sipCallId: `${this.callId}@127.0.0.1`,
      sentFrom: '075523456789',
      sentTo: '4001234567',
      sentIdentity: undefined,
      ...facts,
    });
  }

  /** Somebody was rung until now; by default an agent whom a queue rang. */
  rung(target: string, outcome: string, ringMs: number, facts: Partial<CallFacts['rung']> = {}): this {
    const usual = { kind: 'agent', reason: 'queue', by: '', trunk: undefined } as const;
    return this.emit('rung', { target, outcome, ringMs, ...usual, ...facts });
  }

  end(facts: Partial<CallFacts['ended']> = {}): this {
    return this.emit('ended', { cause: 'normal', q850: 16, by: 'caller', fault: undefined, ...facts });
  }
}

/** The sample call: menu, queue, 8001 does not answer, 8002 does, talk with recording, survey. */
export function sampleCall(callId: string, options?: { at?: number; tenantId?: string }): CallScript {
  return new CallScript(callId, options)
    .arrive()
    .emit('segment', { kind: 'setup', owner: 'carrier' })
    .emit('located', { area: '广东深圳', carrier: '中国电信' })
    .emit('step', { step: 'block', why: 'not on list nuisance' })
    .emit('step', { step: 'schedule', why: 'open: Mon 09:00-18:00' })
    .after(20)
    .emit('answered', {})
    .emit('segment', { kind: 'ivr', owner: 'main-menu' })
    .after(4000)
    .emit('keyed', { purpose: 'menu', digits: '1' })
    .emit('step', { step: 'queue sales', why: 'key 1' })
    .emit('asked', { queue: 'sales', priority: 0 })
    .emit('segment', { kind: 'queue', owner: 'sales' })
    .after(15_000)
    .rung('8001', 'no-answer', 15_000)
    .after(2500)
    .rung('8002', 'answered', 2500)
    .emit('askEnded', { queue: 'sales', ending: 'answered', agent: '8002' })
    .emit('connected', { target: '8002', kind: 'agent' })
    .emit('segment', { kind: 'talk', owner: '8002' })
    .emit('recordingStarted', { file: 'recordings/a.wav' })
    .after(60_000)
    .emit('disconnected', { target: '8002', by: 'target' })
    .emit('recordingEnded', {
      file: 'recordings/a.wav',
      durationMs: 60_000,
      bytes: 1_920_044,
      sha256: 'ab'.repeat(32),
    })
    .emit('segment', { kind: 'survey', owner: 'three-keys' })
    .after(3000)
    .emit('surveyed', { survey: 'three-keys', digit: '1' })
    .emit('quality', { leg: 'caller', codec: 'PCMA', mos: 4.3, lost: 0, received: 4200, jitterMs: 1.5 })
    .end();
}
