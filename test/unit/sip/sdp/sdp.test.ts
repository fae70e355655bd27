import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMessage } from '../../../../src/sip/message/index.ts';
import {
  agreedDirection,
  attributeOf,
  cryptoAttribute,
  cryptoOf,
  directionOf,
  formatOrigin,
  formatSdp,
  hasRtcpMux,
  inheritedOf,
  longestPacketTimeOf,
  mirrored,
  packetTimeOf,
  parseSdp,
  payloadTypeOf,
  refusedSection,
  rtpAddressOf,
  SdpError,
} from '../../../../src/sip/sdp/index.ts';

const lines = (...parts: string[]) => `${parts.join('\r\n')}\r\n`;
const HEAD = ['v=0', 'o=- 20518 1 IN IP4 10.0.0.2', 's=-', 'c=IN IP4 10.0.0.2', 't=0 0'];
const AUDIO = [
  'm=audio 49170 RTP/AVP 8 0 101',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  'a=ptime:20',
  'a=sendonly',
];
const parseAudio = (...parts: string[]) => {
  const session = parseSdp(lines(...HEAD, ...parts));
  return { session, media: session.media[0]! };
};

describe('parseSdp', () => {
  const text = lines(
    ...HEAD,
    'a=group:BUNDLE 1',
    ...AUDIO,
    'm=video 0 RTP/AVP 31',
    'c=IN IP6 2001:db8::1',
    'a=inactive',
  );

  it('reads several sections', () => {
    const session = parseSdp(text);
    expect(session).toMatchObject({ origin: '- 20518 1 IN IP4 10.0.0.2', address: '10.0.0.2' });
    expect(session.media.map(({ kind, port, formats }) => [kind, port, ...formats])).toEqual([
      ['audio', 49170, '8', '0', '101'],
      ['video', 0, '31'],
    ]);
    expect(session.media.map(({ address }) => address)).toEqual([undefined, '2001:db8::1']);
    expect(attributeOf(session, 'group')).toBe('BUNDLE 1');
    expect(session.media.map((media) => directionOf(session, media))).toEqual(['sendonly', 'inactive']);
  });

  it('writes what it has read', () => {
    expect(formatSdp(parseSdp(text))).toBe(text);
  });

  it('is tolerant of line ends, spaces, missing, unknown and malformed lines', () => {
    const session = parseSdp(
      'v=0\no=- 1 1 IN IP4 h \ni=x\nx=y\n\nnoise\nm=audio  4000/2 RTP/AVP 8 \nc=IN IP4 224.2.1.1/127\na=ptime:20 \0',
    );
    expect(session).toEqual({
      origin: '- 1 1 IN IP4 h',
      address: undefined,
      attributes: [],
      media: [
        {
          kind: 'audio',
          port: 4000,
          protocol: 'RTP/AVP',
          formats: ['8'],
          address: '224.2.1.1',
          attributes: ['ptime:20'],
        },
      ],
    });
    expect(parseSdp(lines('v=0', 'c=IN IP4', 'c=IN IP4 10.0.0.9')).address).toBe('10.0.0.9');
  });

  it.each([
    '',
    'x',
    'v=1\r\n',
    'v=01\r\n',
    lines(...HEAD, 'm=audio'),
    lines(...HEAD, 'm=audio 4000'),
    lines(...HEAD, 'm=audio x RTP/AVP 8'),
    lines(...HEAD, 'm=audio 70000 RTP/AVP 8'),
    lines(...HEAD, 'm=audio -1 RTP/AVP 8'),
    lines(...HEAD, ...Array.from({ length: 70 }, () => 'm=audio 1 RTP/AVP 8')),
  ])('refuses %j', (bad) => {
    expect(() => parseSdp(bad)).toThrow(SdpError);
  });

  it('never throws anything else, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...text.split('\r\n')), fc.string()), { maxLength: 30 }),
        (parts) => {
          try {
            const session = parseSdp(['v=0', ...parts].join('\n'));
            expect(parseSdp(formatSdp(session)).media).toHaveLength(session.media.length);
            for (const media of session.media) {
              payloadTypeOf(media, 'telephone-event/8000');
              cryptoOf(media);
              directionOf(session, media);
              rtpAddressOf(session, media);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(SdpError);
          }
        },
      ),
    );
  });

  const folder = join(import.meta.dirname, '../../../../../shared/sip-torture/rfc5118');
  it.skipIf(!existsSync(folder)).each([
    ['ipv6-in-sdp', ['2001:db8::20', '2001:db8::20']],
    ['mult-ip-in-sdp', ['192.0.2.1', '2001:db8::1']],
    ['ipv4-mapped-ipv6', ['::ffff:192.0.2.2', '::ffff:192.0.2.2']],
  ])('reads %s of RFC 5118', (name, addresses) => {
    const message = parseMessage(readFileSync(join(folder, `${name}.dat`)));
    const session = parseSdp(message?.bodyText ?? '');
    const found = session.media.map((media) => rtpAddressOf(session, media)?.address);
    expect(found).toEqual(addresses);
  });
});

describe('formatSdp', () => {
  it('writes IPv6 addresses as such', () => {
    const session = { origin: formatOrigin(7, 3, '::1'), address: '::1', attributes: [], media: [] };
    expect(formatSdp(session)).toBe(lines('v=0', 'o=- 7 3 IN IP6 ::1', 's=-', 'c=IN IP6 ::1', 't=0 0'));
  });

  it('refuses a section with port 0', () => {
    const { session, media } = parseAudio(...AUDIO);
    const refusal = formatSdp({ ...session, media: [refusedSection(media)] });
    expect(refusal).toBe(lines(...HEAD, 'm=audio 0 RTP/AVP 8 0 101'));
  });
});

describe('attributes', () => {
  it('have whole names', () => {
    const { media } = parseAudio('m=audio 1 RTP/AVP 8', 'a=ptime2:5', 'a=rtcp-mux', 'a=ptime: 30', 'a=mid:');
    expect(packetTimeOf(media)).toBe(30);
    expect(longestPacketTimeOf(media)).toBeUndefined();
    expect(attributeOf(media, 'rtcp')).toBeUndefined();
    expect(attributeOf(media, 'mid')).toBe('');
    expect(attributeOf(media, 'rtcp-mux')).toBe('');
  });

  it('of a section go before those of the session', () => {
    const { session, media } = parseAudio(
      'a=setup:active',
      'a=mid:x',
      'm=audio 1 RTP/AVP 8',
      'a=setup:passive',
    );
    expect(inheritedOf(session, media, 'setup')).toEqual(['passive']);
    expect(inheritedOf(session, media, 'mid')).toEqual(['x']);
    expect(inheritedOf(session, media, 'ice-ufrag')).toEqual([]);
  });
});

describe('payload types', () => {
  it.each([
    ['a=rtpmap:101 telephone-event/8000', 101],
    ['a=rtpmap:101 Telephone-Event/8000', 101],
    ['a=rtpmap:101  telephone-event/8000/1', 101],
    ['a=rtpmap:101 telephone-event/16000', undefined],
    ['a=rtpmap:101 telephone-event/80000', undefined],
    ['a=rtpmap:102 telephone-event/8000', undefined],
    ['a=rtpmap:200 telephone-event/8000', undefined],
    ['a=rtpmap:x telephone-event/8000', undefined],
    ['a=rtpmap:telephone-event/8000', undefined],
    ['a=fmtp:101 telephone-event/8000', undefined],
  ])('%s', (line, found) => {
    const { media } = parseAudio('m=audio 1 RTP/AVP 8 101 200 x', 'a=rtpmap:8 PCMA/8000', line);
    expect(payloadTypeOf(media, 'telephone-event/8000')).toBe(found);
  });
});

describe('direction', () => {
  it.each([
    ['sendrecv', 'sendrecv', 'sendrecv'],
    ['sendrecv', 'sendonly', 'recvonly'],
    ['sendrecv', 'recvonly', 'sendonly'],
    ['sendrecv', 'inactive', 'inactive'],
    ['sendonly', 'sendrecv', 'sendonly'],
    ['sendonly', 'recvonly', 'sendonly'],
    ['sendonly', 'sendonly', 'inactive'],
    ['inactive', 'sendrecv', 'inactive'],
  ] as const)('we offered %s, they answer %s: %s', (ours, theirs, agreed) => {
    expect(agreedDirection(ours, theirs)).toBe(agreed);
    expect(agreedDirection('sendrecv', theirs)).toBe(mirrored(theirs));
  });

  it('is that of the section, of the session, or both ways', () => {
    const read = (...parts: string[]) => {
      const { session, media } = parseAudio(...parts);
      return directionOf(session, media);
    };
    expect([
      read('a=inactive', 'm=audio 1 RTP/AVP 8', 'a=recvonly'),
      read('a=inactive', 'm=audio 1 RTP/AVP 8'),
      read('m=audio 1 RTP/AVP 8', 'm=audio 1 RTP/AVP 8', 'a=inactive'),
    ]).toEqual(['recvonly', 'inactive', 'sendrecv']);
  });
});

describe('RTP address', () => {
  it('takes the section first, RFC 3605 and rtcp-mux', () => {
    const session = parseSdp(
      lines(
        ...HEAD,
        'm=audio 4000 RTP/AVP 8',
        'm=audio 5000 RTP/AVP 8',
        'c=IN IP6 ::1',
        'a=rtcp:53020 IN IP6 ::1',
        'a=rtcp-mux',
        'm=audio 65535 RTP/AVP 8',
        'a=rtcp:70000',
      ),
    );
    expect(session.media.map((media) => rtpAddressOf(session, media))).toEqual([
      { address: '10.0.0.2', port: 4000, rtcpPort: 4001 },
      { address: '::1', port: 5000, rtcpPort: 53020 },
      { address: '10.0.0.2', port: 65535, rtcpPort: 65535 },
    ]);
    expect(session.media.map(hasRtcpMux)).toEqual([false, true, false]);
    const bare = parseSdp(lines('v=0', 'o=- 1 1 IN IP4 h', 'm=audio 1 RTP/AVP 8'));
    expect(rtpAddressOf(bare, bare.media[0]!)).toBeUndefined();
  });
});

describe('SDES', () => {
  const key = Buffer.alloc(30, 7).toString('base64');
  const read = (...values: string[]) =>
    cryptoOf(parseAudio('m=audio 1 RTP/SAVP 8', ...values.map((value) => `a=crypto:${value}`)).media);

  it.each([
    ['an MKI', `2 AES_CM_128_HMAC_SHA1_32 inline:${key}|2^20|1:4`],
    ['session parameters', `3 AES_CM_128_HMAC_SHA1_32 inline:${key} UNENCRYPTED_SRTP`],
    ['an unknown suite', `4 F8_128_HMAC_SHA1_80 inline:${key}`],
    ['a name of Object', `4 toString inline:${key}`],
    ['a short key', '5 AES_CM_128_HMAC_SHA1_80 inline:c2hvcnQ='],
    ['no key', '6 AES_CM_128_HMAC_SHA1_80'],
  ])('passes over a line with %s', (_, bad) => {
    expect(read(bad)).toBeUndefined();
    expect(read(bad, `9 AES_CM_128_HMAC_SHA1_32 inline:${key}`)?.tag).toBe(9);
  });

  it('reads and writes keys', () => {
    const crypto = read(`1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20`);
    expect(crypto).toEqual({ tag: 1, suite: 'AES_CM_128_HMAC_SHA1_80', key: Buffer.alloc(30, 7) });
    expect(cryptoAttribute(crypto!)).toBe(`crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}`);
  });
});
