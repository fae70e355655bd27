import type { Calendar } from '../../calendar/calendar.ts';
import type { CalendarRules } from '../../calendar/calendar-rules.ts';
import type { NumberLists } from '../../numbering/number-list.ts';
import type { Outbound } from '../../outbound/outbound.ts';
import type { Announcement } from '../../provisioning/kind/announcement.ts';
import type { CauseSlug } from '../../shared/cause.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Caller } from '../plan/caller-match.ts';
import type { LineBook } from '../plan/line-book.ts';
import type { PhoneNumbers } from '../plan/phone-numbers.ts';
import type { Switches } from '../plan/switches.ts';
import type { FlowCall } from '../run/flow-call.ts';
import type { Fields } from './fields.ts';
import type { ExtensionNode, Line } from './line.ts';
import type { Flow, FlowNode } from './tree.ts';

/** What a node sees of the plan that it stands in. */
export interface NodePlan {
  readonly number: string;
  readonly tenant: string;
  /** A calendar by name or rules. */
  calendar(calendar: string | CalendarRules): Calendar;
  /** A line by its name in the hotline, or as it was written. */
  target(target: string | Line | ExtensionNode): Line | ExtensionNode | undefined;
  /** A flow that the hotline declares. */
  flow(name: string): Flow | undefined;
  /** Where a node stands: the same for the same plan text, so state can hang on it. */
  pathOf(node: object): string;
  /** Survey that follows the talks of a queue. */
  surveyOf(queue: string): string | undefined;
}

/** What a decision may look at. */
export interface DecisionFacts {
  readonly plan: NodePlan;
  readonly caller: Caller;
  /** Undefined: the call did not come over one. */
  readonly trunk: string | undefined;
  readonly nowMs: number;
  readonly variables: ReadonlyMap<string, string>;
  /** Variables whose values are told to nobody: a PIN. */
  readonly secrets: ReadonlySet<string>;
  readonly lists: NumberLists;
  readonly switches: Switches;
  /** Announcements (停电公告) of the company, as they stand now. */
  announcements(): readonly Announcement[];
  random(): number;
}

export interface Decision {
  /** Undefined: no branch and no default; the call goes on with the next node. */
  readonly flow: Flow | undefined;
  /** Branch taken. */
  readonly branch: string;
  readonly why: string;
}

/** What some services outside know the company by. */
export interface ServiceSecret {
  readonly value: string;
  /** Those that are told it. */
  readonly hosts: readonly string[];
}

/** One call on its way through a plan, as its nodes see it. */
export interface NodeRun extends DecisionFacts {
  readonly call: FlowCall;
  readonly secrets: Set<string>;
  readonly clock: Clock;
  /** What the engine remembers of lines. */
  readonly lines: LineBook;
  readonly outbound: Outbound;
  /** Phones of the company, as they stand now. */
  phones(): PhoneNumbers;
  /** A secret of the company, as it stands now. */
  secret(name: string): ServiceSecret | undefined;
  /** Added in every queue (VIP). */
  readonly priority: number;
  /** What the caller last could not have, for the cause of a call that ends unserved. */
  unserved: CauseSlug | undefined;
  /** Survey of the queue that served the caller, for hotlines that have none of their own. */
  queueSurvey: string | undefined;
}

/**
 * How a flow left a node. `next`: go on with the next one. `served`: the caller talked with somebody. `settled`:
 * all is done. A flow's name: go on there and do not come back.
 */
export type Passage = 'next' | 'served' | 'settled' | { readonly goto: string };

/** What a node asks for: to leave it so, or to take one of its branches (none: the next node). */
export type Way = Passage | { readonly take: Flow | undefined };

/** How a flow can be left: by an end of the call, by going on with the next node. */
export interface Exits {
  readonly ends: boolean;
  readonly next: boolean;
}

export const NOWHERE: Exits = { ends: false, next: false };
export const ENDS: Exits = { ends: true, next: false };
export const NEXT: Exits = { ends: false, next: true };

/** Where flows lead, for {@link NodeKind.exits}. */
export interface Ways {
  /** For a caller who never presses a key. */
  readonly passive: boolean;
  /** Ways out of a branch; one that is not there goes on. */
  of(flow: Flow | undefined): Exits;
  /** Ways out of a flow that the hotline declares. */
  named(flow: string): Exits;
  /** `own` and the ways out of all branches. */
  branches(own: Exits): Exits;
}

/** Names of the hotline that a node uses. */
export interface Uses {
  readonly flow?: string;
  readonly calendar?: string | CalendarRules;
  readonly switch?: string;
  readonly targets?: readonly (string | Line | ExtensionNode)[];
}

/**
 * A kind of node: all that the builders, the checks, the runner and the graphs know of it. A new one is a file of this
 * folder and a line in `kinds.ts`.
 */
export interface NodeKind<Node extends FlowNode = FlowNode> {
  /** Makes one: the word of the dialplan. */
  readonly build: (...args: never[]) => object;
  /** What people call it. */
  readonly word: { readonly en: string; readonly zh: string };
  readonly fields: Fields;
  /** The node in a few words, for graphs. */
  title(node: Node): string;
  /** Decides at once, without doing anything with the call: same caller, time and state, same branch. */
  decide?(node: Node, facts: DecisionFacts): Decision;
  /** Does what the node says; there where `decide` is not. */
  run?(node: Node, run: NodeRun): Promise<Way>;
  /** Whether every outcome has a branch of its own. Left out: it has no outcomes to branch by. */
  hasDefault?(node: Node): boolean;
  /** Ways out. Left out: its branches, and the next node where an outcome has no branch. */
  exits?(node: Node, ways: Ways): Exits;
  uses?(node: Node): Uses;
  /** What its fields must be to one another, and to the hosts of the company's secrets; each was proved by itself before. */
  mistake?(
    node: Node,
    names: { readonly secrets: ReadonlyMap<string, readonly string[]> },
  ): { readonly field: string; readonly message: string; readonly fix: string } | undefined;
}

/** For nodes whose outcomes all go to `otherwise` when they have no branch. */
export const hasOtherwise = (node: { readonly otherwise?: Flow }): boolean => node.otherwise !== undefined;

/** The branch of a key, else `otherwise`. */
export function keyed(
  branches: Readonly<Record<string, Flow>>,
  key: string,
  otherwise: Flow | undefined,
  why: string,
): Decision {
  if (Object.hasOwn(branches, key)) return { flow: branches[key], branch: key, why };
  return { flow: otherwise, branch: 'otherwise', why };
}

/** Whole seconds, for the record. */
export function seconds(ms: number): number {
  return Math.round(ms / 1000);
}
