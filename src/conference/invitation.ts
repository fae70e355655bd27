import type { Party } from '../call/arrival.ts';
import type { Call } from '../call/call.ts';
import type { Destination } from '../call/destination.ts';
import { endRefused } from '../call/end-refused.ts';
import { OutboundOpening } from '../call/opening.ts';
import { ring } from '../call/ring.ts';
import type { ConferenceParts } from './conference-parts.ts';
import type { Member } from './member.ts';

const RING_MS = 30_000;

/** Why nobody may be rung: in words for the record, and what the host hears. */
interface InvitationRefusal {
  readonly why: string;
  readonly prompt: string;
}

/** Somebody is rung for a room, on the right of a host: his call is one of his own, and goes on when the host leaves. */
export class Invitation {
  /** Undefined: he may be rung. */
  readonly refusal: InvitationRefusal | undefined;
  readonly #parts: ConferenceParts;
  readonly #host: Member;
  readonly #number: string;
  readonly #destination: Destination;
  readonly #withdrawal = new AbortController();

  constructor(parts: ConferenceParts, host: Member, number: string) {
    this.#parts = parts;
    this.#host = host;
    this.#number = number;
    this.#destination = parts.directory.find(number, host.call.arrival.tenantId);
    this.refusal = this.#refusal();
  }

  /** Rings him; who answers does `attend` and then leaves. False: he was not reached. */
  async run(attend: (call: Call) => Promise<void>): Promise<boolean> {
    const call = this.#begin(this.#asker!);
    let isReached = false;
    try {
      isReached = await this.#ring(call);
      if (isReached) await attend(call);
      call.end('normal');
    } catch (error) {
      const hasHungUp = call.outcome !== undefined;
      call.end('failure');
      if (!hasHungUp) throw error;
    }
    return isReached;
  }

  /** Nobody is rung any more. */
  withdraw(): void {
    this.#withdrawal.abort();
  }

  /** The phone on whose right he is called. Who calls from outside has none. */
  get #asker(): Party | undefined {
    const { party } = this.#host.leg;
    const isPhone = party?.kind === 'extension' && party.tenant === this.#host.call.arrival.tenantId;
    return isPhone ? party : undefined;
  }

  #refusal(): InvitationRefusal | undefined {
    const { directory } = this.#parts;
    const { tenantId } = this.#host.call.arrival;
    if (!this.#asker) return { why: 'hosts invite from phones of the company', prompt: 'no-right' };
    if (directory.inside(this.#number, tenantId))
      return { why: 'it is no phone and no number outside', prompt: 'not-possible' };
    const refusal = directory.refusal(this.#destination, this.#asker);
    return (
      refusal && { why: refusal.why, prompt: refusal.bar === 'outside-limit' ? refusal.bar : 'no-right' }
    );
  }

  #begin({ tenant: tenantId, number: extension }: Party): Call {
    const { kind, number } = this.#destination;
    return this.#parts.calls.originate({
      tenantId,
      party: { tenant: tenantId, kind, number },
      origin: { extension },
      direction: kind === 'line' ? 'outbound' : 'internal',
      caller: extension,
      callerName: undefined,
      called: number,
      sent: { from: extension, to: number, identity: undefined },
      diversions: [],
      earlyMedia: true,
      media: {},
    });
  }

  async #ring(call: Call): Promise<boolean> {
    const { directory } = this.#parts;
    const target = {
      ...directory.party(this.#number, call.arrival.tenantId),
      destination: this.#destination,
    };
    call.segment('ring', target.name);
    const rung = await ring(call, directory, [target], {
      ringMs: RING_MS,
      reason: 'conference',
      by: this.#host.who.name,
      asker: this.#asker,
      signal: this.#withdrawal.signal,
    });
    if (!rung.answered) {
      endRefused(call, rung.outcomes.get(target));
      return false;
    }
    call.open(new OutboundOpening(rung.leg));
    call.markAnswered();
    return true;
  }
}
