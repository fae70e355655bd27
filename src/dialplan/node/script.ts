import type { ScriptFunction } from '../run/script-call.ts';
import { SCRIPT_TIMEOUT_MS, WatchedCall } from '../run/watched-call.ts';
import type { Builders, CallOf, DeclaredNames } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { NEXT, type NodeKind } from './node-kind.ts';
import type { Flow, FlowNode } from './tree.ts';

export interface ScriptNode {
  readonly type: 'script';
  readonly run: ScriptFunction;
  /** Name in the trace; the function's own by default. */
  readonly name?: string;
  /** Time that the function may take between two verbs of the call. Default 10000. */
  readonly timeoutMs?: number;
  readonly branches?: { readonly [result: string]: Flow };
  /** A result without a branch. A throw or a timeout goes to the hotline's own `otherwise`. */
  readonly otherwise?: Flow;
}

declare module './tree.ts' {
  interface Nodes {
    readonly script: ScriptNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Runs a function; the string it returns chooses the branch. */
    script(
      run: (call: CallOf<D>) => Promise<string | undefined> | string | undefined,
      options?: ScriptOptions,
    ): FlowNode;
  }
}

export type ScriptOptions = Pick<ScriptNode, 'name' | 'timeoutMs' | 'branches' | 'otherwise'>;

const buildScript: Builders<DeclaredNames>['script'] = (run, options) =>
  rememberPlace({ type: 'script', run, ...options } as FlowNode, buildScript);

export const script: NodeKind<ScriptNode> = {
  word: { en: 'script', zh: '脚本' },
  build: buildScript,
  fields: {
    run: 'function',
    name: 'text?',
    timeoutMs: 'ms?',
    branches: 'flows?',
    otherwise: 'flow?',
  },
  title: ({ name, run }) => `script ${name ?? (run.name || 'function')}`,
  /** Throws what the function throws, or DeadlineError. */
  async run(node, run) {
    const name = node.name ?? (node.run.name || 'script');
    run.call.step(`script ${name}`, 'the plan says so');
    const watched = new WatchedCall(run, name, node.timeoutMs ?? SCRIPT_TIMEOUT_MS);
    const result = await watched.run(node.run);
    if (watched.passage !== 'next') return watched.passage;
    const known = result !== undefined && Object.hasOwn(node.branches ?? {}, result);
    if (result === undefined) return 'next';
    run.call.step(`script ${name} → ${known ? result : 'otherwise'}`, `returned ${result}`);
    return { take: known ? node.branches![result] : node.otherwise };
  },
  exits: (_, ways) => ways.branches(NEXT),
};
