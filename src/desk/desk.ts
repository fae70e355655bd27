import type { InboundLeg } from '../edge/edge.ts';
import type { Agent } from '../provisioning/kind/agent.ts';
import type { Subscription, TypedEvents } from '../shared/events.ts';
import type { AgentAct } from './act/agent-act.ts';
import { AGENT_ACTS, type AgentActName, type AgentArgs, type AgentResult } from './agent-acts.ts';
import { AtDesk, atDesk } from './at-desk.ts';
import { type Chief, DesklessChief } from './chief.ts';
import type { DeskEvents, SupervisionMode } from './desk-events.ts';
import type { DeskParts } from './desk-parts.ts';
import type { HelpAsk } from './help-asks.ts';
import { mustMix, supervised } from './supervised.ts';
import type { Supervision } from './supervision.ts';
import { Supervisions } from './supervisions.ts';
import type { Done, SupervisorAct } from './supervisor-act/supervisor-act.ts';
import { SUPERVISOR_ACTS, type SupervisorActName, type SupervisorArgs } from './supervisor-acts.ts';

/** Who acts: an agent of a company, by his work number (工号). */
export interface Actor {
  readonly tenant: string;
  readonly agent: string;
  /** In the talk of that call; left out: in that which he is in. */
  readonly callId?: string;
}

/** Who supervises: an agent, or somebody who has the right to it. */
export type Supervisor = {
  readonly tenant: string;
} & (
  | {
      readonly agent: string;
      /** Who has the right to supervise all agents of the company, for the audit trail: `li@demo`. Left out: as the agent is set up. */
      readonly name?: string | undefined;
    }
  /** He is no agent: nothing that rings his phone can be done for him. */
  | { readonly agent?: undefined; readonly name: string }
);

/** An agent whom a supervisor follows; `callId`: of the talk that he takes part in; undefined: the agent is in none. */
export interface Supervising {
  readonly agent: string;
  readonly mode: SupervisionMode;
  readonly callId: string | undefined;
}

/** Keys of a supervisor's phone that change how he takes part. */
const MODE_KEYS: Readonly<Record<string, SupervisionMode>> = { 1: 'listen', 2: 'whisper', 3: 'barge' };
/** The key by which he takes the caller over. */
const INTERCEPT_KEY = '4';

/** What agents (坐席) and supervisors (班长席) do from their seats, of all companies: one act a file in `act/` and `supervisor-act/`. */
export class Desk {
  readonly events: TypedEvents<DeskEvents>;
  readonly #parts: DeskParts;
  readonly #supervisions: Supervisions;
  readonly #setUp: Subscription;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.events = parts.events;
    this.#supervisions = new Supervisions({
      onKey: (by, supervision, digit) => this.#keyed(by, supervision, digit),
      onChanged: (by, of, mode) => this.#changed(by, of, mode),
    });
    this.#setUp = parts.provisioning.events.on('changed', () => this.#supervisions.recheck());
  }

  /**
   * An agent acts. Rejects with an error whose code is of `shared/error-codes.ts` where that is not possible or not his right;
   * nothing has changed then. Whoever or whatever is of another company is `not-found`.
   */
  async act<Name extends AgentActName>(
    { tenant, agent, callId }: Actor,
    name: Name,
    args: AgentArgs<Name>,
  ): Promise<AgentResult<Name>> {
    const act = AGENT_ACTS[name] as unknown as AgentAct;
    const at = atDesk(this.#parts, tenant, agent, { callId });
    return (await act.do(at, args as Parameters<typeof act.do>[1])) as AgentResult<Name>;
  }

  /** A supervisor acts on an agent or a caller, who must be his to supervise; it is kept in the audit trail. Rejects as {@link act}. */
  async supervise<Name extends SupervisorActName>(
    supervisor: Supervisor,
    name: Name,
    args: SupervisorArgs<Name>,
  ): Promise<Done> {
    const by = this.#chief(supervisor);
    const act = SUPERVISOR_ACTS[name] as unknown as SupervisorAct;
    const done = await act.do(by, args as Parameters<typeof act.do>[1], this.#supervisions);
    this.#audit(by, name, done);
    return done;
  }

  /** The same by a call of his phone: he takes part in an agent's talks. Rejects as {@link act}; `sip` is not answered then. */
  async superviseFrom(
    sip: InboundLeg,
    { tenant, agent }: Actor,
    { agent: id, mode }: Required<SupervisorArgs<'monitor'>>,
  ): Promise<void> {
    const by = atDesk(this.#parts, tenant, agent);
    const of = supervised(by, id);
    mustMix(by);
    const supervision = await this.#supervisions.watchFrom(sip, by, of, mode);
    if (supervision)
      this.#audit(by, 'monitor', { agent: id, callId: supervision.heard?.id, details: { mode } });
  }

  /** Whom a supervisor's phone follows now, and how; undefined: nobody. */
  supervising(tenant: string, agent: string): Supervising | undefined {
    const supervision = this.#supervisions.ofAgent(tenant, agent);
    return supervision && { agent: supervision.of.id, mode: supervision.mode, callId: supervision.heard?.id };
  }

  /** Agents of all companies who ask for help now, who has asked first in front. */
  asksForHelp(): readonly HelpAsk[] {
    return this.#parts.help.list();
  }

  /** What an agent asks; undefined: he asks for no help. */
  helpOf(tenant: string, agent: string): HelpAsk | undefined {
    return this.#parts.help.of(tenant, agent);
  }

  /** Work numbers of the agents of a company who talk in a call. */
  talkersIn(tenant: string, callId: string): readonly string[] {
    const { snapshot } = this.#parts.provisioning;
    const isIn = (agent: Agent) => new AtDesk(this.#parts, agent, { callId }).place !== undefined;
    return snapshot
      .of('agent', tenant)
      .filter(isIn)
      .map(({ id }) => id);
  }

  close(): void {
    this.#setUp.off();
    this.#parts.help.close();
    this.events.clear();
  }

  #chief({ tenant, agent, name }: Supervisor): Chief {
    if (agent !== undefined) return atDesk(this.#parts, tenant, agent, { supervisesAs: name });
    return new DesklessChief(this.#parts, tenant, name);
  }

  #keyed({ tenant, id, supervisesAs: name }: AtDesk, supervision: Supervision, digit: string): void {
    const { of, mode: before } = supervision;
    const mode = MODE_KEYS[digit];
    const actor = { tenant, agent: id, name };
    let done: Promise<unknown> | undefined;
    if (digit === INTERCEPT_KEY) done = this.supervise(actor, 'intercept', { agent: of.id });
    else if (mode && mode !== before) done = this.supervise(actor, 'monitor', { agent: of.id, mode });
    done?.catch((err: unknown) => {
      this.#parts.log.info({ err, tenant, agent: id }, 'a key did nothing');
      supervision.say('not-possible');
    });
  }

  #changed(by: AtDesk, of: AtDesk, mode: SupervisionMode | undefined): void {
    const { tenant } = by;
    if (mode) this.#came(by, of, mode);
    const company = this.#parts.provisioning.snapshot.get('tenant', tenant, tenant);
    const isShown = company?.showsSupervision ?? false;
    this.events.emit('supervisionChanged', { tenant, agent: of.id, supervisor: by.id, mode, isShown });
  }

  /** Who takes part in the talk of an agent who asks for help has come for it, by whatever way. */
  #came(by: AtDesk, of: AtDesk, mode: SupervisionMode): void {
    const ask = this.#parts.help.come({ tenant: of.tenant, agent: of.id }, by.id, mode);
    if (!ask) return;
    const waitedMs = this.#parts.clock.now() - ask.at;
    this.#audit(by, 'come-to-help', { agent: of.id, callId: ask.callId, details: { mode, waitedMs } });
  }

  #audit({ tenant, name }: Chief, act: string, { agent, callId, details = {} }: Done): void {
    const at = this.#parts.clock.now();
    this.#parts.audit({ tenantId: tenant, at, by: name, act, agent, callId, details });
  }
}
