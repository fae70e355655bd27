import { answer } from '../call/answer.ts';
import type { Party } from '../call/arrival.ts';
import type { Call } from '../call/call.ts';
import { play } from '../call/gather.ts';
import { takeIn } from '../call/take-in.ts';
import type { InboundLeg } from '../edge/edge.ts';
import type { Prompts } from '../prompt/prompt.ts';
import type { AgentFeature, SupervisorFeature } from '../provisioning/feature-codes.ts';
import { listedIn } from '../provisioning/kind/queue.ts';
import { PbxError } from '../shared/errors.ts';
import { breakReasonBy } from './break-reasons.ts';
import type { Actor, Desk } from './desk.ts';
import { DeskError } from './desk-error.ts';
import type { SupervisionMode } from './desk-events.ts';
import type { DeskParts } from './desk-parts.ts';
import { PinCheck } from './pin-check.ts';
import { waitingIn } from './waiting-in.ts';
import type { Kept } from './wish.ts';

const MODES: Readonly<Record<SupervisorFeature, SupervisionMode>> = {
  monitor: 'listen',
  whisper: 'whisper',
  barge: 'barge',
};

type Spoken = Extract<Prompts, readonly unknown[]>;

/** Refusals that have words of their own. */
const REFUSALS: Readonly<Record<string, string>> = {
  forbidden: 'no-right',
  'wrong-pin': 'wrong-pin',
  'too-many-tries': 'too-many-tries',
};

const refusalOf = ({ code }: PbxError) => REFUSALS[code] ?? 'not-possible';

/** What agents and supervisors do by feature code (功能码): the same acts as from a screen, and a word of what became of each. */
export class DeskCodes {
  readonly #desk: Desk;
  readonly #parts: DeskParts;
  readonly #pins: PinCheck;

  constructor(desk: Desk, parts: DeskParts) {
    this.#desk = desk;
    this.#parts = parts;
    this.#pins = new PinCheck(parts);
  }

  /** The agent who sits at a phone asks for a state. `digits`: a work number to sign in with, or the reason of a break. */
  async dialled(call: Call, phone: Party, feature: AgentFeature, digits: string): Promise<void> {
    await answer(call);
    call.segment('ivr', 'feature code');
    let spoken: Spoken;
    let isDone = true;
    try {
      spoken = await this.#do(call, phone, feature, digits);
    } catch (error) {
      // the phone has hung up
      call.assertOpen();
      if (!(error instanceof PbxError)) throw error;
      call.note('step', { step: 'feature code', why: error.message });
      spoken = [refusalOf(error)];
      isDone = false;
    }
    await play(call, call.caller, this.#parts.promptItems(phone.tenant, spoken, call.speech));
    call.end(isDone ? 'normal' : 'forbidden');
  }

  async supervise(
    leg: InboundLeg,
    phone: Party,
    feature: SupervisorFeature,
    agent: string,
  ): Promise<{ readonly why: string; readonly prompt: string } | undefined> {
    try {
      await this.#desk.superviseFrom(leg, this.#actorAt(phone), { agent, mode: MODES[feature] });
      return undefined;
    } catch (error) {
      if (error instanceof PbxError) return { why: error.message, prompt: refusalOf(error) };
      throw error;
    }
  }

  /** False: nobody waits there. */
  async pickUp(sip: InboundLeg, phone: Party): Promise<boolean> {
    const { directory, provisioning } = this.#parts;
    const who = directory.party(phone.number, phone.tenant);
    const queues = provisioning.snapshot
      .all('queue')
      .filter((queue) => queue.tenant === phone.tenant && listedIn(queue).includes(who.name));
    const waiting = queues.flatMap(({ name }) => waitingIn(this.#parts, phone.tenant, name));
    const [call] = waiting.sort((a, b) => a.arrivedAt - b.arrivedAt);
    if (who.kind !== 'agent' || !call) return false;
    const leg = await takeIn(call, sip, phone, who.name);
    if (!leg) return true;
    call.note('step', { step: 'pick-up', why: `${who.name} takes the call` });
    if (!call.ringing.some((one) => one.pickUp(leg))) sip.end({ cause: 'answered-elsewhere' });
    return true;
  }

  async #do(call: Call, phone: Party, feature: AgentFeature, digits: string): Promise<Spoken> {
    if (feature === 'signIn') return this.#signIn(call, phone, digits);
    if (feature === 'signInOutside') return this.#signInOutside(call, phone, digits);
    const actor = this.#actorAt(phone);
    const why = `${actor.agent}: ${feature}${digits === '' ? '' : ` ${digits}`}`;
    const [prompt, done] = await this.#wish(feature, actor, digits);
    call.note('step', { step: 'feature code', why });
    if (feature === 'agentReady' && this.#takesNoCalls(phone)) return [prompt, 'dnd-on'];
    return done?.isKept ? [prompt, 'after-call'] : [prompt];
  }

  async #wish(
    feature: Exclude<AgentFeature, 'signIn' | 'signInOutside'>,
    actor: Actor,
    digits: string,
  ): Promise<readonly [prompt: string, done?: Kept]> {
    const desk = this.#desk;
    switch (feature) {
      case 'signOut':
        return ['agent-signed-out', await desk.act(actor, 'sign-out', {})];
      case 'agentReady':
        return ['agent-ready', await desk.act(actor, 'ready', {})];
      case 'agentBusy':
        return ['agent-busy', await desk.act(actor, 'busy', {})];
      case 'agentBreak':
        return ['agent-break', await desk.act(actor, 'break', this.#reasonOf(actor, digits))];
      case 'endWrapUp':
        await desk.act(actor, 'end-wrap-up', {});
        return ['wrap-up-ended'];
      case 'nuisance':
        await desk.act(actor, 'nuisance', {});
        return ['nuisance-reported'];
    }
  }

  /** Who is ready and has do-not-disturb set at his phone gets no calls all the same, and is told so. */
  #takesNoCalls({ tenant, number }: Party): boolean {
    return this.#parts.directory.settings(number, tenant).doNotDisturb;
  }

  #reasonOf({ tenant }: Actor, digits: string): { readonly reason?: string } {
    return digits === '' ? {} : { reason: breakReasonBy(this.#parts.provisioning, tenant, digits) };
  }

  /** At his own phone an agent needs no PIN: who has the phone has its password. */
  async #signIn(call: Call, phone: Party, digits: string): Promise<Spoken> {
    const actor = digits === '' ? this.#ownerOf(phone) : { tenant: phone.tenant, agent: digits };
    const { agent } = actor;
    await this.#pins.ask(call, phone, agent);
    await this.#desk.act(actor, 'sign-in', { extension: phone.number });
    call.note('step', { step: 'feature code', why: `${agent} signs in at ${phone.number}` });
    return this.#takesNoCalls(phone) ? ['agent-signed-in', 'dnd-on'] : ['agent-signed-in'];
  }

  /** Who sits at the phone, or else whose own it is, is rung at his number outside, or at the one that was dialled. */
  async #signInOutside(call: Call, phone: Party, digits: string): Promise<Spoken> {
    const { directory, provisioning } = this.#parts;
    const { kind } = directory.party(phone.number, phone.tenant);
    const actor = kind === 'agent' ? this.#actorAt(phone) : this.#ownerOf(phone);
    const { tenant, agent } = actor;
    const number = digits || provisioning.snapshot.get('agent', tenant, agent)?.phone;
    if (number === undefined) throw new DeskError('bad-request', `agent ${agent} has no number outside`);
    await this.#desk.act(actor, 'sign-in', { number });
    call.note('step', { step: 'feature code', why: `${agent} signs in at ${number}, outside` });
    return ['agent-signed-in'];
  }

  /** Who sits at a phone: a phone without one is no agent's, whatever its number. Throws DeskError `no-such-agent`. */
  #actorAt({ tenant, number }: Party): Actor {
    const { name: agent, kind } = this.#parts.directory.party(number, tenant);
    if (kind !== 'agent') throw new DeskError('no-such-agent', `no agent sits at ${number}`);
    return { tenant, agent };
  }

  /** Whose own phone it is, wherever he sits now. Throws DeskError `no-such-agent`. */
  #ownerOf({ tenant, number }: Party): Actor {
    const agents = this.#parts.provisioning.snapshot.all('agent');
    const owner = agents.find((agent) => agent.tenant === tenant && agent.extension === number);
    if (!owner) throw new DeskError('no-such-agent', `${number} is no agent's own phone`);
    return { tenant, agent: owner.id };
  }
}
