import { earlyMedia } from '../call/answer.ts';
import type { Call } from '../call/call.ts';
import { play } from '../call/gather.ts';
import type { FlowFeatures } from '../dialplan/run/live-call.ts';

/** A call out that the phone has no right to: said before any answer, then 403. Nothing goes to a carrier. */
export async function refuseOutside(
  call: Call,
  features: Pick<FlowFeatures, 'promptItems'>,
  why: string,
): Promise<void> {
  call.note('step', { step: 'outside', why });
  await earlyMedia(call);
  call.segment('ivr', 'outside');
  await play(call, call.caller, features.promptItems(call.arrival.tenantId, ['no-right']));
  call.end('forbidden');
}
