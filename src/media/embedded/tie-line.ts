import { EVENT_PAYLOAD_TYPE } from '../audio-sdp.ts';
import type { Handle, OpenEndpoint, StreamTerms } from './protocol.ts';
import type { WorkerLink } from './worker-link.ts';

const LOOPBACK = '127.0.0.1';

/** One end of a tie line: a leg in its worker. */
export interface TieEnd {
  readonly link: WorkerLink;
  readonly handle: Handle;
}

/**
 * Joins two workers for one party: a leg in each, talking RTP over loopback. Needed where parties that were placed apart
 * meet later (transfer, conference); those created with `near` share a worker and need none.
 */
export class TieLine {
  readonly near: TieEnd;
  readonly far: TieEnd;
  #closing: Promise<void> | undefined;

  private constructor(near: TieEnd, far: TieEnd) {
    this.near = near;
    this.far = far;
  }

  /** Opens a leg in both workers. Rejects with nothing left open. */
  static async open(nextHandle: () => Handle, near: WorkerLink, far: WorkerLink): Promise<TieLine> {
    const tie = new TieLine({ link: near, handle: nextHandle() }, { link: far, handle: nextHandle() });
    try {
      const nearPort = await openLeg(tie.near);
      const farPort = await openLeg(tie.far);
      agree(tie.near, farPort);
      agree(tie.far, nearPort);
      return tie;
    } catch (error) {
      await tie.close();
      throw error;
    }
  }

  /** Frees both legs. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // a leg that was never opened, or whose worker is gone, needs no closing
    const ends = [this.near, this.far].map(({ link, handle }) => link.ask({ do: 'close', endpoint: handle }));
    await Promise.allSettled(ends);
  }
}

async function openLeg({ link, handle }: TieEnd): Promise<number> {
  const options: OpenEndpoint = {
    endpoint: handle,
    host: LOOPBACK,
    port: 0,
    signallingAddress: undefined,
    rtpTimeoutMs: undefined,
    busyTone: false,
  };
  return ((await link.ask({ do: 'open', ...options })) as { port: number }).port;
}

function agree({ link, handle }: TieEnd, port: number): void {
  const terms: StreamTerms = {
    remote: { address: LOOPBACK, port, rtcpPort: port + 1 },
    law: 'PCMA',
    packetSamples: 160,
    eventsIn: [EVENT_PAYLOAD_TYPE],
    eventOut: EVENT_PAYLOAD_TYPE,
    comfortNoise: true,
    rtcpMux: false,
    security: undefined,
    send: true,
    receive: true,
    inbandDigits: false,
  };
  link.order({ do: 'agree', endpoint: handle, terms });
}
