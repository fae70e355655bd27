import { shortPlace } from '../../numbering/area.ts';
import { BUILT_IN_CALENDARS, Calendar } from '../calendar/calendar.ts';
import { type Zone, zoneOf } from '../calendar/zone.ts';
import { branchesOf, nodesOf } from '../node/node-fields.ts';
import type { CalendarRules, ExtensionNode, Flow, FlowNode, Hotline, Line } from '../node/nodes.ts';
import type { DialplanNames } from './names.ts';

/** A flow of a hotline, the label of the branch that leads to it, and the path as text. */
export interface FlowRoot {
  readonly name: string;
  readonly flow: Flow;
}

/**
 * A hotline made ready to run: its calendars worked out, its places by short name, its nodes numbered. Immutable;
 * a call keeps the plan that it began with.
 */
export class Plan {
  readonly hotline: Hotline;
  readonly names: DialplanNames;
  readonly zone: Zone;
  readonly #calendars = new Map<string | CalendarRules, Calendar>();
  readonly #places = new Map<object, ReadonlyMap<string, Flow>>();
  readonly #paths = new Map<FlowNode, string>();

  /** Throws ConfigError for a time zone or calendar that cannot be read. */
  constructor(hotline: Hotline, names: DialplanNames) {
    this.hotline = hotline;
    this.names = names;
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
    const rules = named ? (this.hotline.calendars?.[calendar] ?? BUILT_IN_CALENDARS[calendar]) : calendar;
    if (!rules) throw new Error(`hotline ${this.number} has no calendar ${calendar}`);
    const zone = rules.timeZone ? zoneOf(rules.timeZone) : this.zone;
    const fresh = new Calendar(named ? calendar : 'hours', rules, zone, this.names.holidays);
    this.#calendars.set(calendar, fresh);
    return fresh;
  }

  /** The calendars that the hotline declares or uses. */
  get calendars(): readonly Calendar[] {
    return [...this.#calendars.values()];
  }

  /** Switches that the plan looks at or turns. */
  get switches(): ReadonlySet<string> {
    const names = new Set(Object.keys(this.hotline.featureCodes ?? {}));
    for (const { rules } of this.calendars) for (const name of rules.switches ?? []) names.add(name);
    for (const node of this.#paths.keys()) {
      if (node.type === 'announce' && node.switch !== undefined) names.add(node.switch);
    }
    return names;
  }

  /** The branches of a `byArea` node by short name of the place. */
  placesOf(areas: Readonly<Record<string, Flow>>): ReadonlyMap<string, Flow> {
    let places = this.#places.get(areas);
    if (!places) {
      places = new Map(Object.entries(areas).map(([name, flow]) => [placeKey(name), flow]));
      this.#places.set(areas, places);
    }
    return places;
  }

  /** Where a node stands in its hotline: `flow.open.1`. The same for the same plan text, so state can hang on it. */
  pathOf(node: FlowNode): string {
    return this.#paths.get(node) ?? node.type;
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
      if (node.type === 'schedule') this.calendar(node.calendar);
      for (const { label, flow: next } of branchesOf(node)) this.#visit(next, `${own}.${label}`);
    });
  }
}

/** Key of a place in a `byArea` branch: an area code as it is, a name in its short form. */
export function placeKey(name: string): string {
  return /^\d/.test(name) ? name : shortPlace(name);
}

/** All flows of a hotline with their names; a function flow has none. */
export function flowRootsOf(hotline: Hotline): readonly FlowRoot[] {
  const roots: FlowRoot[] = [];
  if (typeof hotline.flow !== 'function') roots.push({ name: 'flow', flow: hotline.flow });
  for (const [name, flow] of Object.entries(hotline.flows ?? {})) roots.push({ name, flow });
  if (hotline.vip?.flow) roots.push({ name: 'vip', flow: hotline.vip.flow });
  if (typeof hotline.blocked === 'object') roots.push({ name: 'blocked', flow: hotline.blocked });
  if (hotline.limit?.otherwise) roots.push({ name: 'limit', flow: hotline.limit.otherwise });
  if (hotline.afterTalk) roots.push({ name: 'afterTalk', flow: hotline.afterTalk });
  if (hotline.otherwise) roots.push({ name: 'otherwise', flow: hotline.otherwise });
  return roots;
}
