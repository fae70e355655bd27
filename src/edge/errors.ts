import { PbxError } from '../shared/errors.ts';

/** The far end refused a request in a dialog. */
export class EdgeStatusError extends PbxError {
  readonly status: number;
  constructor(method: string, status: number, reason: string) {
    super('edge-status', `${method} was answered ${status} ${reason}`);
    this.status = status;
  }
}
