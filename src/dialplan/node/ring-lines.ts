/** Rings lines and extensions. It does not answer: the caller pays once somebody does. */
import type { CauseSlug } from '../../shared/cause.ts';
import type { DialStrategy } from '../plan/line-book.ts';
import type { DialOutcome, DialTarget } from '../run/flow-call.ts';
import type { ExtensionNode, Line } from './line.ts';
import { type Exits, hasOtherwise, type NodeRun, seconds, type Ways } from './node-kind.ts';
import type { Flow } from './tree.ts';

/** Ring time of lines that have none of their own. */
const RING_MS = 30_000;

interface Choice {
  readonly key: string;
  readonly weight: number;
  readonly line: Line | ExtensionNode;
  readonly name: string;
}

/** How several are rung; the node that says so. */
interface Ringing {
  readonly strategy?: DialStrategy;
  readonly ringMs?: number;
  readonly sticky?: boolean;
}

/** Cause of a call that ends because of it. */
export function unservedCause({ reason }: DialOutcome): CauseSlug {
  return reason === 'busy' ? 'busy' : 'no-line-answered';
}

/** Ways out of a node that rings: served, a branch, or the next node. */
export function waysOfRinging(node: { readonly otherwise?: Flow }, ways: Ways): Exits {
  return ways.branches({ ends: true, next: !hasOtherwise(node) });
}

/** A line in a few words, for graphs. */
export function titleOfLine(target: string | Line | ExtensionNode): string {
  return typeof target === 'string' ? target : (target.name ?? target.number);
}

export function choiceOf(line: Line | ExtensionNode, declaredAs?: string): Choice {
  return { key: line.number, weight: line.weight ?? 1, line, name: line.name ?? declaredAs ?? line.number };
}

export function targetOf(line: Line | ExtensionNode, ringMs = RING_MS, name?: string): DialTarget {
  return {
    kind: line.type,
    number: line.number,
    name: name ?? line.name ?? line.number,
    ringMs: line.ringMs ?? ringMs,
    ...(line.type === 'line' && line.trunk !== undefined && { trunk: line.trunk }),
  };
}

/** Rings by the strategy; each line is taken while it rings and talks, so that its channel limit holds. */
export async function ringLines(
  choices: readonly Choice[],
  how: Ringing,
  run: NodeRun,
): Promise<DialOutcome> {
  const { lines } = run;
  const strategy = how.strategy ?? 'sequential';
  const path = run.plan.pathOf(how);
  let order = lines.order(choices, strategy, path, () => run.random());
  if (!run.call.answered) run.call.ring();
  if (strategy === 'ring-all')
    return ringTogether(
      order.filter((choice) => isFree(choice, run)),
      how,
      run,
    );
  const last = how.sticky ? lines.lastFor(run.caller.number) : undefined;
  if (last !== undefined) order = [...order].sort((a, b) => Number(b.key === last) - Number(a.key === last));
  let outcome: DialOutcome = { reason: 'unavailable' };
  for (const choice of order) {
    if (!isFree(choice, run)) {
      if (outcome.reason === 'unavailable') outcome = { reason: 'busy' };
      continue;
    }
    const sticky = choice.key === last ? ', answered this caller last' : '';
    run.call.step(`dial ${choice.name}`, `${strategy}${sticky}`);
    const giveBack = lines.take(choice.key);
    try {
      outcome = await run.call.dial({
        targets: [targetOf(choice.line, how.ringMs ?? RING_MS, choice.name)],
        onConnected: () => lines.remember(run.caller.number, choice.key),
      });
    } finally {
      giveBack();
    }
    if (outcome.reason !== 'served') {
      run.call.step(`dial ${choice.name} → ${outcome.reason}`, 'next line');
      continue;
    }
    run.call.step(`dial ${choice.name} → served`, `${seconds(outcome.talkMs)} s`);
    return outcome;
  }
  return outcome;
}

async function ringTogether(choices: readonly Choice[], how: Ringing, run: NodeRun): Promise<DialOutcome> {
  if (choices.length === 0) return { reason: 'busy' };
  const { lines } = run;
  const held = choices.map((choice) => ({ choice, giveBack: lines.take(choice.key) }));
  run.call.step(`dial ${choices.map((choice) => choice.name).join(' ')}`, 'ring-all');
  try {
    return await run.call.dial({
      targets: choices.map((choice) => targetOf(choice.line, how.ringMs ?? RING_MS, choice.name)),
      together: true,
      onConnected: (name) => {
        for (const { choice, giveBack } of held) {
          if (choice.name !== name) giveBack();
          else lines.remember(run.caller.number, choice.key);
        }
      },
    });
  } finally {
    for (const { giveBack } of held) giveBack();
  }
}

function isFree({ line, key, name }: Choice, run: NodeRun): boolean {
  const channels = line.channels ?? 1;
  const active = run.lines.active(key);
  if (active >= channels) {
    run.call.step(`dial ${name} → skipped`, `${active} of ${channels} channels in use`);
    return false;
  }
  if (line.hours === undefined) return true;
  const { plan, switches } = run;
  const { period, why } = plan.calendar(line.hours).at(run.nowMs, (each) => switches.isOn(plan.tenant, each));
  if (period === 'open') return true;
  run.call.step(`dial ${name} → skipped`, why);
  return false;
}
