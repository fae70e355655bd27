import { Calendar, type PeriodAt } from '../calendar/calendar.ts';
import type { CalendarRules } from '../calendar/calendar-rules.ts';
import { Holidays } from '../calendar/holidays.ts';
import { type Zone, zoneOf } from '../calendar/zone.ts';
import { loadAreaTable } from '../numbering/area-source.ts';
import type { AreaTable } from '../numbering/area-table.ts';
import { NumberLists } from '../numbering/number-list.ts';
import { type Outbound, OutboundError } from '../outbound/outbound.ts';
import { ChangeRefused, type Mistake, mistakeText } from '../provisioning/check/mistake.ts';
import type { StoredHotline } from '../provisioning/kind/hotline.ts';
import type { List } from '../provisioning/kind/list.ts';
import { isOpen } from '../provisioning/kind/nuisance.ts';
import type { AgentOrderFunction } from '../provisioning/kind/queue.ts';
import type { Provisioned, ProvisioningEvents } from '../provisioning/provisioning.ts';
import type { Snapshot } from '../provisioning/snapshot.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import type { Subscription } from '../shared/events.ts';
import { type IdSource, systemIds } from '../shared/ids.ts';
import type { Logger } from '../shared/logger.ts';
import { announcementMistakes } from './check/check-announcements.ts';
import { checkHotline } from './check/check-hotline.ts';
import { checkHotlines, type Proved, type Unproved } from './check/check-hotlines.ts';
import type { PlanCheckOptions } from './check/check-plan.ts';
import { asConfigError, asMistake, errorsOf, type Problem, problemText } from './check/problem.ts';
import { DialplanWatch } from './load/dialplan-watch.ts';
import { loadFiles } from './load/load-files.ts';
import type { Hotline } from './node/hotline.ts';
import { Canaries, type TriedHotline } from './plan/canaries.ts';
import { CounterBook } from './plan/counter-book.ts';
import { NameBook } from './plan/names.ts';
import type { Plan } from './plan/plan.ts';
import { hotlineOf, storedHotlines, type VersionOf } from './plan/stored-hotlines.ts';
import { Switches } from './plan/switches.ts';
import type { FlowCall } from './run/flow-call.ts';
import type { DialplanState } from './run/flow-run.ts';
import { runHotline } from './run/run-hotline.ts';
import { turnSwitch } from './run/turn-switch.ts';
import type { AgentOrder } from './write/agent-order.ts';

/** What can take calls: a hotline, or a code that turns a switch. */
export interface Answerable {
  /** Company of the hotline or of the phone. */
  readonly tenant: string;
  /** Takes a call through the plan. Never rejects; the call has ended when it resolves. */
  run(call: FlowCall): Promise<void>;
}

/** A hotline that can run. */
export interface RunnableHotline extends Answerable {
  /** Its main number, by whichever it was called. */
  readonly number: string;
  readonly plan: Plan;
}

export interface DialplanOptions {
  /** Folder of hotlines in TypeScript. */
  readonly dir: string;
  readonly provisioning: Provisioned;
  /** Versions of stored hotlines, for the records of their calls. */
  readonly versionOf?: VersionOf;
  /** Of calendars that name none. */
  readonly timeZone: string;
  /** Names in the prompt catalogue. */
  readonly prompts: Iterable<string>;
  /** Length of a prompt's audio, to find silent ones. */
  readonly promptMs?: (name: string) => number;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly ids?: Pick<IdSource, 'random'>;
  /** Loaded anew when not given (150 ms). */
  readonly areas?: AreaTable;
  /** Those of the package when not given. */
  readonly holidays?: Holidays;
  readonly switches?: Switches;
  /** Made of the companies' when not given. */
  readonly lists?: NumberLists;
  /** For `http` nodes; without it nothing is asked. */
  readonly outbound?: Outbound;
}

const NOT_CONNECTED: Outbound = {
  ask: async () => {
    throw new OutboundError('outside-failed', 'nothing is asked outside');
  },
};

/**
 * All hotlines, by number: those of TypeScript files and those that companies have set up. Plans are replaced as a whole: a call keeps the plan that it began with, the next one
 * gets the new plan. Tables and counters live on over that. What companies change counts from the next call.
 */
export class Dialplans {
  readonly state: DialplanState;
  readonly #dir: string;
  readonly #provisioning: Provisioned;
  readonly #versionOf: VersionOf;
  readonly #canaries = new Canaries();
  #names: NameBook;
  readonly #namesIn: (snapshot: Snapshot) => NameBook;
  readonly #counters: CounterBook;
  /** Made ready of the rules of companies' calendars. */
  readonly #calendars = new WeakMap<CalendarRules, Calendar>();
  /** What the files of the folder export. */
  #written: readonly unknown[] = [];
  #orders: readonly AgentOrder[] = [];
  #revision = 0;
  #plans: readonly Plan[] = [];
  /** By each of their numbers. */
  #hotlines: ReadonlyMap<string, RunnableHotline> = new Map();
  /** What was said of stored hotlines that cannot run: a mistake is told once. */
  #refused = '';
  /** Name of the switch by tenant and code. */
  #switchCodes: ReadonlyMap<string, string> = new Map();
  readonly #promptMs: Pick<PlanCheckOptions, 'promptMs'>;
  readonly #changes: Subscription;
  #watch: DialplanWatch | undefined;

  constructor(options: DialplanOptions) {
    const clock = options.clock ?? systemClock;
    this.#counters = new CounterBook(clock);
    const random = options.ids ?? systemIds;
    this.#promptMs = options.promptMs ? { promptMs: options.promptMs } : {};
    this.#dir = options.dir;
    this.#provisioning = options.provisioning;
    this.#versionOf = options.versionOf ?? (() => undefined);
    const areas = options.areas ?? loadAreaTable();
    const { provisioning, timeZone, holidays = new Holidays() } = options;
    const shared = { timeZone, prompts: new Set(options.prompts), areas, holidays };
    this.#namesIn = (snapshot) => new NameBook(snapshot, shared);
    this.#names = this.#namesIn(provisioning.snapshot);
    this.state = {
      clock,
      logger: options.logger,
      lists: options.lists ?? new NumberLists(provisioning.snapshot.all('list')),
      nuisance: (tenant, number) => this.#nuisance(tenant, number, zoneOf(timeZone)),
      switches: options.switches ?? new Switches(clock),
      announcements: (tenant) => provisioning.snapshot.of('announcement', tenant),
      phones: (tenant) => this.#names.phones(tenant),
      areas,
      random: () => random.random(),
      outbound: options.outbound ?? NOT_CONNECTED,
      secret: (tenant, name) => provisioning.snapshot.get('secret', tenant, name),
      counters: (plan) => this.#counters.of(plan),
    };
    this.#changes = provisioning.events.on('changed', (change) => this.#follow(change));
  }

  /** The hotline of a called number, as normalised by the trunk. Synchronous. */
  route(called: string): RunnableHotline | undefined {
    return this.#hotlines.get(called);
  }

  /** What a code (`*61`) of a company's hotlines does when one of its phones dials it. */
  switchCode(code: string, tenant: string): Answerable | undefined {
    const name = this.#switchCodes.get(`${tenant}/${code}`);
    if (name === undefined) return undefined;
    return { tenant, run: (call) => turnSwitch(call, name, this.state.switches) };
  }

  /** Where a company's calendar stands now; undefined: it has none of that name. */
  period(name: string, tenant: string): PeriodAt | undefined {
    const names = this.#names.of(tenant);
    const rules = names?.calendars.get(name);
    if (!names || !rules) return undefined;
    let calendar = this.#calendars.get(rules);
    if (!calendar) {
      calendar = new Calendar(name, rules, zoneOf(rules.timeZone ?? names.timeZone), names.holidays);
      this.#calendars.set(rules, calendar);
    }
    const { clock, switches } = this.state;
    return calendar.at(clock.now(), (one) => switches.isOn(tenant, one));
  }

  /** Reported by an agent, and confirmed. */
  #nuisance(tenant: string, number: string, zone: Zone): string | undefined {
    const found = this.#provisioning.snapshot.get('nuisance', tenant, number);
    if (found?.state !== 'confirmed') return undefined;
    const date = zone.localTime(this.state.clock.now()).slice(0, 10);
    return isOpen(found, date)
      ? `a nuisance caller${found.by ? `, reported by ${found.by}` : ''}`
      : undefined;
  }

  /** Work number of the agent whom the table of a list has for a caller. */
  listOwner(tenant: string, list: string, caller: string): string | undefined {
    return this.state.lists.ownerOf(tenant, list, caller, this.state.clock.now());
  }

  /** A company's function that orders agents. */
  agentOrder(tenant: string, name: string): AgentOrderFunction | undefined {
    const isIts = (one: AgentOrder) => one.name === name && this.#names.of(one.tenant)?.tenant === tenant;
    return this.#orders.find(isIts)?.order;
  }

  /** The plan of a number. */
  plan(number: string): Plan | undefined {
    return this.#hotlines.get(number)?.plan;
  }

  /** Another one each time that files were read again and taken. */
  get revision(): number {
    return this.#revision;
  }

  /** Why a number's hotline takes no calls; none: it does, or nobody has the number. */
  mistakesAt(number: string): readonly Mistake[] {
    if (this.#hotlines.has(number)) return [];
    const { snapshot } = this.#provisioning;
    const owner = snapshot
      .all('hotline')
      .find((each) => each.number === number || each.aliases.includes(number));
    if (!owner) return [];
    return this.#mistakesIn(snapshot, new Set([owner.tenant])).filter(
      ({ kind, tenant, name }) => kind === 'hotline' && tenant === owner.tenant && name === owner.number,
    );
  }

  /** The plan of each hotline. */
  get plans(): readonly Plan[] {
    return this.#plans;
  }

  /** The switches that some hotline looks at, or that turn a queue's peak mode on; each once. */
  switchNames(): readonly { readonly tenant: string; readonly name: string }[] {
    const names = new Map<string, { tenant: string; name: string }>();
    for (const plan of [...this.plans, ...this.#canaries.plans]) {
      for (const name of plan.switches) names.set(`${plan.tenant}/${name}`, { tenant: plan.tenant, name });
    }
    for (const { tenant, peak } of this.#provisioning.snapshot.all('queue'))
      if (peak) names.set(`${tenant}/${peak.switch}`, { tenant, name: peak.switch });
    return [...names.values()];
  }

  /**
   * Reads all files of the folder: what they export counts in {@link prove} from now on, and is taken by {@link take}. Throws
   * ConfigError for the first mistake; then nothing has changed.
   */
  async read(): Promise<void> {
    const { values, orders } = await this.#readFiles();
    this.#written = values;
    this.#orders = orders;
  }

  /** Reads, proves and takes all files of the folder. Throws ConfigError for the first mistake; then nothing has changed. */
  async load(): Promise<readonly Problem[]> {
    const { values, orders } = await this.#readFiles();
    return this.replace(values, orders);
  }

  /** Proves what was read and takes it. Throws ConfigError for the first mistake. Returns the warnings. */
  take(): readonly Problem[] {
    return this.replace(this.#written);
  }

  /**
   * Proves hotlines and takes them in place of those of the files before, or throws ConfigError and changes nothing. Returns
   * the warnings. `orders`: functions of the files that order agents.
   */
  replace(values: readonly unknown[], orders = this.#orders): readonly Problem[] {
    const stored = storedHotlines(this.#provisioning.snapshot, this.#versionOf);
    const proved = this.#check([...stored, ...values.map((value) => ({ value }))], this.#names);
    const problems = proved.filter((each) => !each.stored).flatMap((each) => each.problems);
    const mistake = asConfigError(problems);
    if (mistake) throw mistake;
    this.#written = values;
    this.#orders = orders;
    this.#revision++;
    this.#put(proved.flatMap(({ plan }) => plan ?? []));
    this.#tell(proved.filter((each) => each.stored));
    return problems;
  }

  /**
   * What would be wrong with the hotlines of some companies in a snapshot, and with their numbers, and is not wrong already:
   * who repairs one of two mistakes is not kept from it by the other.
   */
  prove(snapshot: Snapshot, tenants: ReadonlySet<string>): readonly Mistake[] {
    const mistakes = this.#mistakesIn(snapshot, tenants);
    if (mistakes.length === 0) return mistakes;
    const before = this.#mistakesIn(this.#provisioning.snapshot, tenants).map(mistakeText);
    return mistakes.filter((mistake) => !before.includes(mistakeText(mistake)));
  }

  /** What keeps a version from being read as a hotline; what it names may be missing: that is no matter of its shape. */
  misshapen(value: StoredHotline): readonly Mistake[] {
    const { tenant, number: name } = value;
    const errors = errorsOf(checkHotline(hotlineOf(value), this.#names).problems);
    return errors
      .filter(({ code }) => code !== 'unknown-name')
      .map((problem) => asMistake(problem, { tenant, name }));
  }

  /** What is wrong and doubtful with a hotline as it would be: mistakes, also with its numbers, then warnings. */
  review(value: StoredHotline): readonly Problem[] {
    const hotline = hotlineOf(value);
    const [proved] = this.#check([{ value: hotline }], this.#names);
    const problems = [...(proved?.problems ?? [])];
    for (const [index, alias] of (hotline.aliases ?? []).entries()) {
      const other = this.#hotlines.get(alias);
      if (!other || other.number === hotline.number) continue;
      const message = `two hotlines have the number ${alias}`;
      const steps = ['aliases', index];
      const told = { message, fix: 'remove one of them', place: undefined, path: hotline.number, steps };
      problems.push({ severity: 'error', code: 'duplicate-number', ...told });
    }
    return problems.sort((one, two) => Number(one.severity !== 'error') - Number(two.severity !== 'error'));
  }

  /** A version of a stored hotline as it would take a call; it takes no others. Throws ChangeRefused for what is wrong with it. */
  trial(value: StoredHotline, version: number): RunnableHotline {
    const { tenant, number } = value;
    const [proved] = this.#check([{ value: hotlineOf(value), version }], this.#names);
    const { plan, problems = [] } = proved ?? {};
    if (!plan)
      throw new ChangeRefused(errorsOf(problems).map((one) => asMistake(one, { tenant, name: number })));
    return { number, tenant, plan, run: (call) => runHotline(plan, call, this.state) };
  }

  /** Lets a part of the callers try these versions, in place of those before, from the next call on. */
  tryOut(versions: readonly TriedHotline[]): void {
    this.#canaries.replace(versions, (one) => this.#planOf(one));
  }

  /** Loads anew whenever a file of the folder changes; a plan with mistakes is refused and the old one stays. */
  watch(): void {
    this.#watch ??= new DialplanWatch(this.#dir, this.state, async () => {
      await this.load();
      return this.#plans.length;
    });
  }

  /** Stops watching files and following companies. Idempotent; calls go on. */
  close(): void {
    this.#changes.off();
    this.#watch?.close();
    this.#watch = undefined;
  }

  /**
   * Takes what companies have changed: names for hotlines that are loaded from now on, plans for the next calls, lists
   * as soon as they are filled. What was not proved ({@link prove}) and is wrong takes no call.
   */
  #follow({ snapshot, changes }: ProvisioningEvents['changed']): void {
    this.#names = this.#namesIn(snapshot);
    const touched = new Set(changes.map(({ tenant }) => tenant));
    const candidates = [
      ...this.#written.map((value) => ({ value })),
      ...storedHotlines(snapshot, this.#versionOf),
    ];
    const known = new Map(this.#plans.map((plan) => [plan.hotline as unknown, plan]));
    const proved = this.#check(candidates, this.#names, (tenant) => touched.has(tenant));
    this.#put(
      proved.flatMap(({ value, plan, problems }) => {
        return plan ?? (errorsOf(problems).length > 0 ? [] : (known.get(value) ?? []));
      }),
    );
    this.#tell(proved);
    this.#canaries.prove((one) => this.#planOf(one));
    for (const { kind, tenant, name, after } of changes) {
      if (kind !== 'list') continue;
      if (after) void this.state.lists.replace(after as List);
      else this.state.lists.remove(tenant, name);
    }
  }

  #planOf({ version, value }: TriedHotline): Plan | undefined {
    const [proved] = this.#check([{ value: hotlineOf(value), version }], this.#names);
    const { plan, problems = [] } = proved ?? {};
    if (!plan) {
      const error = errorsOf(problems).map(problemText).join('\n');
      this.state.logger.error({ error, version }, 'a version with mistakes is not tried any more');
    }
    return plan;
  }

  async #readFiles() {
    const { loaded, orders, mistakes } = await loadFiles(this.#dir);
    if (mistakes[0]) throw mistakes[0];
    return { values: loaded.map(({ value }) => value), orders };
  }

  #mistakesIn(snapshot: Snapshot, tenants: ReadonlySet<string>): readonly Mistake[] {
    const names = this.#namesIn(snapshot);
    const written = this.#written.map((value) => ({ value }));
    const stored = storedHotlines(snapshot, this.#versionOf, this.#provisioning.snapshot);
    const candidates = [...written, ...stored];
    const proved = this.#check(candidates, names, (tenant) => tenants.has(tenant));
    const hotlines = candidates.map(({ value }) => {
      const { number, tenant } = value as Hotline;
      return { number, tenant: names.of(tenant)?.tenant ?? String(tenant) };
    });
    const ofHotlines = proved.flatMap(({ value, problems }) => {
      const { number, tenant } = value as Hotline;
      const owner = names.of(tenant)?.tenant ?? String(tenant);
      return errorsOf(problems).map((problem) => asMistake(problem, { tenant: owner, name: number }));
    });
    return [...ofHotlines, ...announcementMistakes(snapshot, tenants, names, hotlines)];
  }

  #check(candidates: readonly Unproved[], names: NameBook, concerns?: (tenant: string) => boolean) {
    return checkHotlines(candidates, names, { nowMs: this.state.clock.now(), ...this.#promptMs }, concerns);
  }

  /** Takes plans in place of those before. */
  #put(plans: readonly Plan[]): void {
    const hotlines = new Map<string, RunnableHotline>();
    for (const plan of plans) {
      const { number, tenant, hotline } = plan;
      const run = (call: FlowCall) => {
        const tried = this.#canaries.of(plan, call.caller.number);
        return runHotline(tried?.plan ?? plan, call, this.state, tried?.why);
      };
      const runnable = { number, tenant, plan, run };
      for (const each of [number, ...(hotline.aliases ?? [])]) hotlines.set(each, runnable);
    }
    this.#plans = plans;
    this.#hotlines = hotlines;
    this.#switchCodes = codesOf(plans);
  }

  /** Tells of hotlines that take no call. */
  #tell(proved: readonly Proved[]): void {
    const errors = proved.flatMap(({ problems }) => errorsOf(problems));
    const text = errors.map(problemText).join('\n');
    if (text !== '' && text !== this.#refused)
      this.state.logger.error({ error: text }, 'hotlines with mistakes take no calls');
    this.#refused = text;
  }
}

/** Names of switches by tenant and code. */
function codesOf(plans: readonly Plan[]): ReadonlyMap<string, string> {
  const codes = new Map<string, string>();
  for (const { tenant, hotline } of plans) {
    for (const [name, code] of Object.entries(hotline.featureCodes ?? {}))
      codes.set(`${tenant}/${code}`, name);
  }
  return codes;
}

/** Makes the dialplans and loads them. Throws ConfigError with file, line and fix for the first mistake. */
export async function loadDialplans(options: DialplanOptions): Promise<Dialplans> {
  const dialplans = new Dialplans(options);
  for (const problem of await dialplans.load()) {
    options.logger.warn({ path: problem.path, place: problem.place, fix: problem.fix }, problem.message);
  }
  return dialplans;
}
