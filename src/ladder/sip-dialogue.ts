import type { LadderEnd, LadderMessage } from './ladder.ts';
import { stripSecrets } from './strip-secrets.ts';

/** A message on its way, as it was seen; nothing of it is worked out before it is asked for. */
export interface Passage {
  /** Counts all that the ladders see. */
  readonly no: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly isSent: boolean;
  readonly text: string;
  readonly remote: LadderEnd & { readonly transport: string };
  /** The listener, as bound. */
  readonly local: LadderEnd;
  /** `host[:port]` that peers know us by; '' of what came in. */
  readonly sentBy: string;
}

/** More than a call of hours has. */
const MAX_MESSAGES = 500;
/** Of a passage besides its text. */
const PASSAGE_BYTES = 150;

/** All messages of one SIP Call-ID. */
export class SipDialogue {
  readonly sipCallId: string;
  /** By the monotonic clock. */
  readonly openedAt: number;
  /** Whose leg it is; undefined: it belongs to no call yet. */
  tenantId: string | undefined;
  /** Whose it is, by the name of the leg; '': it has joined no call yet. */
  leg = '';
  /** How many calls it belongs to: a transfer takes a leg from one to another. */
  calls = 0;
  /** Messages that are not here. */
  leftOut = 0;
  bytes = 0;
  #passages: Passage[] = [];

  constructor(sipCallId: string, openedAt: number) {
    this.sipCallId = sipCallId;
    this.openedAt = openedAt;
  }

  /** Keeps a message; returns by how much that has grown. */
  add(passage: Passage): number {
    if (this.#passages.length >= MAX_MESSAGES) {
      this.leftOut += 1;
      return 0;
    }
    this.#passages.push(passage);
    const grown = passage.text.length + PASSAGE_BYTES;
    this.bytes += grown;
    return grown;
  }

  /** Gives up its messages. */
  empty(): void {
    this.leftOut += this.#passages.length;
    this.#passages = [];
    this.bytes = 0;
  }

  /** In the order of the wire, each with its number. */
  lines(): { readonly no: number; readonly line: LadderMessage }[] {
    return this.#passages.map((passage) => ({ no: passage.no, line: this.#line(passage) }));
  }

  #line({ at, isSent, text, remote, local }: Passage): LadderMessage {
    const { transport, address, port } = remote;
    const peer = { address, port };
    const us = { address: this.#ownAddress(local), port: local.port };
    return {
      kind: 'message',
      at,
      direction: isSent ? 'out' : 'in',
      transport,
      from: isSent ? us : peer,
      to: isSent ? peer : us,
      leg: this.leg,
      sipCallId: this.sipCallId,
      firstLine: firstLineOf(text),
      text: stripSecrets(text),
    };
  }

  /** A listener on all addresses of the machine has none: the one that peers were told is meant. */
  #ownAddress({ address }: LadderEnd): string {
    if (address !== '0.0.0.0' && address !== '::') return address;
    const told = this.#passages.find(({ sentBy }) => sentBy !== '')?.sentBy ?? '';
    return hostOf(told) || address;
  }
}

/** The line without a password in its URI. */
const firstLineOf = (text: string) => stripSecrets(text.slice(0, text.search(/\r?\n/)));

/** Of `host`, `host:port` and `[IPv6]:port`. */
const hostOf = (sentBy: string) => /^\[([^\]]+)\]|^([^:]+)/.exec(sentBy)?.slice(1).find(Boolean) ?? '';
