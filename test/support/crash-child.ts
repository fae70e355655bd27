/**
 * A process that journals calls until it is killed. Argument: where its store is, JSON. Prints a line of JSON after each
 * round: ids of the calls that it knows to be durable, ended and open.
 */
import { systemClock } from '../../src/shared/clock.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { openStore } from '../../src/store/open-store.ts';
import { CallScript, sampleCall } from './call-events.ts';

const store = await openStore(JSON.parse(process.argv[2]!), {
  nodeId: 'n1',
  clock: systemClock,
  logger: silentLogger,
});
const open: CallScript[] = [];
for (let round = 0; ; round++) {
  const ended: string[] = [];
  const append = (script: CallScript, from = 0) => {
    for (const event of script.events.slice(from)) store.journal.append(event);
  };
  const at = Date.now();
  for (let index = 0; index < 20; index++) {
    const script = sampleCall(`whole-${round}-${index}`, { at });
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
    const script = new CallScript(`open-${round}-${index}`, { at }).arrive().emit('answered', {});
    open.push(script);
    append(script);
  }
  await store.journal.flush();
  process.stdout.write(`${JSON.stringify({ ended, open: open.map(({ callId }) => callId) })}\n`);
}
