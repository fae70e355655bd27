/** Thread of the number tester: it may think as long as it likes, calls go on beside it. */
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { Config } from '../config/config.ts';
import { asError, PbxError } from '../shared/errors.ts';
import { TestBench } from './test-bench.ts';
import type { Notice, Order, ReplayAnswer, ReplayOrder } from './test-order.ts';

// On Linux this is about the thread that says it: calls come first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

/** Calls of a replay that are told at once. */
const PART = 10;

const bench = new TestBench(workerData as Config);
const tell = (notice: Notice) => parentPort!.postMessage(notice);

async function replay(order: ReplayOrder): Promise<ReplayAnswer> {
  let calls: string[] = [];
  return await bench.replay(order, (call, done, total) => {
    calls.push(call);
    if (calls.length < PART && done < total) return;
    tell({ tell: 'part', calls, done, total });
    calls = [];
  });
}

function answerTo(order: Order): Promise<unknown> {
  if (order.do === 'simulate') return bench.simulate(order);
  return order.do === 'ways' ? bench.ways(order) : replay(order);
}

parentPort!.on('message', async (order: Order) => {
  try {
    tell({ tell: 'done', answer: await answerTo(order) });
  } catch (thrown) {
    if (!(thrown instanceof PbxError)) return tell({ tell: 'failed', error: asError(thrown) });
    const { code, message, flaws } = thrown;
    tell({ tell: 'refused', refusal: { code, message, ...(flaws && { flaws }) } });
  }
});
