import { askerOf, type Seat } from '../acd/agent-seat.ts';
import type { Asker, Party, PartyName } from '../call/arrival.ts';
import type { Call } from '../call/call.ts';
import type { Leg } from '../call/leg.ts';
import type { Talk } from '../call/talk.ts';
import type { TalkStep } from '../call/talk-state.ts';
import type { Agent } from '../provisioning/kind/agent.ts';
import type { TenantId } from '../shared/ids.ts';
import { DeskError } from './desk-error.ts';
import type { DeskParts } from './desk-parts.ts';

/** An agent's part in a talk. */
export interface Place {
  readonly talk: Talk;
  /** His own leg. */
  readonly leg: Leg;
  /** Whom he serves: the caller, or whom he called himself. */
  readonly customer: Leg;
}

/** All agents of the company. */
export const ALL: NonNullable<Agent['supervises']> = { all: true, queues: [] };

/** What is said of an agent who acts. */
export interface AtDeskOptions {
  /** His acts are about the talk of that call alone; by default about that which he is in. */
  readonly callId?: string | undefined;
  /** Who has the right to supervise all agents of the company, and acts from this desk: `li@demo`. */
  readonly supervisesAs?: string | undefined;
}

/** An agent (坐席) as his acts find him now: who he is, where he sits, what he talks in. */
export class AtDesk {
  readonly parts: DeskParts;
  readonly agent: Agent;
  readonly #options: AtDeskOptions;

  constructor(parts: DeskParts, agent: Agent, options: AtDeskOptions = {}) {
    this.parts = parts;
    this.agent = agent;
    this.#options = options;
  }

  get supervisesAs(): string | undefined {
    return this.#options.supervisesAs;
  }

  /** Who supervises by it, for the audit trail. */
  get name(): string {
    return this.supervisesAs ?? `agent ${this.id}`;
  }

  /** Whom he supervises; undefined: nobody. */
  get supervises(): Agent['supervises'] {
    return this.supervisesAs === undefined ? this.agent.supervises : ALL;
  }

  /** See `Chief`. */
  seated(): this {
    return this;
  }

  /** The same as he is set up by now. Throws DeskError `no-such-agent`. */
  again(): AtDesk {
    return atDesk(this.parts, this.tenant, this.id, this.#options);
  }

  get tenant(): TenantId {
    return this.agent.tenant as TenantId;
  }

  /** Work number (工号). */
  get id(): string {
    return this.agent.id;
  }

  /** Where he sits: at a phone of the company, or at a number outside (远程坐席). */
  get seat(): Seat {
    const { parts, tenant, id, agent } = this;
    return parts.acd.seatOf(tenant, id) ?? { kind: 'extension', number: agent.extension };
  }

  get party(): Party {
    return { tenant: this.tenant, ...this.seat };
  }

  /** On whose right he calls outside. */
  get asker(): Asker {
    const { seat, parts, tenant, id } = this;
    return seat.kind === 'extension' ? this.party : askerOf(parts.provisioning, tenant, id);
  }

  /** Extension of the phone that he sits at. Throws DeskError `wrong-state` where he sits outside. */
  get extension(): string {
    const { kind, number } = this.seat;
    if (kind === 'extension') return number;
    throw new DeskError('wrong-state', `agent ${this.id} sits at ${number}, outside`);
  }

  /** As the records of calls name him. */
  get who(): PartyName {
    return { name: this.id, kind: 'agent' };
  }

  /** What his phone is in: rung, dialling, talking, listening. */
  get legs(): readonly Leg[] {
    return this.parts.calls.legsOf(this.tenant, this.seat);
  }

  /** Another agent of his company. Throws DeskError `no-such-agent`. */
  colleague(id: string): AtDesk {
    return atDesk(this.parts, this.tenant, id);
  }

  /**
   * Where he talks: of several talks the newest that is not held. A call to another company is that one's, and none of his.
   */
  get place(): Place | undefined {
    const places = this.legs.flatMap((leg) => {
      const talk = this.parts.calls.talkOf(leg.sip);
      return talk && this.#isMeant(talk) ? [placeIn(talk, leg)] : [];
    });
    return places.findLast(({ talk }) => talk.state !== 'held') ?? places.at(-1);
  }

  #isMeant({ call: { id, arrival } }: Talk): boolean {
    const { callId = id } = this.#options;
    return arrival.tenantId === this.tenant && id === callId;
  }

  /** The same; throws DeskError `no-talk` where he talks with nobody. */
  talking(): Place {
    const { place } = this;
    if (!place) throw new DeskError('no-talk', `agent ${this.id} is in no talk`);
    return place;
  }

  /** The talk that he may give away by this step. Throws DeskError and OperationError. */
  mayGive(step: TalkStep): Place {
    const place = this.talking();
    const { talk, leg } = place;
    const { caller, partner } = talk.places;
    if (leg !== caller.leg && leg !== partner?.leg)
      throw new DeskError('wrong-state', `agent ${this.id} is asked in this talk and cannot give it away`);
    if (talk.expected)
      throw new DeskError('wrong-state', `${talk.expected.to || 'somebody'} is being rung already`);
    talk.check(step);
    if (leg === caller.leg) talk.check('turn');
    return place;
  }

  /**
   * The same, in which he is the caller's partner from now on: where he is the caller himself, because he called the customer, the
   * two change places.
   */
  partnerIn(step: TalkStep): Talk {
    const { talk, leg } = this.mayGive(step);
    if (leg === talk.places.caller.leg) talk.turnAround();
    return talk;
  }

  /** A call of his company. Throws DeskError `not-found`. */
  callOf(id: string): Call {
    return callIn(this.parts, this.tenant, id);
  }

  /** The talk in which he asks somebody, or confers. Throws DeskError. */
  asking(): Talk {
    const { talk, leg } = this.talking();
    if (leg !== talk.places.partner?.leg)
      throw new DeskError('wrong-state', `agent ${this.id} asks nobody in this talk`);
    return talk;
  }

  /** Throws DeskError `wrong-state` when his phone is in a call. */
  mustBeFree(): void {
    if (this.legs.length > 0) throw new DeskError('wrong-state', `agent ${this.id} is on a call`);
  }
}

/** The agent of a company at his desk. Throws DeskError `no-such-agent`. */
export function atDesk(parts: DeskParts, tenant: string, id: string, options?: AtDeskOptions): AtDesk {
  const agent = parts.provisioning.snapshot.get('agent', tenant, id);
  if (!agent) throw new DeskError('no-such-agent', `${tenant} has no agent ${id}`);
  return new AtDesk(parts, agent, options);
}

/** A call of a company that has not ended. Throws DeskError `not-found`. */
export function callIn({ calls }: Pick<DeskParts, 'calls'>, tenant: string, id: string): Call {
  const call = calls.get(id);
  if (call?.arrival.tenantId !== tenant) throw new DeskError('not-found', `${tenant} has no call ${id}`);
  return call;
}

function placeIn(talk: Talk, leg: Leg): Place {
  const { caller, partner } = talk.places;
  return { talk, leg, customer: leg === caller.leg && partner ? partner.leg : caller.leg };
}
