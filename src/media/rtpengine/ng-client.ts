import { once } from 'node:events';
import type { Client, ServerAddress } from 'rtpengine-client';
import rtpengine from 'rtpengine-client';
import { asError, PbxError } from '../../shared/errors.ts';

/** rtpengine refused a command; `reason` is what it said. */
export class RtpengineRefusedError extends PbxError {
  readonly reason: string;
  constructor(command: string, reason: string) {
    super('rtpengine-refused', `rtpengine refused '${command}': ${reason}`);
    this.reason = reason;
  }

  /** It does not know the call: it was restarted, or ended the call itself. */
  get unknownCall(): boolean {
    return this.reason.startsWith('Unknown call-id');
  }
}

/** rtpengine did not answer a command. */
export class RtpengineSilentError extends PbxError {
  constructor(command: string, server: ServerAddress, options: ErrorOptions) {
    super(
      'rtpengine-silent',
      `rtpengine ${server.host}:${server.port} does not answer '${command}'`,
      options,
    );
  }
}

/** Commands of the ng protocol that we use, by the client's names. */
export type NgCommand = Exclude<
  keyof Client & `${string}`,
  keyof import('node:events').EventEmitter | 'socket' | 'close'
>;

/** What rtpengine answered, as far as we look at it. */
export interface NgReply {
  readonly result: string;
  readonly 'error-reason'?: string;
  readonly sdp?: string;
  /** play media: length of the file in ms. */
  readonly duration?: number;
  readonly tags?: Readonly<Record<string, NgTag | undefined>>;
  readonly SSRC?: Readonly<Record<string, NgSource | undefined>>;
}

export interface NgTag {
  readonly medias: readonly { readonly codec?: string; readonly streams: readonly NgStream[] }[];
}

export interface NgStream {
  readonly endpoint: { readonly address: string; readonly port: number };
  readonly SSRC?: number;
  /** What came in; errors: what was refused. */
  readonly stats: { readonly packets: number; readonly errors: number };
}

/** Quality of one stream, from RTCP. */
export interface NgSource {
  readonly 'cumulative loss'?: number;
  readonly 'average MOS'?: {
    /** Tenths. */
    readonly MOS: number;
    readonly jitter: number;
    readonly 'round-trip time leg'?: number;
    readonly 'round-trip time'?: number;
  };
}

/** One UDP socket that speaks the ng protocol to all servers. */
export class NgClient {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
    // late answers to commands that were given up are reported as errors of the client: nothing to do
    client.on('error', () => {});
  }

  /** @param timeoutMs how long a command may wait for its answer */
  static async open(timeoutMs: number): Promise<NgClient> {
    const client = new rtpengine.Client({ timeout: timeoutMs });
    const ng = new NgClient(client);
    await once(client, 'listening');
    return ng;
  }

  /** Throws RtpengineRefusedError, RtpengineSilentError. */
  async command(server: ServerAddress, name: NgCommand, options: object = {}): Promise<NgReply> {
    const reply = await this.#client[name](server, options).catch((error: unknown) => {
      throw new RtpengineSilentError(name, server, { cause: asError(error) });
    });
    const answer = reply as NgReply;
    if (answer.result === 'error')
      throw new RtpengineRefusedError(name, answer['error-reason'] ?? 'no reason');
    return answer;
  }

  close(): void {
    this.#client.close();
  }
}
