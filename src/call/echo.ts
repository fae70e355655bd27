import { sleep } from '../shared/deadline.ts';
import { answer } from './answer.ts';
import type { Call } from './call.ts';

/** Nobody tests a line for longer; a receiver that lies beside its phone must not keep a port for ever. */
const LIMIT_MS = 600_000;

/**
 * Answers and gives the caller back what he says (回声测试), so that he hears how long his voice travels and what is lost on
 * the way; the figures are in the record. Resolves after ten minutes; rejects with ClosedError when he hangs up. A media
 * engine that has no echo refuses the call.
 */
export async function echo(call: Call): Promise<void> {
  call.assertOpen();
  const { media, clock } = call.context;
  if (!media.capabilities.echo) {
    call.note('step', { step: 'echo', why: 'the media engine has no echo' });
    return call.end('unsupported');
  }
  await answer(call);
  call.segment('ivr', 'echo');
  const loop = await media.echo(call.caller.media);
  try {
    await sleep(clock, LIMIT_MS, call.signal);
  } finally {
    await loop.close();
  }
}
