import { PbxError } from '../shared/errors.ts';

/** Offer and answer have nothing in common, or the SDP cannot be read: 488. */
export class MediaNegotiationError extends PbxError {
  constructor(message: string, options?: ErrorOptions) {
    super('media-negotiation', message, options);
  }
}

/** No port or no server is left for another endpoint: 503. */
export class MediaExhaustedError extends PbxError {
  constructor(message: string, options?: ErrorOptions) {
    super('media-exhausted', message, options);
  }
}
