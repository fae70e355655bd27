import { MediaNegotiationError } from './errors.ts';

export type Codec = 'PCMA' | 'PCMU';
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export const PAYLOAD_TYPE: Readonly<Record<Codec, string>> = { PCMA: '8', PCMU: '0' };
const MIRROR = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
} as const;

/** The direction that answers another one. */
export function mirror(direction: Direction): Direction {
  return MIRROR[direction];
}

/** A far end's SDP, cut down to what we take of it. */
export interface PartySdp {
  /** Session part and one audio section with one codec (and telephone-event): what the server is told. */
  readonly sdp: string;
  /** How its media is carried. */
  readonly carriage: 'rtp' | 'srtp' | 'webrtc';
  readonly codec: Codec;
  readonly eventPayload: string | undefined;
  readonly direction: Direction;
  /** m= lines in order; undefined stands for the section that we take. */
  readonly refused: readonly (string | undefined)[];
}

/** Whether a party should send: on hold, by either side, phones differ in that, so silence then means nothing. */
export function expectsAudio(party: PartySdp | undefined): boolean {
  // RFC 3264 8.4: 0.0.0.0 is the old way of hold
  return party?.direction === 'sendrecv' && !/^c=IN IP4 0\.0\.0\.0/m.test(party.sdp);
}

/**
 * Cuts an SDP down to its first audio section and the first of `codecs` that it offers, so that the server never
 * negotiates what we do not want. Throws MediaNegotiationError when nothing fits.
 */
export function readParty(text: string, codecs: readonly Codec[]): PartySdp {
  const [session, ...sections] = splitSections(text);
  const index = sections.findIndex(([line]) => line?.startsWith('m=audio '));
  const audio = sections[index];
  if (!session?.[0]?.startsWith('v=') || !audio) throw new MediaNegotiationError('SDP has no audio section');
  const [media, port, protocol, ...payloads] = audio[0]!.split(' ');
  // RFC 3264 6: port 0 refuses the stream
  if (port === '0') throw new MediaNegotiationError('audio was refused (port 0)');
  const codec = codecs.find((name) => payloads.includes(PAYLOAD_TYPE[name]));
  if (!codec) throw new MediaNegotiationError(`no common codec, wanted ${codecs.join(' or ')}`);
  const eventPayload = payloads.find((payload) => audio.includes(`a=rtpmap:${payload} telephone-event/8000`));
  const kept = [PAYLOAD_TYPE[codec], ...(eventPayload ? [eventPayload] : [])];
  const body = audio.slice(1).filter((line) => {
    const payload = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+)/.exec(line)?.[1];
    return payload === undefined || kept.includes(payload);
  });
  return {
    sdp: join([...session, [media, port, protocol, ...kept].join(' '), ...body]),
    carriage: carriageOf(protocol!, text),
    codec,
    eventPayload,
    direction: directionOf(body) ?? directionOf(session) ?? 'sendrecv',
    refused: sections.map(([line], at) => (at === index ? undefined : refusal(line!))),
  };
}

function carriageOf(protocol: string, text: string): PartySdp['carriage'] {
  if (!protocol.includes('SAVP')) return 'rtp';
  return text.includes('a=fingerprint:') ? 'webrtc' : 'srtp';
}

// RFC 3264 6: as many sections as the offer, the refused ones with port 0
function refusal(mediaLine: string): string {
  return mediaLine.replace(/^(m=\S+) \S+/, '$1 0');
}

function directionOf(lines: readonly string[]): Direction | undefined {
  return lines.map((line) => /^a=(sendrecv|sendonly|recvonly|inactive)$/.exec(line)?.[1]).find(Boolean) as
    | Direction
    | undefined;
}

function splitSections(text: string): string[][] {
  const parts: string[][] = [[]];
  for (const line of text.split(/\r?\n/)) {
    if (line === '') continue;
    if (line.startsWith('m=')) parts.push([]);
    parts.at(-1)!.push(line);
  }
  return parts;
}

function join(lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n`;
}

/**
 * What the far end gets: the server's SDP with an origin of ours (its version counts what the far end sees, not what
 * the server was told in between) and with the sections that we refused.
 */
export function forParty(
  text: string,
  origin: { readonly id: string; readonly version: number },
  refused: PartySdp['refused'] = [undefined],
): string {
  const [session = [], ...sections] = splitSections(text);
  const address = /^c=(.*)$/m.exec(text)?.[1]?.trim() ?? 'IN IP4 127.0.0.1';
  const head = session.map((line) =>
    line.startsWith('o=') ? `o=- ${origin.id} ${origin.version} ${address}` : line,
  );
  const audio = sections[0] ?? [];
  return join([...head, ...refused.flatMap((line) => (line === undefined ? audio : [line]))]);
}

/** Host and RTP port of the first section. */
export interface RtpAddress {
  readonly host: string;
  readonly port: number;
}

/** Where media of an SDP written by the server goes. */
export function addressOf(text: string): RtpAddress {
  const host = /^c=IN IP[46] (\S+)/m.exec(text)?.[1];
  const port = Number(/^m=audio (\d+)/m.exec(text)?.[1]);
  if (!host || !port) throw new MediaNegotiationError('the media server gave an SDP without an address');
  return { host, port };
}

/** SDP of the inner party: where the audio of the endpoint goes. */
export function innerSdp(
  to: RtpAddress,
  version: number,
  codecs: readonly Codec[],
  eventPayload: string | undefined,
  direction: Direction,
): string {
  const payloads = codecs.map((codec) => PAYLOAD_TYPE[codec]);
  const lines = codecs.map((codec) => `a=rtpmap:${PAYLOAD_TYPE[codec]} ${codec}/8000`);
  if (eventPayload) {
    payloads.push(eventPayload);
    lines.push(`a=rtpmap:${eventPayload} telephone-event/8000`, `a=fmtp:${eventPayload} 0-16`);
  }
  const address = `IN ${to.host.includes(':') ? 'IP6' : 'IP4'} ${to.host}`;
  return join([
    'v=0',
    `o=- 1 ${version} ${address}`,
    's=-',
    `c=${address}`,
    't=0 0',
    `m=audio ${to.port} RTP/AVP ${payloads.join(' ')}`,
    ...lines,
    'a=ptime:20',
    `a=${direction}`,
  ]);
}
