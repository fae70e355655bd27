import type { Call } from './call.ts';

/** 183 with SDP: from now on the caller hears what is played, before the answer. Idempotent. */
export async function earlyMedia(call: Call): Promise<void> {
  call.assertOpen();
  if (call.state === 'answered') return;
  const { opening } = call;
  await opening.earlyMedia();
}

/** 200 to the caller; resolves when it is acknowledged. Idempotent. */
export async function answer(call: Call): Promise<void> {
  call.assertOpen();
  if (call.state === 'answered') return;
  await call.opening.answer();
  call.markAnswered();
}
