import type { Hotline } from '../dialplan/node/hotline.ts';
import { eachNode } from '../dialplan/plan/each-node.ts';
import type { FlowCall } from '../dialplan/run/flow-call.ts';
import type { Path } from '../shared/path.ts';

/** Which node a call was at, and when. */
interface Stop {
  readonly hotline: object;
  /** Undefined: in none of them any more. */
  readonly node: object | undefined;
  /** So many facts of calls had been told. */
  readonly facts: number;
}

/** The nodes that a call went through. */
export class Trail {
  readonly #stops: Stop[] = [];
  readonly #facts: () => number;

  /** `facts`: how many have been told so far. */
  constructor(facts: () => number) {
    this.#facts = facts;
  }

  /** `call`, noting the nodes that it enters. */
  watch(call: FlowCall): FlowCall {
    const entered: FlowCall['entered'] = (hotline, node) => {
      this.#stops.push({ hotline, node, facts: this.#facts() });
    };
    return new Proxy(call, {
      get(target, name) {
        if (name === 'entered') return entered;
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => Reflect.apply(value, target, args) as unknown;
      },
      set: (target, name, value) => Reflect.set(target, name, value, target),
    });
  }

  /** Nodes in the order entered, as paths in their hotline. */
  get nodes(): readonly Path[] {
    const paths = new Paths();
    return this.#stops
      .map(({ hotline, node }) => paths.of(hotline, node))
      .filter((path) => path !== undefined);
  }

  /** Where the call was when the fact at each of these places was told; undefined: in no node. */
  at(facts: readonly number[]): readonly (Path | undefined)[] {
    const paths = new Paths();
    return facts.map((fact) => {
      const stop = this.#stops.findLast((each) => each.facts <= fact);
      return stop && paths.of(stop.hotline, stop.node);
    });
  }
}

class Paths {
  readonly #hotlines = new Map<object, ReadonlyMap<object, Path>>();

  of(hotline: object, node: object | undefined): Path | undefined {
    let paths = this.#hotlines.get(hotline);
    if (!paths) {
      const found = new Map<object, Path>();
      eachNode(hotline as Hotline, (each, steps) => {
        if (!found.has(each)) found.set(each, steps);
      });
      paths = found;
      this.#hotlines.set(hotline, paths);
    }
    return node && paths.get(node);
  }
}
