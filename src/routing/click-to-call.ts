import type { Party } from '../call/arrival.ts';
import type { Call } from '../call/call.ts';
import type { Calls } from '../call/calls.ts';
import type { Directory } from '../call/destination.ts';
import type { DialRequest } from '../call/dial.ts';
import { originate } from '../call/originate.ts';
import { PbxError } from '../shared/errors.ts';
import type { TenantId } from '../shared/ids.ts';
import type { Logger } from '../shared/logger.ts';
import { runFlow } from './run-flow.ts';

/** Who shall be connected with whom. */
export interface Origination {
  readonly tenant: string;
  /** Rung first: the phone of who wants to call. */
  readonly extension: string;
  /** Called then: an extension or hotline of the tenant's, or an outside number. */
  readonly number: string;
  /** Who asks, for the record: the name of an API's token. */
  readonly by: string;
  /** The agent (坐席) who calls from his desk; undefined: who asks does. */
  readonly agent?: string;
}

export interface ClickToCallParts {
  readonly calls: Calls;
  readonly directory: Directory;
  readonly talk: DialRequest['talk'];
  readonly log: Logger;
}

/** Calls that begin with us (点击呼叫). */
export class ClickToCall {
  readonly #parts: ClickToCallParts;

  constructor(parts: ClickToCallParts) {
    this.#parts = parts;
  }

  /**
   * Begins the call and returns at once; how it goes is in its events and its record. Throws PbxError `not-found` when the
   * tenant has no such extension,
   * `forbidden` when that may not call the number.
   */
  begin({ tenant, extension, number, by, agent }: Origination): Call {
    const { calls, directory, talk, log } = this.#parts;
    const tenantId = tenant as TenantId;
    if (directory.find(extension, tenant).kind !== 'extension')
      throw new PbxError('not-found', `${tenant} has no extension ${extension}`);
    const party: Party = { tenant: tenantId, kind: 'extension', number: extension };
    const destination = directory.find(number, tenant);
    const leadsOut = !directory.inside(number, tenant) && destination.kind === 'line';
    const refusal = leadsOut ? directory.refusal(destination, party) : undefined;
    if (refusal) {
      log.warn({ tenant, extension, by, rule: refusal.bar }, 'a call out was refused');
      throw new PbxError('forbidden', refusal.why);
    }
    const call = calls.originate({
      tenantId,
      party,
      origin: agent === undefined ? { api: by } : { agent },
      direction: leadsOut ? 'outbound' : 'internal',
      caller: extension,
      callerName: undefined,
      called: number,
      sent: { from: extension, to: number, identity: undefined },
      diversions: [],
      earlyMedia: true,
      media: {},
    });
    runFlow(call, originate(call, directory, { ...talk, record: false }));
    return call;
  }
}
