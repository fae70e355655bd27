import { attributesOf, type MediaDescription, type SdpAttribute } from './session-description.ts';

/** One payload type of an RTP section (RFC 8866 6.6). */
export interface Codec {
  readonly payloadType: number;
  /** As written; compare in upper case. */
  readonly name: string;
  /** Hz of the RTP clock. */
  readonly clockRate: number;
  readonly channels: number;
  /** Value of a=fmtp without the payload type, '' when there is none. */
  readonly parameters: string;
}

/** RFC 3551 6: payload types that need no a=rtpmap. */
const STATIC: Readonly<Record<number, readonly [name: string, clockRate: number]>> = {
  0: ['PCMU', 8000],
  3: ['GSM', 8000],
  4: ['G723', 8000],
  8: ['PCMA', 8000],
  9: ['G722', 8000],
  13: ['CN', 8000],
  15: ['G728', 8000],
  18: ['G729', 8000],
};

/** Codecs of a section in its order of preference; payload types that nothing explains are left out. */
export function codecsOf(media: MediaDescription): Codec[] {
  const maps = byPayloadType(attributesOf(media, 'rtpmap'));
  const parameters = byPayloadType(attributesOf(media, 'fmtp'));
  const codecs: Codec[] = [];
  for (const format of media.formats) {
    const payloadType = Number(format);
    if (!Number.isInteger(payloadType) || payloadType < 0 || payloadType > 127) continue;
    const [name = '', clock, channels = '1'] = maps.get(payloadType)?.split('/') ?? STATIC[payloadType] ?? [];
    const clockRate = Number(clock);
    if (name === '' || !(clockRate > 0)) continue;
    codecs.push({
      payloadType,
      name,
      clockRate,
      channels: Number(channels) || 1,
      parameters: parameters.get(payloadType) ?? '',
    });
  }
  return codecs;
}

/** `8 PCMA/8000` by its leading number; the first of a number counts. */
function byPayloadType(values: readonly string[]): Map<number, string> {
  const map = new Map<number, string>();
  for (const value of values) {
    const space = value.indexOf(' ');
    const payloadType = Number(value.slice(0, space));
    if (space > 0 && !map.has(payloadType)) map.set(payloadType, value.slice(space + 1).trim());
  }
  return map;
}

/** The a=rtpmap and a=fmtp lines of codecs. */
export function codecAttributes(codecs: readonly Codec[]): SdpAttribute[] {
  return codecs.flatMap(({ payloadType, name, clockRate, channels, parameters }) => {
    const encoding = channels > 1 ? `${name}/${clockRate}/${channels}` : `${name}/${clockRate}`;
    const map = { name: 'rtpmap', value: `${payloadType} ${encoding}` };
    return parameters === '' ? [map] : [map, { name: 'fmtp', value: `${payloadType} ${parameters}` }];
  });
}

/** Whether two codecs are the same but for their payload type (RFC 3264 6.1). */
export function isSameCodec(a: Codec, b: Codec): boolean {
  return (
    a.name.toUpperCase() === b.name.toUpperCase() && a.clockRate === b.clockRate && a.channels === b.channels
  );
}
