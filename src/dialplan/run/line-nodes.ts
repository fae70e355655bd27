/** Nodes that ring lines and extensions. They do not answer: the caller pays once somebody does. */

import type { CauseSlug } from '../../shared/cause.ts';
import type { DialNode, ExtensionNode, Line, TransferNode } from '../node/nodes.ts';
import type { DialOutcome, DialTarget } from './flow-call.ts';
import type { FlowRun, Way } from './flow-run.ts';
import { seconds } from './queue-node.ts';

const RING_MS = 30_000;

interface Choice {
  readonly key: string;
  readonly weight: number;
  readonly line: Line | ExtensionNode;
  readonly name: string;
}

export async function dialNode(node: DialNode, run: FlowRun): Promise<Way> {
  const choices = node.targets.flatMap((target) => {
    const line = run.plan.target(target);
    return line ? [choiceOf(line, typeof target === 'string' ? target : undefined)] : [];
  });
  const outcome = await ring(choices, node, run);
  if (outcome.reason === 'served') return 'served';
  run.unserved = unserved(outcome);
  const own =
    outcome.reason === 'busy' ? node.busy : outcome.reason === 'no-answer' ? node.noAnswer : undefined;
  run.call.step(`dial → ${own ? outcome.reason : 'otherwise'}`, `no line took the call: ${outcome.reason}`);
  return { take: own ?? node.otherwise };
}

export async function extensionNode(node: ExtensionNode, run: FlowRun): Promise<Way> {
  const outcome = await ring([choiceOf(node)], { ringMs: RING_MS }, run);
  if (outcome.reason === 'served') return 'served';
  run.unserved = unserved(outcome);
  run.call.step(`extension ${node.number} → otherwise`, outcome.reason);
  return { take: node.otherwise };
}

export async function transferNode(node: TransferNode, run: FlowRun): Promise<Way> {
  const line = run.plan.target(node.target);
  if (!line) return { take: node.otherwise };
  const { name } = choiceOf(line);
  run.call.step(`transfer ${name}`, 'the plan says so');
  const outcome = await run.call.transfer(targetOf(line, RING_MS));
  if (outcome.reason === 'served') return 'settled';
  run.unserved = unserved(outcome);
  run.call.step('transfer → otherwise', outcome.reason);
  return { take: node.otherwise };
}

/** Cause of a call that ends because of it. */
function unserved({ reason }: DialOutcome): CauseSlug {
  return reason === 'busy' ? 'busy' : 'no-line-answered';
}

function choiceOf(line: Line | ExtensionNode, declaredAs?: string): Choice {
  return { key: line.number, weight: line.weight ?? 1, line, name: line.name ?? declaredAs ?? line.number };
}

function targetOf(line: Line | ExtensionNode, ringMs: number, name?: string): DialTarget {
  return {
    kind: line.type,
    number: line.number,
    name: name ?? line.name ?? line.number,
    ringMs: line.ringMs ?? ringMs,
    ...(line.type === 'line' && line.trunk !== undefined && { trunk: line.trunk }),
  };
}

/** Rings by the strategy; each line is taken while it rings and talks, so that its channel limit holds. */
async function ring(
  choices: readonly Choice[],
  how: Pick<DialNode, 'strategy' | 'ringMs' | 'sticky'> & { readonly type?: string },
  run: FlowRun,
): Promise<DialOutcome> {
  const { lines } = run.counters;
  const strategy = how.strategy ?? 'sequential';
  const path = run.plan.pathOf(how as DialNode);
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
    outcome = await ringOne(choice, how.ringMs ?? RING_MS, run);
    if (outcome.reason !== 'served') {
      run.call.step(`dial ${choice.name} → ${outcome.reason}`, 'next line');
      continue;
    }
    run.call.step(`dial ${choice.name} → served`, `${seconds(outcome.talkMs)} s`);
    return outcome;
  }
  return outcome;
}

async function ringOne(choice: Choice, ringMs: number, run: FlowRun): Promise<DialOutcome> {
  const giveBack = run.counters.lines.take(choice.key);
  try {
    return await run.call.dial({
      targets: [targetOf(choice.line, ringMs, choice.name)],
      onConnected: () => run.counters.lines.remember(run.caller.number, choice.key),
    });
  } finally {
    giveBack();
  }
}

async function ringTogether(
  choices: readonly Choice[],
  how: Pick<DialNode, 'ringMs'>,
  run: FlowRun,
): Promise<DialOutcome> {
  if (choices.length === 0) return { reason: 'busy' };
  const { lines } = run.counters;
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

function isFree({ line, key, name }: Choice, run: FlowRun): boolean {
  const channels = line.channels ?? 1;
  const active = run.counters.lines.active(key);
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
