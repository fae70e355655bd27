/** How long to wait before the next try. */
export interface Backoff {
  /** Before the first one; each further one waits twice as long. */
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Between a half and the whole of it, so that clients that lost the same server do not come back at once. */
export function delayMs({ firstMs, longestMs }: Backoff, failures: number): number {
  const whole = Math.min(longestMs, firstMs * 2 ** failures);
  return whole * (0.5 + Math.random() / 2);
}

/** Resolves after that time; at once when the signal says so. */
export async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** A fresh `Idempotency-Key`; also in pages without HTTPS, which have no `crypto.randomUUID`. */
export function idempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
