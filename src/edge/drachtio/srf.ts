/**
 * The only file that names drachtio-srf. Types are those of the parts that we use; the package's own leave out
 * the ids of the server (`stackTxnId`, `stackDialogId`).
 */
import type { Server, Socket } from 'node:net';
import DrachtioSrf from 'drachtio-srf';

/** Headers for srf: a name twice has its values in one text, see `srfHeaders`. */
export type SrfHeaders = Record<string, string>;

export interface SrfRequest {
  readonly method: string;
  /** The message as the server sent it. */
  readonly raw: string;
  socket: Socket;
  readonly protocol: string;
  readonly source: 'network' | 'application';
  readonly source_address: string;
  readonly source_port: number;
  readonly receivedOn?: string;
  readonly stackTxnId: string;
  readonly stackDialogId: string | undefined;
  on(event: 'response', listener: (response: SrfResponse, ack: SrfAck) => void): void;
  on(event: 'update', listener: (request: SrfRequest, response: SrfReply) => void): void;
  on(event: 'cancel', listener: (cancel: { readonly raw: string }) => void): void;
  cancel(options: { headers?: SrfHeaders }, callback: (error: unknown) => void): void;
}

/** A response that came to a request of ours. */
export interface SrfResponse {
  readonly raw: string;
  readonly status: number;
  readonly stackDialogId: string | undefined;
  readonly protocol: string;
  readonly source_address: string;
  readonly source_port: number;
}

/** Sends an ACK in the dialog of a final response: that of a 2xx. Other responses the server acknowledges itself. */
export type SrfAck = (options: { headers?: SrfHeaders; body?: string }) => void;

/** Our answer to a request. */
export interface SrfReply {
  /** After the server's answer: its dialog. */
  readonly stackDialogId: string | undefined;
  send(
    status: number,
    reason: string,
    options: { headers: SrfHeaders; body?: string },
    callback: (error: unknown, sent?: { readonly raw: string }) => void,
  ): void;
}

export interface SrfRequestOptions {
  readonly _socket: Socket;
  readonly method: string;
  uri?: string;
  readonly proxy?: string;
  readonly stackDialogId?: string;
  readonly headers: SrfHeaders;
  readonly body?: string;
}

export interface Srf {
  /** Waits for connections of drachtio-servers on `server`, which need not listen. */
  listen(options: { server: Server; secret: string }): void;
  use(handler: (request: SrfRequest, reply: SrfReply) => void): void;
  request(options: SrfRequestOptions, callback: (error: unknown, sent?: SrfRequest) => void): void;
  on(event: 'connect' | 'error', listener: (error: unknown) => void): void;
}

/** Statuses that srf takes; it throws for others. */
export const SRF_STATUSES: ReadonlySet<number> = new Set([
  100, 180, 181, 182, 183, 199, 200, 202, 204, 300, 301, 302, 305, 380, 400, 401, 402, 403, 404, 405, 406,
  407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 420, 421, 422, 423, 424, 428, 429, 430, 433, 436,
  437, 438, 439, 470, 480, 481, 482, 483, 484, 485, 486, 487, 488, 489, 491, 493, 494, 500, 501, 502, 503,
  504, 505, 513, 580, 600, 603, 604, 606,
]);

export function createSrf(): Srf {
  return new DrachtioSrf() as unknown as Srf;
}
