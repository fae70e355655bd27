import { BlockList, isIPv6 } from 'node:net';
import type { G711Name } from '../../rtp/g711.ts';
import type { Clock } from '../../shared/clock.ts';
import { type Direction, mirrored } from '../../sip/sdp/index.ts';
import {
  DEFAULT_CODECS,
  DEFAULT_PACKET_MS,
  EVENT_PAYLOAD_TYPE,
  eventPayloadTypeOf,
  type MediaAddress,
  packetMsOf,
  type RemoteAudio,
  readAudio,
  readServerSdp,
  type ServerSdp,
  writeAudio,
} from '../audio-sdp.ts';
import { MediaExhaustedError, MediaNegotiationError } from '../errors.ts';
import type { EndpointOptions, MediaProfile } from '../media.ts';
import { type NgCommand, type NgReply, RtpengineRefusedError } from './ng-client.ts';
import { cutDown, forParty } from './party-sdp.ts';
import { PartySource, type Seen } from './party-source.ts';

/** Where audio goes that nobody listens to: the discard port. */
const NOWHERE: MediaAddress = { address: '127.0.0.1', port: 9 };

/** The endpoint on the other side of a bridge. */
export interface Mate {
  /** Its inner address, undefined before it negotiated. */
  inner(): MediaAddress | undefined;
  /** Our inner address may be new: it should send there. */
  relink(): Promise<void>;
}

interface Sender {
  readonly sinceMs: number;
  readonly host: BlockList;
  readonly port: number | undefined;
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
  party: RemoteAudio | undefined;
  /** rtpengine's port for the inner party. */
  inner: MediaAddress | undefined;
  /** Payload type of telephone-event on the inner side: the far end's own, rtpengine does not change it. */
  innerEvent: number | undefined = EVENT_PAYLOAD_TYPE;
  /** rtpengine's port for the far end. */
  outer: MediaAddress | undefined;
  mate: Mate | undefined;
  /** Packets of the party, strangers' left out. */
  heard = 0;
  #source: PartySource | undefined;
  #isShut = false;
  /** rtpengine has not been told yet what the source is now. */
  #isStale = false;
  readonly #clock: Clock;
  readonly #options: EndpointOptions;
  readonly #command: Command;
  /** From where the party was heard, and since when (wall clock); without a port: nobody was. */
  readonly #senders: Sender[] = [];
  /** Versions of the SDPs that the far end sees, and of those that rtpengine is told. */
  #version = 0;
  #innerVersion = 0;
  #offering = false;
  #feed: MediaAddress | undefined;

  constructor(clock: Clock, options: EndpointOptions, command: Command) {
    this.#clock = clock;
    this.#options = options;
    this.#command = command;
  }

  /** Whether the party was heard from there at that moment (wall clock, ms). */
  isSender({ address, port }: MediaAddress, atMs: number): boolean {
    // who carries its keys over ICE proves by them who it is
    if (this.party?.carriage === 'webrtc') return true;
    const sender = this.#senders.findLast(({ sinceMs }) => sinceMs <= atMs);
    return sender?.port === port && sender.host.check(address, familyOf(address));
  }

  /** Whether it is certain whom the party's port hears and sends to: otherwise nothing may pass. */
  get isCertain(): boolean {
    return !this.#isShut;
  }

  /** Takes what rtpengine says of the party's stream; true: it must be told anew, by `relink`. */
  look(seen: Seen): boolean {
    const source = this.#source;
    if (!source) {
      this.heard = seen.packets - seen.refused;
      return false;
    }
    const { learns } = source;
    if (source.look(seen, this.#clock.monotonic())) {
      this.#isStale = true;
      this.#isShut ||= learns || source.learns;
    }
    this.heard += source.came;
    return this.#isStale;
  }

  async answer(offerSdp: string): Promise<string> {
    const party = this.#read(offerSdp);
    const source = this.#sourceOf(party);
    const answer = await this.#negotiate(party, source);
    this.#took(party, source);
    return this.#forParty(answer, party);
  }

  async offer(direction: Direction): Promise<string> {
    const { profile = 'any' } = this.#options;
    const sdp = this.#innerSdp(this.#codecs, EVENT_PAYLOAD_TYPE, direction);
    const reply = await this.#negotiation('offer', {
      ...this.#tags('inner', 'party'),
      ...OFFERED[profile === 'any' ? 'rtp' : profile],
      ...rules(EVENT_PAYLOAD_TYPE),
      sdp,
    });
    this.#offering = true;
    return this.#forParty(readServerSdp(reply.sdp));
  }

  async accept(answerSdp: string): Promise<void> {
    this.#offering = false;
    const party = this.#read(answerSdp);
    const source = this.#sourceOf(party);
    const reply = await this.#negotiation('answer', {
      'from-tag': 'inner',
      'to-tag': 'party',
      ...rules(party.eventPayloadType, learningOf(party, source)),
      sdp: cutDown(party, source?.told),
    });
    this.inner = readServerSdp(reply.sdp).at;
    this.#took(party, source);
    // the inner side always speaks A-law with events: otherwise once more, with transcoding; also for a party that answers
    // another payload type than ours, which it then sends, too (against RFC 3264 6.1)
    const ownEvent = party.eventPayloadType !== EVENT_PAYLOAD_TYPE;
    if (needsTranscoding(party) || ownEvent || this.mate) await this.#negotiate(party, source);
  }

  /** Tells rtpengine the mate's address, and where the party sends from. Nothing that the far end knows changes. */
  async relink(): Promise<void> {
    if (!this.party || this.#offering) return;
    await this.#negotiate(this.party, this.#source);
    this.#took(this.party, this.#source);
  }

  /** rtpengine knows this now. */
  #took(party: RemoteAudio, source: PartySource | undefined): void {
    this.party = party;
    this.#source = source;
    this.#isShut = source?.learns ?? false;
    this.#isStale = false;
    const at = this.#isShut ? undefined : source?.told;
    const host = new BlockList();
    if (at) host.addAddress(at.address, familyOf(at.address));
    this.#senders.push({ sinceMs: this.#clock.now(), host, port: at?.port });
  }

  /** Takes the far end's SDP through rtpengine and answers it as the inner party; resolves with the far end's answer. */
  async #negotiate(party: RemoteAudio, source: PartySource | undefined): Promise<ServerSdp> {
    const offered = await this.#negotiation('offer', {
      ...this.#tags('party', 'inner'),
      'transport-protocol': 'RTP/AVP',
      ICE: 'remove',
      'rtcp-mux': ['demux'],
      ...rules(party.eventPayloadType, learningOf(party, source)),
      codec: transcoding(party),
      ptime: DEFAULT_PACKET_MS,
      'ptime-reverse': packetMsOf(party.section),
      sdp: cutDown(party, source?.told),
    });
    const shown = readServerSdp(offered.sdp);
    this.innerEvent = eventPayloadTypeOf(shown.section);
    const inner = this.#innerSdp(['PCMA'], this.innerEvent, mirrored(party.direction));
    const answered = await this.#negotiation('answer', {
      'from-tag': 'party',
      'to-tag': 'inner',
      ...rules(party.eventPayloadType),
      sdp: inner,
    });
    this.inner = shown.at;
    const answer = readServerSdp(answered.sdp);
    this.outer = answer.at;
    return answer;
  }

  #read(sdp: string): RemoteAudio {
    return readAudio(sdp, this.#codecs, this.#options.profile ?? 'any');
  }

  /** Where the party sends from; undefined: its keys say who it is (ICE), or it names no address. */
  #sourceOf({ carriage, remote }: RemoteAudio): PartySource | undefined {
    if (carriage === 'webrtc' || remote === undefined) return undefined;
    if (this.#source?.isOf(remote)) return this.#source;
    const learnsFromMs = this.#source ? undefined : this.#clock.monotonic();
    return new PartySource(remote, this.#options.signallingAddress, learnsFromMs);
  }

  /** Audio of ours comes to the inner side from here; undefined: no more. */
  async feedFrom(at: MediaAddress | undefined): Promise<void> {
    this.#feed = at;
    await this.relink();
  }

  get #target(): MediaAddress {
    return this.mate?.inner() ?? this.#feed ?? NOWHERE;
  }

  get #codecs(): readonly G711Name[] {
    return this.#options.codecs ?? DEFAULT_CODECS;
  }

  /** SDP of the inner party: where the audio of the endpoint goes. */
  #innerSdp(codecs: readonly G711Name[], eventPayloadType: number | undefined, direction: Direction): string {
    const version = ++this.#innerVersion;
    return writeAudio({ at: this.#target, id: 1, version, codecs, eventPayloadType, direction });
  }

  #forParty(sdp: ServerSdp, offer?: RemoteAudio): string {
    this.outer = sdp.at;
    return forParty(sdp, sdp.at.port, ++this.#version, offer);
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

/** Whom rtpengine takes packets from. */
type Learning = readonly string[];

/** Only the very address and port that it is told. */
const AS_TOLD: Learning = ['strict-source', 'endpoint-learning-off'];
/** Whoever comes, what is nearest to what it is told first. */
const WHO_COMES: Learning = ['strict-source', 'endpoint-learning-heuristic'];

function learningOf({ carriage }: RemoteAudio, source: PartySource | undefined): Learning {
  if (carriage === 'webrtc') return [];
  return source?.learns ? WHO_COMES : AS_TOLD;
}

/** What every offer and answer asks of rtpengine; `learning` of who wrote the SDP, the inner party is always certain. */
function rules(eventPayloadType: number | undefined, learning: Learning = AS_TOLD): object {
  const flags = ['port-latching', 'inject-DTMF', ...learning];
  // without events of the far end rtpengine listens for tones, which it does only where it transcodes
  if (eventPayloadType === undefined) flags.push('detect-DTMF', 'always-transcode');
  return { replace: ['origin', 'session-connection'], flags };
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

function needsTranscoding(party: RemoteAudio): boolean {
  const { codec, eventPayloadType, section } = party;
  return codec !== 'PCMA' || eventPayloadType === undefined || packetMsOf(section) !== DEFAULT_PACKET_MS;
}

/** What makes the inner side A-law with telephone-event, whatever the party speaks. */
function transcoding({ codec, eventPayloadType }: RemoteAudio): object {
  const missing = [
    ...(codec === 'PCMA' ? [] : ['PCMA']),
    ...(eventPayloadType === undefined ? ['telephone-event'] : []),
  ];
  return { transcode: missing };
}
