/** Where flows can lead: the ground of the checks for loops, unreachable nodes and missing defaults. */
import { branchesOf } from '../node/branches.ts';
import type { Hotline } from '../node/hotline.ts';
import { kindOf } from '../node/kinds.ts';
import { type Exits, NEXT, NOWHERE, type Ways } from '../node/node-kind.ts';
import { type Flow, type FlowNode, nodesOf } from '../node/tree.ts';

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
    const ways = this.#waysOf(node);
    const { exits } = kindOf(node);
    return exits ? exits(node, ways) : ways.branches(hasDefault(node) ? NOWHERE : NEXT);
  }

  #waysOf(node: FlowNode): Ways {
    return {
      passive: this.#passive,
      of: (flow) => (flow === undefined ? NEXT : this.of(flow)),
      named: (flow) => this.#named.get(flow) ?? NOWHERE,
      branches: (own) =>
        branchesOf(node).reduce((exits, { flow }) => {
          const { ends, next } = this.of(flow);
          return { ends: exits.ends || ends, next: exits.next || next };
        }, own),
    };
  }
}

/** Whether every outcome of a node has a branch of its own. */
export function hasDefault(node: FlowNode): boolean {
  return kindOf(node).hasDefault?.(node) ?? true;
}
