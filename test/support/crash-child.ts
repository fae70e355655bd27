/**
 * A process that journals calls and registers phones until it is killed. Arguments: where its store is, and the moment of
 * its death (none: somebody else kills it), both JSON. Prints a line of JSON after each round: what it knows to be durable.
 */
import { setImmediate } from 'node:timers/promises';
import { systemClock } from '../../src/shared/clock.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { openStore } from '../../src/store/open-store.ts';
import { CallScript, sampleCall } from './call-events.ts';

/** While the batch of round `round` is written: so many turns of the event loop after it was handed over. */
export interface Moment {
  readonly round: number;
  readonly turns: number;
}

/** What was durable after a round. */
export interface CrashReport {
  /** Calls that have ended, in this round. */
  readonly ended: readonly string[];
  /** Calls that are open. */
  readonly open: readonly string[];
  /** The contact that was registered in this round. */
  readonly contact: string;
}

const store = await openStore(JSON.parse(process.argv[2]!), {
  nodeId: 'n1',
  clock: systemClock,
  logger: silentLogger,
});
const death = JSON.parse(process.argv[3] ?? 'null') as Moment | null;
const open: CallScript[] = [];
for (let round = 0; ; round++) {
  const ended: string[] = [];
  const append = (script: CallScript, from = 0) => {
    for (const event of script.events.slice(from)) store.journal.append(event);
  };
  const at = Date.now();
  const name = `${process.pid}-${round}`;
  for (let index = 0; index < 20; index++) {
    const script = sampleCall(`whole-${name}-${index}`, { at });
    append(script);
    ended.push(script.callId);
  }
  // A call of the round before ends in this one: its events are spread over two batches.
  const earlier = open.shift();
  if (earlier) {
    const before = earlier.events.length;
    append(earlier.after(5).end(), before);
    ended.push(earlier.callId);
  }
  for (let index = 0; index < 3; index++) {
    const script = new CallScript(`open-${name}-${index}`, { at }).arrive().emit('answered', {});
    open.push(script);
    append(script);
  }
  const flushed = store.journal.flush();
  if (round === death?.round) {
    for (let turn = 0; turn < death.turns; turn++) await setImmediate();
    process.kill(process.pid, 'SIGKILL');
  }
  await flushed;
  const contact = `sip:${name}@10.0.0.1`;
  const from = { source: 'udp:10.0.0.1:5060', userAgent: undefined, path: [] };
  const binding = { tenantId: 'demo', aor: 'sip:8001@pbx', key: contact, contact, q: 1000, ...from };
  await store.bindings.apply([{ ...binding, expiresAt: at, callId: name, cseq: 1 }], []);
  const report: CrashReport = { ended, open: open.map(({ callId }) => callId), contact };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}
