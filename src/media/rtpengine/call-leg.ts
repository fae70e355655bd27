import { MediaExhaustedError, MediaNegotiationError } from '../errors.ts';
import type { EndpointOptions, MediaProfile } from '../media.ts';
import {
  addressOf,
  type Codec,
  type Direction,
  forParty,
  innerSdp,
  mirror,
  type PartySdp,
  type RtpAddress,
  readParty,
} from '../party-sdp.ts';
import { type NgCommand, type NgReply, RtpengineRefusedError } from './ng-client.ts';

/** Where audio goes that nobody listens to: the discard port. */
const NOWHERE: RtpAddress = { host: '127.0.0.1', port: 9 };
const EVENT_PAYLOAD = '101';
const DEFAULT_CODECS: readonly Codec[] = ['PCMA', 'PCMU'];

/** The endpoint on the other side of a bridge. */
export interface Mate {
  /** Its inner address, undefined before it negotiated. */
  inner(): RtpAddress | undefined;
  /** Our inner address may be new: it should send there. */
  relink(): Promise<void>;
}

type Command = (name: NgCommand, fields: object) => Promise<NgReply>;

/** How rtpengine is to speak to the far end when we offer. */
const OFFERED: Readonly<Record<Exclude<MediaProfile, 'any'>, object>> = {
  rtp: { 'transport-protocol': 'RTP/AVP', ICE: 'remove' },
  srtp: { 'transport-protocol': 'RTP/SAVP', ICE: 'remove', DTLS: 'off' },
  webrtc: {
    'transport-protocol': 'UDP/TLS/RTP/SAVPF',
    ICE: 'force',
    DTLS: 'passive',
    SDES: ['off'],
    'rtcp-mux': ['require'],
  },
};

/**
 * Offer and answer of one endpoint as an rtpengine call of two parties: `party` is the far end, `inner` is played by
 * us. The far end's SDP is cut down to one codec first, so that the answer is ours and not rtpengine's choice.
 */
export class CallLeg {
  /** The far end's SDP that is in force. */
  party: PartySdp | undefined;
  /** rtpengine's port for the inner party. */
  inner: RtpAddress | undefined;
  /** Payload type of telephone-event on the inner side: the far end's own, rtpengine does not change it. */
  innerEvent: string | undefined = EVENT_PAYLOAD;
  /** rtpengine's port for the far end. */
  outer: RtpAddress | undefined;
  mate: Mate | undefined;
  readonly #options: EndpointOptions;
  readonly #command: Command;
  /** Versions of the SDPs that the far end sees, and of those that rtpengine is told. */
  #version = 0;
  #innerVersion = 0;
  #offering = false;

  constructor(options: EndpointOptions, command: Command) {
    this.#options = options;
    this.#command = command;
  }

  async answer(offerSdp: string): Promise<string> {
    const party = this.#read(offerSdp);
    const answer = await this.#negotiate(party);
    this.party = party;
    return forParty(answer, this.#nextOrigin(), party.refused);
  }

  async offer(direction: Direction): Promise<string> {
    const { profile = 'any' } = this.#options;
    const sdp = innerSdp(this.#target, ++this.#innerVersion, this.#codecs, EVENT_PAYLOAD, direction);
    const reply = await this.#negotiation('offer', {
      ...this.#tags('inner', 'party'),
      ...OFFERED[profile === 'any' ? 'rtp' : profile],
      ...rules(EVENT_PAYLOAD),
      sdp,
    });
    this.#offering = true;
    this.outer = addressOf(reply.sdp ?? '');
    return forParty(reply.sdp ?? '', this.#nextOrigin());
  }

  async accept(answerSdp: string): Promise<void> {
    this.#offering = false;
    const party = this.#read(answerSdp);
    const reply = await this.#negotiation('answer', {
      'from-tag': 'inner',
      'to-tag': 'party',
      ...rules(party.eventPayload),
      sdp: party.sdp,
    });
    this.inner = addressOf(reply.sdp ?? '');
    this.party = party;
    // the inner side always speaks A-law with events: otherwise once more, with transcoding
    if (needsTranscoding(party) || this.mate) await this.#negotiate(party);
  }

  /** Tells rtpengine the mate's address. Nothing that the far end knows changes. */
  async relink(): Promise<void> {
    if (this.party && !this.#offering) await this.#negotiate(this.party);
  }

  /** Takes the far end's SDP through rtpengine and answers it as the inner party; resolves with the far end's answer. */
  async #negotiate(party: PartySdp): Promise<string> {
    const offered = await this.#negotiation('offer', {
      ...this.#tags('party', 'inner'),
      'transport-protocol': 'RTP/AVP',
      ICE: 'remove',
      'rtcp-mux': ['demux'],
      ...rules(party.eventPayload),
      codec: transcoding(party),
      sdp: party.sdp,
    });
    const shown = offered.sdp ?? '';
    this.innerEvent = /^a=rtpmap:(\d+) telephone-event\/8000/m.exec(shown)?.[1];
    const back = mirror(party.direction);
    const inner = innerSdp(this.#target, ++this.#innerVersion, ['PCMA'], this.innerEvent, back);
    const answered = await this.#negotiation('answer', {
      'from-tag': 'party',
      'to-tag': 'inner',
      ...rules(party.eventPayload),
      sdp: inner,
    });
    this.inner = addressOf(shown);
    this.outer = addressOf(answered.sdp ?? '');
    return answered.sdp ?? '';
  }

  #read(sdp: string): PartySdp {
    const party = readParty(sdp, this.#codecs);
    const { profile = 'any' } = this.#options;
    if (profile !== 'any' && party.carriage !== profile) {
      throw new MediaNegotiationError(`far end wants ${party.carriage}, this endpoint is ${profile}`);
    }
    return party;
  }

  get #target(): RtpAddress {
    return this.mate?.inner() ?? NOWHERE;
  }

  get #codecs(): readonly Codec[] {
    return this.#options.codecs ?? DEFAULT_CODECS;
  }

  #nextOrigin() {
    return { id: String(this.outer?.port ?? 0), version: ++this.#version };
  }

  /** The other tag is known from the first exchange on. */
  #tags(from: string, to: string): object {
    return this.inner ? { 'from-tag': from, 'to-tag': to } : { 'from-tag': from };
  }

  async #negotiation(name: NgCommand, fields: object): Promise<NgReply> {
    try {
      return await this.#command(name, fields);
    } catch (error) {
      if (!(error instanceof RtpengineRefusedError) || error.unknownCall) throw error;
      if (/ports|sockets|limit/i.test(error.reason))
        throw new MediaExhaustedError(error.message, { cause: error });
      throw new MediaNegotiationError(error.message, { cause: error });
    }
  }
}

/** What every offer and answer asks of rtpengine. */
function rules(eventPayload: string | undefined): object {
  const flags = ['port-latching', 'inject-DTMF'];
  // without events of the far end rtpengine listens for tones, which it does only where it transcodes
  if (!eventPayload) flags.push('detect-DTMF', 'always-transcode');
  return { replace: ['origin', 'session-connection'], flags };
}

function needsTranscoding(party: PartySdp): boolean {
  return party.codec !== 'PCMA' || !party.eventPayload;
}

/** What makes the inner side A-law with telephone-event, whatever the party speaks. */
function transcoding({ codec, eventPayload }: PartySdp): object {
  const missing = [...(codec === 'PCMA' ? [] : ['PCMA']), ...(eventPayload ? [] : ['telephone-event'])];
  return { transcode: missing };
}
