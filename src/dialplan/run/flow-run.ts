import type { AreaTable } from '../../numbering/area-table.ts';
import type { CallRates } from '../../numbering/call-rates.ts';
import { normaliseCaller } from '../../numbering/number.ts';
import type { NumberLists } from '../../numbering/number-list.ts';
import type { Outbound } from '../../outbound/outbound.ts';
import type { Announcement } from '../../provisioning/kind/announcement.ts';
import type { CauseSlug } from '../../shared/cause.ts';
import type { Clock } from '../../shared/clock.ts';
import { PbxError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Peaks } from '../../shared/peaks.ts';
import type { NodeRun, ServiceSecret } from '../node/node-kind.ts';
import type { FlowNode } from '../node/tree.ts';
import type { Caller } from '../plan/caller-match.ts';
import type { LineBook } from '../plan/line-book.ts';
import type { PhoneNumbers } from '../plan/phone-numbers.ts';
import type { Plan } from '../plan/plan.ts';
import type { Switches } from '../plan/switches.ts';
import type { FlowCall } from './flow-call.ts';

/** What stays while plans come and go: tables, counters and the world outside. */
export interface DialplanState {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly lists: NumberLists;
  /** Why a caller is turned away by all hotlines of a company, as a nuisance (骚扰); undefined: he is not. */
  nuisance(tenant: string, number: string): string | undefined;
  readonly switches: Switches;
  /** Announcements (停电公告) of a company, as they stand now. */
  announcements(tenant: string): readonly Announcement[];
  /** Phones of a company, as they stand now. */
  phones(tenant: string): PhoneNumbers;
  readonly areas: AreaTable;
  /** Uniform in [0, 1). */
  random(): number;
  /** For `http` nodes; the simulator passes one that never answers. */
  readonly outbound: Outbound;
  /** A secret of a company, as it stands now. */
  secret(tenant: string, name: string): ServiceSecret | undefined;
  /** Counters of one hotline, by tenant and number. */
  counters(plan: Plan): HotlineCounters;
}

export interface HotlineCounters {
  readonly rates: CallRates;
  readonly lines: LineBook;
  /** Calls in progress, those that are being refused among them. */
  calls: number;
  /** Of calls that were let in. */
  readonly peaks: Peaks;
}

/** A plan that runs in circles without the caller doing anything. */
export class FlowLoopError extends PbxError {
  constructor(path: string) {
    super('flow-loop', `more than ${MAX_NODES} nodes in one call, last ${path}`);
  }
}

const MAX_NODES = 1000;

/** One call on its way through one plan. */
export class FlowRun implements NodeRun {
  readonly call: FlowCall;
  readonly plan: Plan;
  readonly state: DialplanState;
  readonly counters: HotlineCounters;
  readonly caller: Caller;
  #secrets: Set<string> | undefined;
  /** Added in every queue (VIP). */
  priority = 0;
  /** What the caller last could not have, for the cause of a call that ends unserved. */
  unserved: CauseSlug | undefined;
  /** Survey of the queue that served the caller, for hotlines that have none of their own. */
  queueSurvey: string | undefined;
  #nodes = 0;

  constructor(call: FlowCall, plan: Plan, state: DialplanState) {
    this.call = call;
    this.plan = plan;
    this.state = state;
    this.counters = state.counters(plan);
    const number = normaliseCaller(call.caller.number);
    this.caller = { number, area: state.areas.areaOf(number), carrier: state.areas.carrierOf(number) };
  }

  get secrets(): Set<string> {
    this.#secrets ??= new Set();
    return this.#secrets;
  }
  get trunk(): string | undefined {
    return this.call.trunk;
  }
  get clock(): Clock {
    return this.state.clock;
  }
  get outbound(): Outbound {
    return this.state.outbound;
  }
  secret(name: string): ServiceSecret | undefined {
    return this.state.secret(this.plan.tenant, name);
  }
  get lines(): LineBook {
    return this.counters.lines;
  }
  get nowMs(): number {
    return this.state.clock.now();
  }
  get variables(): ReadonlyMap<string, string> {
    return this.call.variables;
  }
  get lists(): NumberLists {
    return this.state.lists;
  }
  get switches(): Switches {
    return this.state.switches;
  }
  announcements(): readonly Announcement[] {
    return this.state.announcements(this.plan.tenant);
  }
  phones(): PhoneNumbers {
    return this.state.phones(this.plan.tenant);
  }
  random(): number {
    return this.state.random();
  }

  /** Counts a node; throws FlowLoopError when there have been too many. */
  enter(node: FlowNode): void {
    if (++this.#nodes > MAX_NODES) throw new FlowLoopError(this.plan.pathOf(node));
    this.call.entered?.(this.plan.hotline, node);
  }

  /** The flow has failed: what follows gets a count of its own. */
  startOver(): void {
    this.#nodes = 0;
  }

  /** Plays a prompt of the engine itself, when the catalogue has it. */
  async say(prompt: string): Promise<void> {
    if (!this.plan.names.prompts.has(prompt)) return;
    await this.call.answer();
    await this.call.play(prompt);
  }
}
