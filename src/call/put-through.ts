import type { Call } from './call.ts';
import type { Directory } from './destination.ts';
import { type DialRequest, type DialStep, dial } from './dial.ts';
import { endRefused } from './end-refused.ts';

/**
 * Connects the caller with one target and ends the call the way that goes: it is over with who of them left first. `otherwise` serves
 * a caller whom nobody answered, and ends his call.
 */
export async function putThrough(
  call: Call,
  directory: Directory,
  step: DialStep,
  talk: DialRequest['talk'],
  otherwise?: (call: Call) => Promise<void>,
): Promise<void> {
  const dialled = await dial(call, directory, [step], { talk, asker: call.arrival.party });
  if (dialled.reason === 'served') call.end(dialled.lostBy ?? 'normal', dialled.by);
  else if (otherwise) await otherwise(call);
  else endRefused(call, dialled.refusal);
}
