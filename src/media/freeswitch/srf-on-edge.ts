import { EventEmitter } from 'node:events';
import type { LegEnding, OutboundLeg, SipEdge } from '../../edge/edge.ts';
import type { Clock } from '../../shared/clock.ts';
import { withDeadline } from '../../shared/deadline.ts';
import { PbxError } from '../../shared/errors.ts';
import type { Srf, SrfDialog } from './fsmrf.ts';

/** The side of SipEdge that FreeSWITCH is reached by. */
export type SipSide = Pick<SipEdge, 'call'>;

/**
 * The drachtio application as fsmrf knows it, on the port SipEdge: on drachtio-servers with `edge: drachtio`, on our own
 * stack otherwise. What srf's own dialogs never tell (a server that is lost, an INVITE without an answer) is told.
 */
export class SrfOnEdge implements Srf {
  readonly #sip: SipSide;
  readonly #clock: Clock;
  readonly #limitMs: number;

  constructor(sip: SipSide, clock: Clock, limitMs: number) {
    this.#sip = sip;
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  /** Calls; resolves with the confirmed dialog. Throws PbxError `freeswitch-sip`, DeadlineError. */
  async createUAC(
    uri: string,
    { headers, localSdp }: { readonly headers: Readonly<Record<string, string>>; readonly localSdp: string },
  ): Promise<SrfDialog> {
    const leg = this.#sip.call({ uri, from: { uri: 'sip:pbx400@pbx400.invalid' }, headers, sdp: localSdp });
    const answered = new Promise<EdgeDialog>((resolve, reject) => {
      leg.events.once('answered', ({ sdp }) => resolve(new EdgeDialog(leg, sdp ?? '')));
      leg.events.once('ended', ({ status, cause }) =>
        reject(new PbxError('freeswitch-sip', `FreeSWITCH at ${uri} took no call: ${status ?? cause}`)),
      );
    });
    try {
      return await withDeadline(this.#clock, this.#limitMs, 'INVITE to FreeSWITCH', answered);
    } catch (error) {
      leg.end({ cause: 'failure' });
      throw error;
    }
  }
}

/** A leg as a dialog of drachtio-srf. */
class EdgeDialog extends EventEmitter<{ destroy: [Error] }> implements SrfDialog {
  readonly remote: { sdp: string };
  readonly #leg: OutboundLeg;
  #over = false;

  constructor(leg: OutboundLeg, sdp: string) {
    super();
    this.#leg = leg;
    this.remote = { sdp };
    leg.events.once('ended', (ending) => {
      if (this.#over) return;
      this.#over = true;
      this.emit('destroy', errorOf(ending));
      this.removeAllListeners();
    });
  }

  async modify(sdp: string): Promise<string> {
    this.remote.sdp = await this.#leg.reoffer(sdp);
    return this.remote.sdp;
  }

  /** BYE; nothing is told afterwards. Idempotent. */
  async destroy(): Promise<void> {
    this.#over = true;
    this.removeAllListeners();
    this.#leg.end({ cause: 'normal' });
  }
}

function errorOf({ by, cause }: LegEnding): PbxError {
  return by === 'edge'
    ? new PbxError('freeswitch-sip-lost', `the SIP side of the FreeSWITCH channel is lost: ${cause}`)
    : new PbxError('freeswitch-hangup', 'FreeSWITCH ended the channel');
}
