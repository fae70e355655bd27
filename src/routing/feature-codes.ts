import { answer } from '../call/answer.ts';
import type { Call } from '../call/call.ts';
import { play } from '../call/gather.ts';
import type { FlowFeatures } from '../dialplan/run/live-call.ts';

/** Whether somebody dials a feature code (功能码): a number never begins so. */
export function isFeatureCode(called: string): boolean {
  return called.startsWith('*') || called.startsWith('#');
}

/** A code that the company does not have: said to the caller, and never sent to a carrier. */
export async function refuseCode(call: Call, features: Pick<FlowFeatures, 'promptItems'>): Promise<void> {
  call.note('step', { step: 'feature code', why: `there is no feature code ${call.arrival.called}` });
  await answer(call);
  call.segment('ivr', 'feature code');
  await play(call, call.caller, features.promptItems(['invalid-key']));
  call.end('unknown-number');
}
