import type { MediaBridge } from '../media.ts';
import type { RtpengineEndpoint } from './rtpengine-endpoint.ts';

/**
 * Two rtpengine calls whose inner parties are each other's ports; they may stand on different servers. Of one call alone its
 * inner port sends to itself: an echo.
 */
export class RtpengineBridge implements MediaBridge {
  readonly #a: RtpengineEndpoint;
  readonly #b: RtpengineEndpoint;
  #closed: Promise<void> | undefined;

  private constructor(a: RtpengineEndpoint, b: RtpengineEndpoint) {
    this.#a = a;
    this.#b = b;
  }

  /** Throws ClosedError when one of them is closed. */
  static async open(a: RtpengineEndpoint, b: RtpengineEndpoint): Promise<RtpengineBridge> {
    a.checkOpen();
    b.checkOpen();
    const bridge = new RtpengineBridge(a, b);
    const onGone = () => void bridge.close();
    await Promise.all(a === b ? [a.link(a, onGone)] : [a.link(b, onGone), b.link(a, onGone)]);
    return bridge;
  }

  close(): Promise<void> {
    this.#closed ??= Promise.all([this.#a.unlink(this.#b), this.#b.unlink(this.#a)]).then(() => {});
    return this.#closed;
  }
}
