import type { Call } from '../call/call.ts';
import type { Calls } from '../call/calls.ts';
import type { Directory } from '../call/destination.ts';
import { openAtPhone } from '../call/originate.ts';
import { type FlowFeatures, LiveCall } from '../dialplan/run/live-call.ts';
import { PbxError } from '../shared/errors.ts';
import type { TenantId } from '../shared/ids.ts';
import type { RoutedHotline } from './hotlines.ts';
import { runFlow } from './run-flow.ts';

/** Whose phone plays the caller of a hotline. */
export interface TestCall {
  readonly tenant: string;
  /** Rung; who answers there is the caller. */
  readonly extension: string;
  /** Number that the caller has for the hotline; empty: withheld. */
  readonly caller: string;
  /** Number of the hotline. */
  readonly called: string;
  /** Who asks, for the record. */
  readonly by: string;
}

export interface TestCallsParts {
  readonly calls: Calls;
  readonly directory: Directory;
  readonly features: FlowFeatures;
}

/** Calls by which a hotline is tried (试拨): a phone of the company is rung, and its call goes into the hotline as that of a caller from outside. */
export class TestCalls {
  readonly #parts: TestCallsParts;

  constructor(parts: TestCallsParts) {
    this.#parts = parts;
  }

  /**
   * Begins the call and returns at once; how it goes is in its events and its record. `internal`, so that it counts in no figure of
   * callers. Throws PbxError `not-found` when the tenant has no such extension.
   */
  begin({ tenant, extension, caller, called, by }: TestCall, hotline: RoutedHotline): Call {
    const { calls, directory } = this.#parts;
    if (directory.find(extension, tenant).kind !== 'extension')
      throw new PbxError('not-found', `${tenant} has no extension ${extension}`);
    const tenantId = tenant as TenantId;
    const call = calls.originate({
      tenantId,
      party: { tenant: tenantId, kind: 'extension', number: extension },
      origin: { api: by },
      direction: 'internal',
      caller,
      callerName: undefined,
      called,
      sent: { from: caller, to: called, identity: undefined },
      diversions: [],
      earlyMedia: true,
      media: {},
    });
    call.note('step', {
      step: 'test call',
      why: `${by} has extension ${extension} call as ${caller || 'a withheld number'}`,
    });
    runFlow(call, this.#run(call, extension, hotline));
    return call;
  }

  async #run(call: Call, extension: string, hotline: RoutedHotline): Promise<void> {
    const { directory, features } = this.#parts;
    if (await openAtPhone(call, directory, extension)) await hotline.run(new LiveCall(call, features));
  }
}
