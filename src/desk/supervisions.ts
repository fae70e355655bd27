import type { Call } from '../call/call.ts';
import { speakAsPhone } from '../call/caller-speech.ts';
import type { Leg } from '../call/leg.ts';
import { takeIn } from '../call/take-in.ts';
import type { InboundLeg } from '../edge/edge.ts';
import { phoneLanguage } from '../provisioning/phone-language.ts';
import type { AtDesk } from './at-desk.ts';
import { DeskError } from './desk-error.ts';
import type { SupervisionMode } from './desk-events.ts';
import { ringOwnPhone } from './own-phone.ts';
import { supervised, supervisesStill } from './supervised.ts';
import { Supervision } from './supervision.ts';

/** Told of what supervisors do who take part in talks. */
export interface SupervisionsListener {
  /** A key was pressed at a supervisor's phone meanwhile. */
  onKey(by: AtDesk, supervision: Supervision, digit: string): void;
  /** He follows an agent from now on, or follows him otherwise; `mode` undefined: no longer. */
  onChanged(by: AtDesk, of: AtDesk, mode: SupervisionMode | undefined): void;
}

interface Running {
  readonly by: AtDesk;
  /** Undefined while his phone is being rung. */
  readonly supervision: Supervision | undefined;
}

/** Supervisors who follow agents: one agent each. */
export class Supervisions {
  readonly #listener: SupervisionsListener;
  /** By company and work number of the supervisor. */
  readonly #running = new Map<string, Running>();

  constructor(listener: SupervisionsListener) {
    this.#listener = listener;
  }

  of(by: AtDesk): Supervision | undefined {
    return this.#running.get(keyOf(by))?.supervision;
  }

  /** The same of a work number of a company. */
  ofAgent(tenant: string, id: string): Supervision | undefined {
    return this.#running.get(`${tenant}/${id}`)?.supervision;
  }

  /** What companies have set up has changed: who may not supervise any more whom he follows follows him no longer. */
  recheck(): void {
    for (const { by, supervision } of this.#running.values())
      if (supervision && !supervisesStill(by, supervision.of.id)) supervision.end();
  }

  /**
   * A supervisor follows an agent, or another one than before, or otherwise. His phone is rung when it is in nothing yet. Throws
   * DeskError.
   */
  async watch(by: AtDesk, of: AtDesk, mode: SupervisionMode): Promise<Supervision> {
    const running = this.of(by);
    if (!running) return this.#begin(by, of, mode, (call) => this.#ring(by, of, call));
    const { of: before } = running;
    if (before.id !== of.id) this.#listener.onChanged(by, before, undefined);
    await running.watch(of, mode);
    return this.#begun(by, of, mode, running);
  }

  /** The same by an INVITE of his own phone; undefined: that has its final response. */
  watchFrom(
    sip: InboundLeg,
    by: AtDesk,
    of: AtDesk,
    mode: SupervisionMode,
  ): Promise<Supervision | undefined> {
    return this.#begin(by, of, mode, (call) => takeIn(call, sip, by.party, by.id)).catch((error: unknown) => {
      if (sip.state === 'ended') return undefined;
      throw error;
    });
  }

  async #begin(
    by: AtDesk,
    of: AtDesk,
    mode: SupervisionMode,
    phone: (call: Call) => Promise<Leg | undefined>,
  ): Promise<Supervision> {
    const key = keyOf(by);
    if (this.#running.has(key)) throw new DeskError('wrong-state', `agent ${by.id} supervises already`);
    this.#running.set(key, { by, supervision: undefined });
    const call = callOf(by, of);
    let supervision: Supervision;
    try {
      const leg = await phone(call);
      if (!leg || leg.sip.state === 'ended') throw hungUp(by);
      // meanwhile he may have lost the right
      supervised(by.again(), of.id);
      call.markAnswered();
      call.segment('ivr', `supervision ${of.id}`);
      supervision = new Supervision(call, leg, of, mode, {
        onKey: (digit) => this.#listener.onKey(by, supervision, digit),
        onOver: () => {
          this.#running.delete(key);
          this.#listener.onChanged(by, supervision.of, undefined);
        },
      });
      this.#running.set(key, { by, supervision });
    } catch (error) {
      this.#running.delete(key);
      call.end('no-answer');
      throw error;
    }
    await supervision.watch(of, mode);
    return this.#begun(by, of, mode, supervision);
  }

  /** He follows the agent, unless he has hung up meanwhile. Throws DeskError. */
  #begun(by: AtDesk, of: AtDesk, mode: SupervisionMode, supervision: Supervision): Supervision {
    if (this.of(by) !== supervision) throw hungUp(by);
    this.#listener.onChanged(by, of, mode);
    return supervision;
  }

  #ring(by: AtDesk, of: AtDesk, call: Call): Promise<Leg> {
    by.mustBeFree();
    call.segment('ring', by.id);
    return ringOwnPhone(by, call, { reason: 'originate', shows: of.seat.number });
  }
}

const hungUp = ({ seat }: AtDesk) => new DeskError('not-reached', `the phone ${seat.number} hung up`);

function keyOf({ tenant, id }: AtDesk): string {
  return `${tenant}/${id}`;
}

/** The call that the supervisor's phone is in: his own, and of no caller. */
function callOf(by: AtDesk, of: AtDesk): Call {
  const { parts, tenant, id, seat } = by;
  const call = parts.calls.originate({
    tenantId: tenant,
    party: by.party,
    origin: { agent: id },
    direction: 'internal',
    caller: seat.number,
    callerName: undefined,
    called: of.seat.number,
    sent: { from: seat.number, to: of.seat.number, identity: undefined },
    diversions: [],
    earlyMedia: true,
    media: {},
  });
  const language = phoneLanguage(parts.provisioning.snapshot, tenant, seat.number, id);
  if (language !== undefined) speakAsPhone(call, language);
  return call;
}
