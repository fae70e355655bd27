import { PbxError } from '../shared/errors.ts';

/** A request to a service outside, at an address that a company wrote. */
export interface OutboundRequest {
  /** `https://`; `http://` only to what the operator allows. No user or password in it. */
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For all of it: name, connection, answer to its last byte. */
  readonly limitMs: number;
  /** Of the answer's body that are read. */
  readonly maxBytes: number;
  /** Whoever asks wants it no more. */
  readonly signal?: AbortSignal;
}

export interface OutboundAnswer {
  /** Any, 3xx too: redirects are not followed. */
  readonly status: number;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** At most `maxBytes`, as it was sent: nothing is unpacked. */
  readonly body: Buffer;
  /** False: the answer was longer, and was cut. */
  readonly isWhole: boolean;
}

/**
 * HTTP to where companies point us. They reach the public internet and what the operator allows, never the network behind
 * the PBX (SSRF).
 */
export interface Outbound {
  /** Throws OutboundError, DeadlineError after `limitMs`, and the signal's reason. */
  ask(request: OutboundRequest): Promise<OutboundAnswer>;
}

/** `address-refused`: we do not ask there. `outside-failed`: it could not be reached, or broke off. */
export class OutboundError extends PbxError {
  constructor(code: 'address-refused' | 'outside-failed', message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}
