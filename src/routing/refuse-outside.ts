import { earlyMedia } from '../call/answer.ts';
import type { Call } from '../call/call.ts';
import type { OutsideRefusal } from '../call/destination.ts';
import { play } from '../call/gather.ts';
import type { FlowFeatures } from '../dialplan/run/live-call.ts';

/** A call out that the phone has no right to, or whose limit is reached: said before any answer, then 403. Nothing goes to a carrier. */
export async function refuseOutside(
  call: Call,
  features: Pick<FlowFeatures, 'promptItems'>,
  { bar, why }: OutsideRefusal,
): Promise<void> {
  const prompt = bar === 'outside-limit' ? 'outside-limit' : 'no-right';
  call.log.warn({ extension: call.arrival.caller, rule: bar }, 'a call out was refused');
  call.note('barred', { rule: bar });
  call.note('step', { step: 'outside', why });
  await earlyMedia(call);
  call.segment('ivr', 'outside');
  await play(call, call.caller, features.promptItems(call.arrival.tenantId, [prompt], call.speech));
  call.end('forbidden');
}
