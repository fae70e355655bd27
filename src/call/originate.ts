import type { Call } from './call.ts';
import type { Directory } from './destination.ts';
import type { DialRequest } from './dial.ts';
import { endRefused } from './end-refused.ts';
import { OutboundOpening } from './opening.ts';
import { putThrough } from './put-through.ts';
import { ring } from './ring.ts';

/** Our end is rung so long; the other one as long as when a phone dials it. */
const OWN_RING_MS = 30_000;
const FAR_RING_MS = 60_000;

/**
 * Runs a call that the engine begins (点击呼叫, click to call): rings the extension that the arrival names, which shows
 * the number to be called, then calls that number and connects the two; a hotline of the tenant's own serves the extension.
 * Ends the call when one of them does not answer;
 * rejects with ClosedError when it ends otherwise.
 */
export async function originate(call: Call, directory: Directory, talk: DialRequest['talk']): Promise<void> {
  const { caller, called } = call.arrival;
  if (!(await openAtPhone(call, directory, caller))) return;
  const inside = directory.inside(called, call.arrival.tenantId);
  if (inside) return void (await inside(call));
  const target = { name: called, destination: directory.find(called, call.arrival.tenantId) };
  await putThrough(call, directory, { target, ringMs: FAR_RING_MS }, talk);
}

/**
 * Rings the phone of an extension, which shows the number that was called, and opens the call with it: who answers is its caller. False:
 * nobody answered, and the call has ended.
 */
export async function openAtPhone(call: Call, directory: Directory, extension: string): Promise<boolean> {
  const own = { name: extension, destination: { kind: 'extension', number: extension } } as const;
  call.segment('ring', extension);
  const rung = await ring(call, directory, [own], {
    ringMs: OWN_RING_MS,
    reason: 'originate',
    shows: call.arrival.called,
  });
  if (!rung.answered) {
    endRefused(call, rung.outcomes.get(own), 'caller');
    return false;
  }
  call.open(new OutboundOpening(rung.leg));
  call.markAnswered();
  return true;
}
