/** Where flows can lead: the ground of the checks for loops, unreachable nodes and missing defaults. */
import { branchesOf, nodesOf } from '../node/node-fields.ts';
import type { Flow, FlowNode, Hotline } from '../node/nodes.ts';

/** How a flow can be left: by an end of the call, by going on with the next node. */
export interface Exits {
  readonly ends: boolean;
  readonly next: boolean;
}

const NOWHERE: Exits = { ends: false, next: false };
const ENDS: Exits = { ends: true, next: false };
const NEXT: Exits = { ends: false, next: true };

function either(a: Exits, b: Exits): Exits {
  return { ends: a.ends || b.ends, next: a.next || b.next };
}

/** Ways out of the flows of one hotline; `passive`: for a caller who never presses a key. */
export class ExitMap {
  readonly #passive: boolean;
  readonly #named = new Map<string, Exits>();

  constructor(hotline: Hotline, passive: boolean) {
    this.#passive = passive;
    const flows = Object.entries(hotline.flows ?? {});
    for (const [name] of flows) this.#named.set(name, NOWHERE);
    // Least fixed point: a flow has an exit only if that follows from what is known already.
    for (let changed = true; changed; ) {
      changed = false;
      for (const [name, flow] of flows) {
        const before = this.#named.get(name)!;
        const now = this.of(flow);
        if (now.ends === before.ends && now.next === before.next) continue;
        this.#named.set(name, now);
        changed = true;
      }
    }
  }

  /** Ways out of a flow. */
  of(flow: Flow): Exits {
    let ends = false;
    for (const node of nodesOf(flow)) {
      const exits = this.ofNode(node);
      ends ||= exits.ends;
      if (!exits.next) return { ends, next: false };
    }
    return { ends, next: true };
  }

  /** Ways out of a node. */
  ofNode(node: FlowNode): Exits {
    switch (node.type) {
      case 'play':
      case 'announce':
      case 'set':
        return NEXT;
      case 'voicemail':
      case 'survey':
      case 'hangup':
        return ENDS;
      case 'callback':
        return this.#branches(node, ENDS);
      case 'goto': {
        const there = this.#named.get(node.flow) ?? NOWHERE;
        return there.ends || there.next ? ENDS : NOWHERE;
      }
      case 'subflow':
        return this.#named.get(node.flow) ?? NOWHERE;
      case 'gather':
        return either(this.#passive ? NOWHERE : NEXT, this.#branch(node.otherwise));
      case 'menu':
        return this.#passive
          ? this.#branch(node.otherwise)
          : this.#branches(node, this.#branch(node.otherwise));
      case 'queue':
      case 'dial':
      case 'extension':
      case 'transfer':
        return this.#branches(node, either(ENDS, hasDefault(node) ? NOWHERE : NEXT));
      case 'script':
        return this.#branches(node, NEXT);
      default:
        return this.#branches(node, hasDefault(node) ? NOWHERE : NEXT);
    }
  }

  #branch(flow: Flow | undefined): Exits {
    return flow === undefined ? NEXT : this.of(flow);
  }

  #branches(node: FlowNode, own: Exits): Exits {
    return branchesOf(node).reduce((exits, { flow }) => either(exits, this.of(flow)), own);
  }
}

/** Whether every outcome of a node has a branch of its own. */
export function hasDefault(node: FlowNode): boolean {
  switch (node.type) {
    case 'schedule':
      return Object.hasOwn(node.periods, 'closed');
    case 'byPercent':
      return true;
    case 'byArea':
      return node.otherwise !== undefined;
    case 'queue':
      return node.otherwise !== undefined || (!!node.timeout && !!node.full && !!node.noAgents);
    case 'http':
      return node.otherwise !== undefined && node.select !== undefined;
    case 'menu':
    case 'gather':
    case 'byCarrier':
    case 'byCaller':
    case 'byTrunk':
    case 'byVariable':
    case 'dial':
    case 'extension':
    case 'transfer':
      return node.otherwise !== undefined;
    default:
      return true;
  }
}
