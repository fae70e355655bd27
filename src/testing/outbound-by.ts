import type { Outbound } from '../outbound/outbound.ts';
import type { Clock } from '../shared/clock.ts';
import { withDeadline } from '../shared/deadline.ts';

/** The world outside as a function answers for it, in place of the network. */
export function outboundBy(answer: typeof fetch, clock: Clock): Outbound {
  return {
    async ask({ url, method, headers = {}, body, limitMs, maxBytes, signal }) {
      const asked = answer(url, {
        method,
        headers,
        ...(body !== undefined && { body: body as string }),
        ...(signal && { signal }),
      });
      const response = await withDeadline(clock, limitMs, `the answer of ${new URL(url).host}`, asked);
      const whole = Buffer.from(await response.arrayBuffer());
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: whole.subarray(0, maxBytes),
        isWhole: whole.length <= maxBytes,
      };
    },
  };
}
