/**
 * The ACD's core alone: a day of a large call centre, then a million random inputs. `npm run bench:acd`; prints one JSON line
 * for each. Fails when the day takes longer than a minute, a decision longer than 100 us at p99, or a rule is broken.
 */
import { AcdCore } from '../../src/acd/core/acd-core.ts';
import { Deadlines } from '../../src/acd/core/deadlines.ts';
import type { AcdInput } from '../../src/acd/core/inputs.ts';
import { STRATEGIES } from '../../src/acd/core/strategy/strategies.ts';
import { seededIds } from '../../src/shared/ids.ts';
import { AcdWorld } from '../support/acd-world.ts';
import { queueSettings } from '../support/queue-settings.ts';

const AGENTS = 2_000;
const QUEUES = 200;
/** Each agent serves so many queues. */
const QUEUES_OF_AGENT = 3;
const CALLS_PER_HOUR = 20_000;
const HOURS = 24;
const HOUR_MS = 3_600_000;
const TALK_MS = 180_000;
const WRAP_UP_MS = 20_000;
const RANDOM_INPUTS = 1_000_000;
const INPUTS_OF_SEED = 10_000;
const DAY_LIMIT_S = 60;
const DECISION_LIMIT_US = 100;

const { random } = seededIds(400);
const exponential = (meanMs: number) => Math.ceil(-Math.log(1 - random()) * meanMs);

/** Takes the inputs of a day in their order, and notes how long the core took for each that made it offer agents. */
class Day {
  readonly core = new AcdCore(seededIds(1).random);
  readonly due = new Deadlines<AcdInput>();
  readonly decisionsUs: number[] = [];
  now = 0;
  inputs = 0;
  answered = 0;
  lost = 0;
  #lastLeg = 0;

  constructor() {
    const strategies = Object.keys(STRATEGIES) as (keyof typeof STRATEGIES)[];
    const agents = Array.from({ length: AGENTS }, (_, index) => ({
      id: String(index),
      extension: String(index),
      level: 1 + (index % 5),
    }));
    const queues = Array.from({ length: QUEUES }, (_, index) =>
      queueSettings({
        name: `q${index}`,
        strategy: strategies[index % strategies.length]!,
        agents: agents
          .filter((__, agent) => (index - (agent % QUEUES) + QUEUES) % QUEUES < QUEUES_OF_AGENT)
          .map(({ id }) => id),
        ringMs: 15_000,
        maxCallers: 1_000,
        wrapUpMs: WRAP_UP_MS,
      }),
    );
    for (const { extension } of agents) this.take({ type: 'phone', extension, reachable: true });
    this.take({ type: 'set-up', agents, queues });
  }

  run(): void {
    let call = 0;
    let nextCallAt = 0;
    for (;;) {
      const nextAt = Math.min(nextCallAt, this.due.next ?? Infinity, this.core.wakeAt ?? Infinity);
      if (nextAt >= HOURS * HOUR_MS) return;
      this.now = nextAt;
      if (nextAt === nextCallAt) {
        call += 1;
        nextCallAt += exponential(HOUR_MS / CALLS_PER_HOUR);
        this.#arrives(`c${call}`);
      } else this.take(this.due.take(this.now) ?? { type: 'time' });
    }
  }

  take(input: AcdInput): void {
    this.inputs += 1;
    const began = performance.now();
    const commands = this.core.take(input, this.now);
    const tookUs = (performance.now() - began) * 1_000;
    let decided = false;
    for (const command of commands) {
      if (command.type === 'explain') decided = true;
      if (command.type === 'agent-changed' && command.did === 'answer') this.answered += 1;
      if (command.type === 'ring' || command.type === 'ring-more')
        this.#rings(command.visit, command.reservation, command.agents);
      if (command.type === 'turned-away') this.lost += 1;
    }
    if (decided) this.decisionsUs.push(tookUs);
  }

  #arrives(visit: string): void {
    const queue = `q${Math.floor(random() * QUEUES)}`;
    this.take({
      type: 'asked',
      visit,
      callId: visit,
      caller: '',
      queue,
      priority: Math.floor(random() ** 4 * 3),
    });
    this.take({ type: 'joined', visit });
  }

  #rings(
    visit: string,
    reservation: number,
    agents: readonly { readonly agent: string; readonly extension: string }[],
  ): void {
    let isTaken = false;
    for (const { agent, extension } of agents) {
      this.#lastLeg += 1;
      const leg = `l${this.#lastLeg}`;
      const at = this.now + 2_000 + Math.floor(random() * 8_000);
      this.due.add(this.now + 50, { type: 'leg-opened', leg, extension });
      if (random() < 0.9 && !isTaken) {
        isTaken = true;
        const endsAt = at + exponential(TALK_MS);
        this.due.add(at, { type: 'answered', visit, reservation, agent, leg });
        this.due.add(endsAt, { type: 'leg-ended', leg });
        this.due.add(endsAt, { type: 'left', visit });
      } else {
        this.due.add(at, {
          type: 'ring-failed',
          reservation,
          agent,
          miss: isTaken ? undefined : 'no-answer',
        });
        this.due.add(at, { type: 'leg-ended', leg });
      }
    }
  }
}

function percentile(sorted: Float64Array, share: number): number {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]! * 10) / 10;
}

function simulateDay(): boolean {
  const day = new Day();
  const began = performance.now();
  day.run();
  const seconds = (performance.now() - began) / 1_000;
  const sorted = Float64Array.from(day.decisionsUs).sort();
  const p99Us = percentile(sorted, 0.99);
  console.log(
    JSON.stringify({
      bench: 'acd-day',
      agents: AGENTS,
      queues: QUEUES,
      callsPerHour: CALLS_PER_HOUR,
      hours: HOURS,
      inputs: day.inputs,
      answered: day.answered,
      lost: day.lost,
      seconds: Math.round(seconds * 10) / 10,
      decisions: sorted.length,
      decisionUs: { p50: percentile(sorted, 0.5), p99: p99Us, max: percentile(sorted, 1) },
    }),
  );
  return seconds < DAY_LIMIT_S && p99Us < DECISION_LIMIT_US;
}

function playRandom(): void {
  const began = performance.now();
  let inputs = 0;
  for (let seed = 1_000; inputs < RANDOM_INPUTS; seed++) {
    const world = new AcdWorld(seed);
    try {
      while (world.inputs < INPUTS_OF_SEED) world.step();
      world.end();
    } catch (error) {
      throw new Error(`seed ${seed}, input ${world.inputs}`, { cause: error });
    }
    inputs += world.inputs;
  }
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  console.log(JSON.stringify({ bench: 'acd-random-inputs', inputs, seconds, broken: 0 }));
}

const isFast = simulateDay();
playRandom();
if (!isFast) {
  console.error(`a day over ${DAY_LIMIT_S} s, or a decision over ${DECISION_LIMIT_US} us at p99`);
  process.exitCode = 1;
}
