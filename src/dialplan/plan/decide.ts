/**
 * The decisions of a plan, pure: same caller, time and state, same branch. Nothing here waits, and each says why.
 * The runner, the simulator and replays share it.
 */

import { carrierClass } from '../../numbering/carrier.ts';
import type { NumberLists } from '../../numbering/number-list.ts';
import type {
  AnnounceNode,
  ByAreaNode,
  ByCallerNode,
  ByCarrierNode,
  ByPercentNode,
  ByTrunkNode,
  ByVariableNode,
  Flow,
  FlowNode,
  ScheduleNode,
} from '../node/nodes.ts';
import { type Caller, matchCaller } from './caller-match.ts';
import { type Plan, placeKey } from './plan.ts';
import type { Switches } from './switches.ts';

/** What a decision may look at. */
export interface DecisionFacts {
  readonly plan: Plan;
  readonly caller: Caller;
  /** Undefined: the call did not come over one. */
  readonly trunk: string | undefined;
  readonly nowMs: number;
  readonly variables: ReadonlyMap<string, string>;
  /** Variables whose values are told to nobody: a PIN. */
  readonly secrets: ReadonlySet<string>;
  readonly lists: NumberLists;
  readonly switches: Switches;
  random(): number;
}

export interface Decision {
  /** Undefined: no branch and no default; the call goes on with the next node. */
  readonly flow: Flow | undefined;
  /** Branch taken. */
  readonly branch: string;
  readonly why: string;
}

export type DecisionNode =
  | ScheduleNode
  | ByAreaNode
  | ByCarrierNode
  | ByCallerNode
  | ByPercentNode
  | ByTrunkNode
  | ByVariableNode;

/** Whether a node only decides, without doing anything with the call. */
export function isDecision(node: FlowNode): node is DecisionNode {
  return node.type === 'schedule' || node.type.startsWith('by');
}

export function decide(node: DecisionNode, facts: DecisionFacts): Decision {
  switch (node.type) {
    case 'schedule':
      return bySchedule(node, facts);
    case 'byArea':
      return byArea(node, facts);
    case 'byCarrier':
      return byCarrier(node, facts);
    case 'byCaller':
      return byCaller(node, facts);
    case 'byPercent':
      return byPercent(node, facts);
    case 'byTrunk':
      if (facts.trunk === undefined) return keyed({}, '', node.otherwise, 'not from a trunk');
      return keyed(node.trunks, facts.trunk, node.otherwise, `trunk ${facts.trunk}`);
    case 'byVariable':
      return byVariable(node, facts);
  }
}

function keyed(
  branches: Readonly<Record<string, Flow>>,
  key: string,
  otherwise: Flow | undefined,
  why: string,
): Decision {
  if (Object.hasOwn(branches, key)) return { flow: branches[key], branch: key, why };
  return { flow: otherwise, branch: 'otherwise', why };
}

function byVariable({ variable, values, otherwise }: ByVariableNode, facts: DecisionFacts): Decision {
  const value = facts.variables.get(variable);
  if (value === undefined) return keyed(values, '', otherwise, `${variable} is not set`);
  if (!facts.secrets.has(variable)) return keyed(values, value, otherwise, `${variable} is ${value}`);
  const { flow, branch } = keyed(values, value, otherwise, '');
  return { flow, branch: branch === 'otherwise' ? branch : 'a value', why: `${variable} is secret` };
}

function bySchedule(node: ScheduleNode, { plan, nowMs, switches }: DecisionFacts): Decision {
  const { period, why } = plan.calendar(node.calendar).at(nowMs, (name) => switches.isOn(plan.tenant, name));
  const branch = Object.hasOwn(node.periods, period) ? period : 'closed';
  return { flow: node.periods[branch], branch, why };
}

function byArea(node: ByAreaNode, { plan, caller }: DecisionFacts): Decision {
  const { area } = caller;
  const by = `by ${caller.number.slice(0, area.code && caller.number.startsWith(area.code) ? area.code.length : 7)}`;
  if (area.kind === 'international') {
    const branch = node.international ? 'international' : 'otherwise';
    return { flow: node.international ?? node.otherwise, branch, why: `from abroad ${by}` };
  }
  if (area.kind === 'unknown') {
    const branch = node.unknown ? 'unknown' : 'otherwise';
    return { flow: node.unknown ?? node.otherwise, branch, why: 'area unknown' };
  }
  const places = plan.placesOf(node.areas);
  for (const key of [area.name, area.city, area.code, area.province]) {
    const flow = places.get(key);
    if (flow) return { flow, branch: key, why: `area ${area.name} ${by}` };
  }
  return { flow: node.otherwise, branch: 'otherwise', why: `area ${area.name} ${by}` };
}

/** `联通虚拟` takes its own branch, else that of all virtual operators; it is not 联通. */
function byCarrier({ carriers, otherwise }: ByCarrierNode, { caller: { carrier } }: DecisionFacts): Decision {
  if (carrier === undefined) return keyed(carriers, 'unknown', otherwise, 'operator unknown');
  const branch = Object.hasOwn(carriers, carrier) ? carrier : (carrierClass(carrier) ?? carrier);
  return keyed(carriers, branch, otherwise, `operator ${carrier}`);
}

function byCaller(node: ByCallerNode, { caller, lists, plan, nowMs }: DecisionFacts): Decision {
  for (const { who, flow } of node.rules) {
    const why = matchCaller(who, caller, lists, plan.tenant, nowMs);
    if (why !== undefined) return { flow, branch: why, why };
  }
  return { flow: node.otherwise, branch: 'otherwise', why: 'no rule fits the caller' };
}

function byPercent(node: ByPercentNode, facts: DecisionFacts): Decision {
  let sum = 0;
  for (const share of node.shares) sum += share.weight;
  const point = facts.random() * sum;
  let passed = 0;
  for (const { weight, flow } of node.shares) {
    passed += weight;
    if (point < passed) {
      const why = `drew ${Math.floor((point * 100) / sum)} of 100`;
      return { flow, branch: `${Math.round((weight * 100) / sum)} %`, why };
    }
  }
  return { flow: node.shares.at(-1)?.flow, branch: 'last', why: 'drew 100 of 100' };
}

/** Whether an announcement is made to this caller, and why (not). */
export function isAnnounced(node: AnnounceNode, facts: DecisionFacts): { said: boolean; why: string } {
  const { plan, switches, caller } = facts;
  if (node.switch !== undefined && !switches.isOn(plan.tenant, node.switch)) {
    return { said: false, why: `switch ${node.switch} is off` };
  }
  const { area } = caller;
  const here = [area.name, area.city, area.code, area.province];
  if (node.areas && !node.areas.some((each) => here.includes(placeKey(each)))) {
    return { said: false, why: `not for ${area.name}` };
  }
  return { said: true, why: node.switch === undefined ? 'always' : `switch ${node.switch} is on` };
}
