import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks `question` every `everyMs` until it answers something; only for tests against other processes, which have
 * no manual clock. Throws with `what` (and `show`, for the trace) when `limitMs` is over.
 */
export async function until<Answer>(
  what: string,
  question: () => Answer | undefined | false | Promise<Answer | undefined | false>,
  {
    limitMs = 10_000,
    everyMs = 50,
    show = () => '',
  }: { limitMs?: number; everyMs?: number; show?: () => string } = {},
): Promise<Answer> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await question();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what}\n${show()}`);
    await sleep(everyMs);
  }
}
