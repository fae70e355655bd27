import type { MediaEndpoint } from '../media/media.ts';
import type { Call } from './call.ts';
import type { Resolved, RingRoute } from './destination.ts';

/** A browser sends audio also while its microphone is muted (RFC 8829 5.2.1): one that sends none so long was closed, or lost its network. */
const BROWSER_SILENCE_MS = 6000;

/** Makes an endpoint for somebody who is called, and gives it with its offer to `place`; it is closed when that throws. */
export async function withOffer(
  call: Call,
  way: Resolved,
  {
    signallingAddress,
    isBrowser,
  }: { [Key in 'signallingAddress' | 'isBrowser']?: RingRoute[Key] | undefined },
  place: (endpoint: MediaEndpoint, sdp: string) => void,
): Promise<void> {
  const { media, rtpTimeoutMs } = call.context;
  const endpoint = await media.createEndpoint({
    callId: call.id,
    ...way.media,
    ...(signallingAddress !== undefined && { signallingAddress }),
    ...(isBrowser && { profile: 'webrtc' }),
    rtpTimeoutMs: isBrowser ? Math.min(rtpTimeoutMs, BROWSER_SILENCE_MS) : rtpTimeoutMs,
    ...(call.hasCaller ? { near: call.caller.media } : {}),
  });
  try {
    place(endpoint, await endpoint.offer());
  } catch (error) {
    await endpoint.close();
    throw error;
  }
}
