import { createSocket } from 'node:dgram';
import { RTP_HEADER_BYTES, writeRtpHeader } from '../../rtp/rtp-packet.ts';
import type { Clock, Timer } from '../../shared/clock.ts';
import type { MediaAddress } from '../audio-sdp.ts';

const FRAME_MS = 20;
const FRAME_SAMPLES = 160;
const PCMA = 8;
/** A-law of zero. */
const SILENCE = 0xd5;

/**
 * Silence in RTP to an endpoint's inner port. rtpengine puts digits only into a stream that runs, and an endpoint
 * that is not bridged has none.
 */
export class SilenceFeed {
  readonly #socket = createSocket('udp4');
  readonly #packet = Buffer.alloc(RTP_HEADER_BYTES + FRAME_SAMPLES, SILENCE);
  readonly #timer: Timer;
  readonly #ssrc: number;
  #sequence = 0;
  #frames = 0;
  #waiting: { readonly frame: number; readonly resolve: () => void } | undefined;

  constructor(clock: Clock, to: MediaAddress, random: number) {
    this.#ssrc = Math.floor(random * 0xffff_ffff);
    this.#socket.on('error', () => {});
    this.#timer = clock.every(FRAME_MS, () => this.#send(to));
    this.#send(to);
  }

  /**
   * Resolves when so much more of the stream was sent: a digit lasts as long as its packets, however late this
   * process is. Rejects with the signal's reason. One at a time.
   */
  passed(streamMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = () => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting = {
        frame: this.#frames + Math.ceil(streamMs / FRAME_MS),
        resolve: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
    });
  }

  stop(): void {
    this.#timer.cancel();
    this.#socket.close();
  }

  #send(to: MediaAddress): void {
    const sequence = this.#sequence++ & 0xffff;
    writeRtpHeader(this.#packet, PCMA, sequence === 0, sequence, sequence * FRAME_SAMPLES, this.#ssrc);
    this.#socket.send(this.#packet, to.port, to.address);
    this.#frames += 1;
    const waiting = this.#waiting;
    if (!waiting || this.#frames < waiting.frame) return;
    this.#waiting = undefined;
    waiting.resolve();
  }
}
