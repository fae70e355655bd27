/** Nodes that settle a call. */
import type { CallbackNode, HangupNode } from '../node/nodes.ts';
import type { FlowRun, Passage, Way } from './flow-run.ts';
import { seconds } from './queue-node.ts';

export async function voicemail(box: string, run: FlowRun): Promise<Passage> {
  run.call.step(`voicemail ${box}`, 'the plan says so');
  await run.call.answer();
  const { left, durationMs } = await run.call.voicemail(box);
  run.call.step(
    `voicemail ${box} → ${left ? 'left' : 'empty'}`,
    left ? `${seconds(durationMs)} s` : 'no message',
  );
  return 'settled';
}

/** Promises nothing to who withholds his number: nobody could keep it. */
export async function callback(node: CallbackNode, run: FlowRun): Promise<Way> {
  const { number } = run.caller;
  if (number === '') {
    run.call.step(`callback ${node.queue} → otherwise`, 'the number is withheld');
    return { take: node.otherwise };
  }
  run.call.step(`callback ${node.queue}`, `promised to ${number}`);
  await run.call.answer();
  await run.call.callback(node.queue);
  if (node.prompt) await run.call.play(node.prompt);
  return 'settled';
}

/** Before the answer it is a rejection; a prompt then is early media, and the caller pays nothing. */
export async function hangup(node: HangupNode, run: FlowRun): Promise<Passage> {
  const { call } = run;
  const cause = node.cause ?? 'normal';
  call.step(`hangup ${cause}`, 'the plan says so');
  if (node.prompt) {
    if (!call.answered) await call.earlyMedia();
    await call.play(node.prompt);
  }
  await call.hangup(cause);
  return 'settled';
}
