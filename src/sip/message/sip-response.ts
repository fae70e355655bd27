import type { ScannedMessage } from './scan-message.ts';
import { SipMessage } from './sip-message.ts';

/** A received response. */
export class SipResponse extends SipMessage {
  /** 100 to 699; 0 when the status line is malformed. */
  readonly status: number;
  readonly reason: string;

  constructor(scan: ScannedMessage, status: number, reason: string) {
    super(scan);
    this.status = status;
    this.reason = reason;
  }

  get isRequest(): false {
    return false;
  }

  get isSuccess(): boolean {
    return this.status >= 200 && this.status < 300;
  }
}
