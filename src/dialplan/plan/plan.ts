import { BUILT_IN_CALENDARS, Calendar } from '../../calendar/calendar.ts';
import type { CalendarRules } from '../../calendar/calendar-rules.ts';
import { type Zone, zoneOf } from '../../calendar/zone.ts';
import { branchesOf } from '../node/branches.ts';
import type { Hotline } from '../node/hotline.ts';
import { kindOf } from '../node/kinds.ts';
import type { ExtensionNode, Line } from '../node/line.ts';
import type { NodePlan } from '../node/node-kind.ts';
import { type Flow, type FlowNode, nodesOf } from '../node/tree.ts';
import type { DialplanNames } from './names.ts';

/** A flow of a hotline, the label of the branch that leads to it, and the path as text. */
export interface FlowRoot {
  readonly name: string;
  readonly flow: Flow;
  /** Way from the hotline to the flow: `flows`, `side`. */
  readonly steps: readonly string[];
}

/**
 * A hotline made ready to run: its calendars worked out, its places by short name, its nodes numbered. Immutable;
 * a call keeps the plan that it began with.
 */
export class Plan implements NodePlan {
  readonly hotline: Hotline;
  readonly names: DialplanNames;
  readonly zone: Zone;
  /** Of a hotline that the database owns, which of its versions this is. */
  readonly version: number | undefined;
  readonly #calendars = new Map<string | CalendarRules, Calendar>();
  readonly #paths = new Map<object, string>();
  readonly #switches = new Set<string>();

  /** Throws ConfigError for a time zone or calendar that cannot be read. */
  constructor(hotline: Hotline, names: DialplanNames, version?: number) {
    this.hotline = hotline;
    this.names = names;
    this.version = version;
    this.zone = zoneOf(hotline.timeZone ?? names.timeZone);
    for (const name of Object.keys(hotline.calendars ?? {})) this.calendar(name);
    for (const root of flowRootsOf(hotline)) this.#visit(root.flow, root.name);
  }

  get number(): string {
    return this.hotline.number;
  }

  get tenant(): string {
    return this.names.tenant;
  }

  /** A calendar by name or rules; throws when it is not one of this plan (check has proved that it is). */
  calendar(calendar: string | CalendarRules): Calendar {
    const made = this.#calendars.get(calendar);
    if (made) return made;
    const named = typeof calendar === 'string';
    const rules = named ? this.#rulesOf(calendar) : calendar;
    if (!rules) throw new Error(`hotline ${this.number} has no calendar ${calendar}`);
    const zone = rules.timeZone ? zoneOf(rules.timeZone) : this.zone;
    const fresh = new Calendar(named ? calendar : 'hours', rules, zone, this.names.holidays);
    this.#calendars.set(calendar, fresh);
    return fresh;
  }

  /** The hotline's own, then those of its company, then the built-in ones. */
  #rulesOf(calendar: string): CalendarRules | undefined {
    return (
      this.hotline.calendars?.[calendar] ?? this.names.calendars.get(calendar) ?? BUILT_IN_CALENDARS[calendar]
    );
  }

  /** The calendars that the hotline declares or uses. */
  get calendars(): readonly Calendar[] {
    return [...this.#calendars.values()];
  }

  /** Switches that the plan looks at or turns. */
  get switches(): ReadonlySet<string> {
    const names = new Set(Object.keys(this.hotline.featureCodes ?? {}));
    for (const { rules } of this.calendars) for (const name of rules.switches ?? []) names.add(name);
    for (const name of this.#switches) names.add(name);
    return names;
  }

  /** Where a node stands in its hotline: `flow.open.1`. The same for the same plan text, so state can hang on it. */
  pathOf(node: object): string {
    return this.#paths.get(node) ?? (node as FlowNode).type;
  }

  flow(name: string): Flow | undefined {
    return this.hotline.flows?.[name];
  }

  surveyOf(queue: string): string | undefined {
    return this.names.queues.get(queue);
  }

  /** A line by its name in the hotline, or as it was written. */
  target(target: string | Line | ExtensionNode): Line | ExtensionNode | undefined {
    return typeof target === 'string' ? this.hotline.lines?.[target] : target;
  }

  #visit(flow: Flow, path: string): void {
    const nodes = nodesOf(flow);
    nodes.forEach((node, index) => {
      const own = nodes.length > 1 ? `${path}[${index}]` : path;
      if (this.#paths.has(node)) return;
      this.#paths.set(node, own);
      const uses = kindOf(node).uses?.(node);
      if (uses?.calendar !== undefined) this.calendar(uses.calendar);
      if (uses?.switch !== undefined) this.#switches.add(uses.switch);
      for (const { label, flow: next } of branchesOf(node)) this.#visit(next, `${own}.${label}`);
    });
  }
}

/** All flows of a hotline with their names; a function flow has none. */
export function flowRootsOf(hotline: Hotline): readonly FlowRoot[] {
  const roots: FlowRoot[] = [];
  const add = (name: string, flow: Flow | undefined, steps: readonly string[] = [name]) => {
    if (flow) roots.push({ name, flow, steps });
  };
  const { vip, limit, blocked } = hotline;
  if (typeof hotline.flow !== 'function') add('flow', hotline.flow);
  for (const [name, flow] of Object.entries(hotline.flows ?? {})) add(name, flow, ['flows', name]);
  add('vip', vip?.flow, ['vip', 'flow']);
  if (typeof blocked === 'object') add('blocked', blocked);
  add('limit', limit?.otherwise, ['limit', 'otherwise']);
  add('afterTalk', hotline.afterTalk);
  add('otherwise', hotline.otherwise);
  return roots;
}
