import type { Cdr } from '../cdr/cdr.ts';
import type { Config } from '../config/config.ts';
import type { Dialplans } from '../dialplan/dialplans.ts';
import type { AgentOrder } from '../dialplan/write/agent-order.ts';
import type { NumberLists } from '../numbering/number-list.ts';
import { ChangeRefused } from '../provisioning/check/mistake.ts';
import type { Snapshot } from '../provisioning/snapshot.ts';
import { didYouMean } from '../shared/did-you-mean.ts';
import { ConfigError } from '../shared/errors.ts';
import type { Path } from '../shared/path.ts';
import { AGENT_MOODS, type AgentMood, type AgentStand, standOf } from './agent-stand.ts';
import { type Answers, type Question, watchQuestions } from './key-presser.ts';
import { Trail } from './trail.ts';
import { VirtualCaller } from './virtual-caller.ts';
import { VirtualPbx } from './virtual-pbx.ts';
import type { VirtualPhone } from './virtual-phone.ts';

export interface SimulationOptions {
  readonly config: Config;
  /** What companies have set up. */
  readonly companies: Snapshot;
  /** Hotlines to take; left out, those of the configuration's folder. */
  readonly hotlines?: readonly unknown[];
  readonly called: string;
  readonly from: string;
  readonly trunk?: string;
  /** Ms since 1970. */
  readonly at: number;
  /** What the caller presses when asked. Default nothing. */
  readonly answers?: Answers;
  /** The caller hangs up after so long. */
  readonly hangUpAfterMs?: number;
  /** Agents that are not named are ready. */
  readonly agents?: Readonly<Record<string, AgentMood>>;
  /** Phones and outside lines; unnamed lines do not answer. */
  readonly phones?: Readonly<Record<string, VirtualPhone>>;
  /** Switches that are on, of all companies. */
  readonly switches?: readonly string[];
  readonly seed?: number;
  readonly lists?: NumberLists;
  /** Functions of the hotlines' files that order agents. */
  readonly orders?: readonly AgentOrder[];
  /** For `http` nodes; by default nobody answers them. */
  readonly fetch?: typeof fetch;
  /** After so many facts of calls the caller hangs up, so that a loop ends. Default: none. */
  readonly maxFacts?: number;
}

/** Where a simulated call went. */
export interface Simulation {
  readonly cdr: Cdr;
  /** Prompts in the order heard. */
  readonly heard: readonly string[];
  /** SIP statuses to the caller. */
  readonly statuses: readonly number[];
  /** It went on and on: the caller was taken out of it. */
  readonly isCut: boolean;
  /** Nodes in the order entered, as paths in the hotline. */
  readonly nodes: readonly Path[];
  /** In which node each step of the record's way was taken; undefined: before, between or behind them. */
  readonly stepNodes: readonly (Path | undefined)[];
}

/** Between the question and the first key, between two keys. */
const THINK_MS = 1500;
const KEY_MS = 300;
/** Longest call that is looked at. */
const LIMIT_MS = 2 * 3600_000;

/**
 * Takes one call through the whole engine in virtual time. Throws ConfigError when a hotline of a file has a mistake, or when an
 * agent, a switch or the trunk does not exist: the answer would be that of another question. Throws ChangeRefused when the
 * hotline is stored and takes no calls for its mistakes.
 */
export async function simulate(options: SimulationOptions): Promise<Simulation> {
  const { config, companies, answers = () => '' } = options;
  const agents = standsOf(options.agents ?? {});
  let onAsked = (_question: Question) => {};
  const trail = new Trail(() => pbx.events.length);
  const pbx: VirtualPbx = new VirtualPbx({
    config,
    companies,
    at: options.at,
    phones: { ...phonesOf(agents), ...options.phones },
    ...(options.hotlines && { hotlines: options.hotlines }),
    ...(options.orders && { orders: options.orders }),
    ...(options.fetch && { fetch: options.fetch }),
    ...(options.seed !== undefined && { seed: options.seed }),
    ...(options.lists && { lists: options.lists }),
    wrap: (call) => watchQuestions(trail.watch(call), (question) => onAsked(question)),
  });
  if (!options.hotlines) await pbx.dialplans.load();
  proveNames(options, pbx.dialplans);
  const mistakes = pbx.dialplans.mistakesAt(options.called);
  if (mistakes.length > 0) throw new ChangeRefused(mistakes);
  await pbx.open();
  try {
    setAgents(pbx, agents);
    setSwitches(pbx, options);
    const { leg, callId } = pbx.arrive(options.from, options.called, options.trunk);
    if (callId === undefined) throw new Error(`no trunk takes a call from ${options.from}`);
    onAsked = (question) => pressLater(pbx, callId, answers(question));
    const caller = new VirtualCaller(pbx, options.from, leg, callId);
    const limitMs = Math.min(options.hangUpAfterMs ?? LIMIT_MS, LIMIT_MS);
    pbx.clock.after(limitMs, () => leg.remoteEnd('normal'));
    const { maxFacts = Number.POSITIVE_INFINITY } = options;
    const isOver = () => caller.cdr !== undefined;
    await pbx.clock.runUntil(() => pbx.events.length > maxFacts || isOver(), limitMs + 60_000);
    const isCut = !isOver();
    if (isCut) leg.remoteEnd('normal');
    await pbx.clock.runUntil(isOver, 60_000);
    const steps = pbx.events.flatMap(({ callId: of, type }, index) =>
      of === callId && type === 'step' ? index : [],
    );
    return {
      cdr: caller.cdr!,
      heard: caller.heard,
      statuses: caller.statuses,
      isCut,
      nodes: trail.nodes,
      stepNodes: trail.at(steps),
    };
  } finally {
    await pbx.close();
  }
}

function proveNames({ companies, agents, switches, trunk }: SimulationOptions, dialplans: Dialplans): void {
  const prove = (kind: string, names: readonly string[], known: readonly string[]) => {
    for (const name of names) {
      if (known.includes(name)) continue;
      const near = didYouMean(name, known);
      const fix = near === undefined ? `known: ${known.join(', ') || 'none'}` : `did you mean '${near}'?`;
      throw new ConfigError(`there is no ${kind} '${name}'`, undefined, fix);
    }
  };
  prove(
    'agent',
    Object.keys(agents ?? {}),
    companies.all('agent').map(({ id }) => id),
  );
  prove(
    'switch',
    switches ?? [],
    dialplans.switchNames().map(({ name }) => name),
  );
  prove(
    'trunk',
    trunk === undefined ? [] : [trunk],
    companies.all('trunk').map(({ name }) => name),
  );
}

function pressLater(pbx: VirtualPbx, callId: string, input: string): void {
  for (const [index, key] of [...input].entries()) {
    pbx.clock.after(THINK_MS + index * KEY_MS, () => pbx.ear(callId)?.press(key));
  }
}

function standsOf(agents: Readonly<Record<string, AgentMood>>): ReadonlyMap<string, AgentStand> {
  return new Map(
    Object.entries(agents).map(([agent, text]) => {
      const stand = standOf(text);
      if (stand) return [agent, stand];
      throw new ConfigError(
        `an agent cannot be '${text}'`,
        undefined,
        `write one of ${AGENT_MOODS.join(', ')}`,
      );
    }),
  );
}

function phonesOf(agents: ReadonlyMap<string, AgentStand>): Record<string, VirtualPhone> {
  return Object.fromEntries(Array.from(agents, ([agent, { mood }]) => [agent, phoneOf(mood)]));
}

function phoneOf(mood: AgentStand['mood']): VirtualPhone {
  if (mood === 'refuses') return 'busy';
  return mood === 'no-answer' || mood === 'offline' ? mood : {};
}

function setAgents({ pbx }: VirtualPbx, agents: ReadonlyMap<string, AgentStand>): void {
  for (const { tenant, agent: id, state } of pbx.acd.agents()) {
    const stand = agents.get(id);
    if (stand && stand.mood !== 'signed-out' && state === 'signed-out') pbx.acd.signIn(tenant, id);
    switch (stand?.mood) {
      case 'wrap-up':
        pbx.acd.wrapUpLeft(tenant, id, stand.wrapUpMs);
        break;
      case 'busy':
      case 'break':
      case 'meeting':
      case 'training':
        pbx.acd.setState(tenant, id, stand.mood);
        break;
      case 'signed-out':
        if (state !== 'signed-out') pbx.acd.signOut(tenant, id);
    }
  }
}

function setSwitches({ dialplans }: VirtualPbx, { companies, switches }: SimulationOptions): void {
  for (const name of switches ?? []) {
    for (const { id } of companies.all('tenant')) dialplans.state.switches.turn(id, name, true);
  }
}
