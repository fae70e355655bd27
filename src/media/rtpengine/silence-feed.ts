import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
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
  /** Where it sends from: rtpengine takes packets from there only when it was told so. */
  readonly at: MediaAddress;
  readonly #socket: Socket;
  readonly #packet = Buffer.alloc(RTP_HEADER_BYTES + FRAME_SAMPLES, SILENCE);
  readonly #timer: Timer;
  readonly #ssrc: number;
  #sequence = 0;
  #frames = 0;
  #waiting: { readonly frame: number; readonly resolve: () => void } | undefined;

  private constructor(clock: Clock, socket: Socket, random: number) {
    this.#ssrc = Math.floor(random * 0xffff_ffff);
    this.#socket = socket;
    this.at = socket.address();
    this.#timer = clock.every(FRAME_MS, () => this.#send());
    this.#send();
  }

  /** Throws what the system throws when there is no way to `to`. */
  static async open(clock: Clock, to: MediaAddress, random: number): Promise<SilenceFeed> {
    const socket = createSocket(isIPv6(to.address) ? 'udp6' : 'udp4');
    try {
      socket.connect(to.port, to.address);
      await once(socket, 'connect');
    } catch (error) {
      socket.close();
      throw error;
    }
    // an ICMP error of a port that was closed meanwhile
    socket.on('error', () => {});
    return new SilenceFeed(clock, socket, random);
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

  #send(): void {
    const sequence = this.#sequence++ & 0xffff;
    writeRtpHeader(this.#packet, PCMA, sequence === 0, sequence, sequence * FRAME_SAMPLES, this.#ssrc);
    this.#socket.send(this.#packet);
    this.#frames += 1;
    const waiting = this.#waiting;
    if (!waiting || this.#frames < waiting.frame) return;
    this.#waiting = undefined;
    waiting.resolve();
  }
}
