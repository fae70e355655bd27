import type { Acd } from '../acd/acd.ts';
import type { Call } from '../call/call.ts';
import type { Calls } from '../call/calls.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import type { Subscription } from '../shared/events.ts';
import type { IdSource } from '../shared/ids.ts';
import type { SupervisionMode } from './desk-events.ts';

/** Who has come to an agent's help: he takes part in his talk. */
export interface Helper {
  /** Work number (工号). */
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly mode: SupervisionMode;
}

/** What a supervisor has answered. */
export interface HelpAnswer {
  /** Work number, or the name of who has none. */
  readonly by: string;
  readonly at: number;
  readonly text: string;
}

/** An agent asks his supervisors for help (求助); one at a time. */
export interface HelpAsk {
  readonly id: string;
  readonly tenant: string;
  /** Work number (工号). */
  readonly agent: string;
  readonly at: number;
  /** His words; '': none. */
  readonly text: string;
  /** In which he is; undefined: he asks outside of calls. */
  readonly callId: string | undefined;
  /** That its caller came from. */
  readonly queue: string | undefined;
  /** Each once, when he came first. */
  readonly helpers: readonly Helper[];
  readonly answers: readonly HelpAnswer[];
}

/** `left-call`: the call goes on without him. `lapsed`: nobody saw to one outside of calls in half an hour. */
export type HelpEnding = 'done' | 'withdrawn' | 'call-ended' | 'left-call' | 'signed-out' | 'lapsed';

/** What is told of an ask, to whoever hears of the agent. */
export interface HelpTold {
  readonly tenantId: string;
  readonly at: number;
  readonly help: string;
  readonly agent: string;
  readonly did: 'ask' | 'come' | 'answer' | 'end';
  readonly callId: string | undefined;
  readonly queue: string | undefined;
  /** The supervisor; undefined: the agent himself, or nobody. */
  readonly by: string | undefined;
  /** Of who asks or answers. */
  readonly text: string;
  /** How who comes takes part. */
  readonly mode: SupervisionMode | undefined;
  readonly ending: HelpEnding | undefined;
  /** Since he asked. */
  readonly waitedMs: number;
}

export interface HelpAsksParts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly calls: Pick<Calls, 'get' | 'ofAgent' | 'events'>;
  readonly acd: Pick<Acd, 'events'>;
  /** Returns at once; never throws. */
  readonly tell: (told: HelpTold) => void;
}

interface Open {
  ask: HelpAsk;
  /** Of one that no call ends. */
  timer: Timer | undefined;
}

type Of = Pick<HelpAsk, 'tenant' | 'agent'>;

const LAPSES_MS = 30 * 60_000;
const keyOf = ({ tenant, agent }: Of) => `${tenant}/${agent}`;

/** Open asks for help of all companies, held by the node that has their calls. What becomes of them stands in the call's record and the stream. */
export class HelpAsks {
  readonly #parts: HelpAsksParts;
  readonly #open = new Map<string, Open>();
  readonly #subscriptions: readonly Subscription[];

  constructor(parts: HelpAsksParts) {
    this.#parts = parts;
    const { calls, acd } = parts;
    this.#subscriptions = [
      calls.events.on('callEnded', ({ id }) => {
        for (const { ask } of this.#open.values()) if (ask.callId === id) this.end(ask, 'call-ended');
      }),
      acd.events.on('agentChanged', ({ tenant, agent, state }) => {
        const ask = this.of(tenant, agent);
        if (!ask) return;
        if (state === 'signed-out') this.end(ask, 'signed-out');
        else if (state !== 'reconnecting' && !this.#isInCall(ask))
          this.end(ask, this.#callOf(ask) ? 'left-call' : 'call-ended');
      }),
    ];
  }

  /** The open one of an agent. */
  of(tenant: string, agent: string): HelpAsk | undefined {
    return this.#open.get(keyOf({ tenant, agent }))?.ask;
  }

  /** All that are open, the oldest first. */
  list(): readonly HelpAsk[] {
    return Array.from(this.#open.values(), ({ ask }) => ask);
  }

  /** Who has asked already asks in other words. */
  ask({ text, ...of }: Pick<HelpAsk, 'tenant' | 'agent' | 'text' | 'callId' | 'queue'>): HelpAsk {
    const { clock, ids } = this.#parts;
    const known = this.of(of.tenant, of.agent);
    if (known && (text === '' || text === known.text)) return known;
    const ask: HelpAsk = known
      ? { ...known, text }
      : { ...of, id: ids.token(), at: clock.now(), text, helpers: [], answers: [] };
    this.#keep(ask);
    this.#tell(ask, { did: 'ask', text });
    this.#step(ask, 'help', text === '' ? ask.agent : `${ask.agent}: ${text}`);
    return ask;
  }

  /** Somebody takes part in the agent's talks now. The ask that he has come for, undefined: there is none, or he had come before. */
  come(of: Of, by: string, mode: SupervisionMode): HelpAsk | undefined {
    const known = this.of(of.tenant, of.agent);
    if (!known || known.helpers.some((helper) => helper.by === by)) return undefined;
    const at = this.#parts.clock.now();
    const ask = { ...known, helpers: [...known.helpers, { by, at, mode }] };
    this.#keep(ask);
    this.#tell(ask, { did: 'come', by, mode });
    this.#step(ask, 'help → came', `${by}: ${mode}, after ${secondsOf(at - ask.at)} s`);
    return ask;
  }

  answer(of: HelpAsk, by: string, text: string): void {
    const at = this.#parts.clock.now();
    const ask = { ...of, answers: [...of.answers, { by, at, text }] };
    this.#keep(ask);
    this.#tell(ask, { did: 'answer', by, text });
    this.#step(ask, 'help → replied', `${by}, after ${secondsOf(at - ask.at)} s`);
  }

  /** `by`: the supervisor who says so. Idempotent. */
  end(of: Of, ending: HelpEnding, by?: string): void {
    const open = this.#open.get(keyOf(of));
    if (!open) return;
    this.#open.delete(keyOf(of));
    open.timer?.cancel();
    const { ask } = open;
    this.#tell(ask, { did: 'end', by, ending });
    const after = `after ${secondsOf(this.#parts.clock.now() - ask.at)} s`;
    this.#step(ask, `help → ${ending}`, by === undefined ? after : `${by}, ${after}`);
  }

  close(): void {
    for (const subscription of this.#subscriptions) subscription.off();
    for (const { timer } of this.#open.values()) timer?.cancel();
    this.#open.clear();
  }

  #isInCall({ tenant, agent, callId }: HelpAsk): boolean {
    if (callId === undefined) return true;
    return this.#parts.calls.ofAgent(tenant, agent).some(({ id }) => id === callId);
  }

  #keep(ask: HelpAsk): void {
    const known = this.#open.get(keyOf(ask));
    if (known) {
      known.ask = ask;
      return;
    }
    const { clock } = this.#parts;
    const timer =
      ask.callId === undefined ? clock.after(LAPSES_MS, () => this.end(ask, 'lapsed')) : undefined;
    this.#open.set(keyOf(ask), { ask, timer });
  }

  /** Of a call that has ended the record is made. */
  #step(ask: HelpAsk, step: string, why: string): void {
    this.#callOf(ask)?.note('step', { step, why });
  }

  /** Undefined: he asks outside of calls, or it is over. */
  #callOf({ callId }: HelpAsk): Call | undefined {
    const call = callId === undefined ? undefined : this.#parts.calls.get(callId);
    return call?.state === 'ended' ? undefined : call;
  }

  #tell(
    { id: help, at: askedAt, tenant: tenantId, agent, callId, queue }: HelpAsk,
    {
      did,
      by,
      text = '',
      mode,
      ending,
    }: Pick<HelpTold, 'did'> & Partial<Pick<HelpTold, 'by' | 'text' | 'mode' | 'ending'>>,
  ): void {
    const at = this.#parts.clock.now();
    const said = { did, by, text, mode, ending, waitedMs: at - askedAt };
    this.#parts.tell({ tenantId, at, help, agent, callId, queue, ...said });
  }
}

const secondsOf = (ms: number) => Math.round(ms / 1000);
