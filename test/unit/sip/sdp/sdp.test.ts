import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMessage } from '../../../../src/sip/message/index.ts';
import {
  answerDirection,
  answerSetup,
  attributeOf,
  attributesOf,
  candidateAttribute,
  codecAttributes,
  codecsOf,
  cryptoAttribute,
  cryptosOf,
  directionOf,
  dtlsOf,
  formatSdp,
  iceOf,
  isHold,
  isRepeated,
  isSameCodec,
  misfitOfAnswer,
  misfitOfReoffer,
  nextOrigin,
  packetTimeOf,
  parseCandidate,
  parseSdp,
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

describe('parseSdp', () => {
  const text = lines(
    ...HEAD,
    'a=group:BUNDLE 1',
    ...AUDIO,
    'm=video 0 RTP/AVP 31',
    'c=IN IP6 2001:db8::1',
    'b=AS:256',
    'a=inactive',
  );

  it('reads several sections', () => {
    const session = parseSdp(text);
    expect(session.origin).toEqual({
      username: '-',
      sessionId: '20518',
      sessionVersion: '1',
      family: 'IP4',
      address: '10.0.0.2',
    });
    expect(session.media.map(({ kind, port, formats }) => [kind, port, ...formats])).toEqual([
      ['audio', 49170, '8', '0', '101'],
      ['video', 0, '31'],
    ]);
    expect(session.media[1]).toMatchObject({
      connection: { family: 'IP6', address: '2001:db8::1' },
      bandwidths: ['AS:256'],
    });
    expect(attributeOf(session, 'group')).toBe('BUNDLE 1');
    expect(attributesOf(session.media[0]!, 'rtpmap')).toHaveLength(2);
    expect(session.media.map((media) => directionOf(session, media))).toEqual(['sendonly', 'inactive']);
  });

  it('writes what it has read', () => {
    expect(formatSdp(parseSdp(text))).toBe(text);
  });

  it('is tolerant of line ends, missing and unknown lines', () => {
    const session = parseSdp(
      'v=0\no=- 1 1 IN IP4 h \ni=x\nx=y\n\nm=audio 4000/2 RTP/AVP 8\nc=IN IP4 224.2.1.1/127',
    );
    expect(session).toMatchObject({ name: '-', timing: '0 0', connection: undefined });
    expect(session.media[0]).toMatchObject({ port: 4000, connection: { address: '224.2.1.1' } });
  });

  it.each([
    '',
    'x',
    'v=1\r\n',
    'v=0\r\n',
    lines('v=0', 'o=x'),
    lines(...HEAD, 'm=audio'),
    lines(...HEAD, 'm=audio 70000 RTP/AVP 8'),
    lines(...HEAD, 'm=audio -1 RTP/AVP 8'),
    lines('v=0', 'o=- 1 1 IN IP4 h', 'c=IN IP4'),
    lines(...HEAD, 'audio'),
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
            formatSdp(session);
            for (const media of session.media) {
              codecsOf(media);
              cryptosOf(media);
              iceOf(session, media);
              dtlsOf(session, media);
              rtpAddressOf(session, media);
              isHold(session, media);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(SdpError);
          }
        },
      ),
    );
  });

  const folder = join(import.meta.dirname, '../../../../../shared/sip-torture/rfc5118');
  it.skipIf(!existsSync(folder)).each(['ipv6-in-sdp', 'mult-ip-in-sdp', 'ipv4-mapped-ipv6'])(
    'reads %s of RFC 5118',
    (name) => {
      const message = parseMessage(readFileSync(join(folder, `${name}.dat`)));
      const session = parseSdp(message?.bodyText ?? '');
      const families = session.media.map((media) => (media.connection ?? session.connection)?.family);
      expect(families).toEqual(
        name === 'mult-ip-in-sdp' ? ['IP4', 'IP6'] : ['IP6', 'IP6'].slice(0, families.length),
      );
    },
  );
});

describe('codecs', () => {
  it('come from rtpmap or from the static table', () => {
    const { media } = parseSdp(
      lines(
        ...HEAD,
        ...AUDIO,
        'm=audio 1 RTP/AVP 96 97 200 x 18',
        'a=rtpmap:96 opus/48000/2',
        'a=rtpmap:97 bad',
      ),
    );
    expect(
      codecsOf(media[0]!).map(({ payloadType, name, parameters }) => `${payloadType} ${name} ${parameters}`),
    ).toEqual(['8 PCMA ', '0 PCMU ', '101 telephone-event 0-15']);
    expect(codecsOf(media[1]!)).toEqual([
      { payloadType: 96, name: 'opus', clockRate: 48000, channels: 2, parameters: '' },
      { payloadType: 18, name: 'G729', clockRate: 8000, channels: 1, parameters: '' },
    ]);
    expect(codecAttributes(codecsOf(media[1]!)).map(({ value }) => value)).toEqual([
      '96 opus/48000/2',
      '18 G729/8000',
    ]);
    expect(
      codecAttributes(codecsOf(media[0]!).slice(2)).map(({ name, value }) => `${name}:${value}`),
    ).toEqual(['rtpmap:101 telephone-event/8000', 'fmtp:101 0-15']);
    const [first, second] = codecsOf(media[0]!);
    expect(isSameCodec(first!, { ...first!, payloadType: 99, name: 'pcma' })).toBe(true);
    expect(isSameCodec(first!, second!)).toBe(false);
  });
});

describe('direction', () => {
  it.each([
    ['sendrecv', 'sendrecv', 'sendrecv'],
    ['sendonly', 'sendrecv', 'recvonly'],
    ['recvonly', 'sendrecv', 'sendonly'],
    ['inactive', 'sendrecv', 'inactive'],
    ['sendrecv', 'sendonly', 'sendonly'],
    ['sendonly', 'sendonly', 'inactive'],
    ['sendrecv', 'inactive', 'inactive'],
  ] as const)('%s, wanted %s, is answered %s', (offered, wanted, answer) => {
    expect(answerDirection(offered, wanted)).toBe(answer);
  });

  it('finds hold in both ways of saying it', () => {
    const hold = (...more: string[]) => {
      const session = parseSdp(lines(...HEAD, 'm=audio 1 RTP/AVP 8', ...more));
      return isHold(session, session.media[0]!);
    };
    expect([
      hold(),
      hold('a=sendonly'),
      hold('a=inactive'),
      hold('a=recvonly'),
      hold('c=IN IP4 0.0.0.0'),
    ]).toEqual([false, true, true, false, true]);
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
        'a=rtcp:53020 IN IP6 2001:db8::9',
        'a=rtcp-mux',
        'a=ptime:30',
      ),
    );
    expect(rtpAddressOf(session, session.media[0]!)).toEqual({
      address: '10.0.0.2',
      port: 4000,
      rtcpAddress: '10.0.0.2',
      rtcpPort: 4001,
      rtcpMux: false,
    });
    expect(rtpAddressOf(session, session.media[1]!)).toEqual({
      address: '::1',
      port: 5000,
      rtcpAddress: '2001:db8::9',
      rtcpPort: 53020,
      rtcpMux: true,
    });
    expect(session.media.map(packetTimeOf)).toEqual([undefined, 30]);
    const bare = parseSdp(lines('v=0', 'o=- 1 1 IN IP4 h', 'm=audio 1 RTP/AVP 8'));
    expect(rtpAddressOf(bare, bare.media[0]!)).toBeUndefined();
  });
});

describe('security', () => {
  const key = Buffer.alloc(30, 7).toString('base64');

  it('reads and writes SDES keys', () => {
    const { media } = parseSdp(
      lines(
        ...HEAD,
        'm=audio 1 RTP/SAVP 8',
        `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20`,
        `a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:${key}|2^20|1:4`,
        `a=crypto:3 AES_CM_128_HMAC_SHA1_32 inline:${key} UNENCRYPTED_SRTP`,
        `a=crypto:4 F8_128_HMAC_SHA1_80 inline:${key}`,
        'a=crypto:5 AES_CM_128_HMAC_SHA1_80 inline:c2hvcnQ=',
        `a=crypto:6 AES_CM_128_HMAC_SHA1_32 inline:${key}`,
      ),
    );
    const cryptos = cryptosOf(media[0]!);
    expect(cryptos.map(({ tag, suite }) => `${tag} ${suite}`)).toEqual([
      '1 AES_CM_128_HMAC_SHA1_80',
      '6 AES_CM_128_HMAC_SHA1_32',
    ]);
    expect(cryptos[0]?.key).toEqual(Buffer.alloc(30, 7));
    expect(cryptoAttribute(cryptos[1]!).value).toBe(`6 AES_CM_128_HMAC_SHA1_32 inline:${key}`);
  });

  it('reads DTLS of the section or of the session', () => {
    const value = Array(32).fill('aB').join(':');
    const session = parseSdp(
      lines(
        ...HEAD,
        `a=fingerprint:SHA-256 ${value}`,
        'a=setup:actpass',
        'm=audio 1 UDP/TLS/RTP/SAVPF 8',
        'm=audio 1 RTP/SAVP 8',
        'a=fingerprint:sha-256 x',
        'a=setup:passive',
      ),
    );
    expect(dtlsOf(session, session.media[0]!)).toEqual({
      fingerprints: [{ algorithm: 'sha-256', value: value.toUpperCase() }],
      setup: 'actpass',
    });
    expect(dtlsOf(session, session.media[1]!)).toBeUndefined();
    expect((['active', 'passive', 'actpass', 'holdconn'] as const).map(answerSetup)).toEqual([
      'passive',
      'active',
      'active',
      'holdconn',
    ]);
  });

  it('reads and writes ICE candidates', () => {
    const values = [
      '842163049 1 udp 1677729535 203.0.113.9 46154 typ srflx raddr 10.0.0.2 rport 46154',
      '1 2 udp 1 5f8e.local 9 typ host',
    ];
    const session = parseSdp(
      lines(
        ...HEAD,
        'a=ice-lite',
        'a=ice-ufrag:u',
        'm=audio 1 RTP/AVP 8',
        'a=ice-pwd:p',
        ...values.map((value) => `a=candidate:${value}`),
        'a=candidate:1 1 udp x y z',
        'a=end-of-candidates',
      ),
    );
    const ice = iceOf(session, session.media[0]!);
    expect(ice).toMatchObject({ ufrag: 'u', pwd: 'p', isLite: true, isComplete: true });
    expect(ice?.candidates.map((candidate) => candidateAttribute(candidate).value)).toEqual(values);
    expect(ice?.candidates[0]).toMatchObject({
      type: 'srflx',
      related: { address: '10.0.0.2', port: 46154 },
    });
    expect(parseCandidate('1 1 UDP 5 ::1 70000 typ host')).toBeUndefined();
    expect(parseCandidate('1 1 UDP 5 ::1 700 typ host generation 0')?.transport).toBe('udp');
  });
});

describe('offer and answer', () => {
  const offer = parseSdp(lines(...HEAD, ...AUDIO, 'm=video 0 RTP/AVP 31'));
  const answer = (...sections: string[]) => parseSdp(lines(...HEAD, ...sections));

  it('an answer fits its offer (RFC 3264 6)', () => {
    expect(misfitOfAnswer(offer, answer('m=audio 1 RTP/AVP 8', 'm=video 0 RTP/AVP 31'))).toBeUndefined();
    expect(misfitOfAnswer(offer, answer('m=audio 1 RTP/AVP 8'))).toMatch('1 media sections, the offer 2');
    expect(misfitOfAnswer(offer, answer('m=video 1 RTP/AVP 8', 'm=audio 0 RTP/AVP 31'))).toMatch('is video');
    expect(misfitOfAnswer(offer, answer('m=audio 1 RTP/AVP 8', 'm=video 5 RTP/AVP 31'))).toMatch(
      'not offered',
    );
    expect(misfitOfAnswer(offer, answer('m=audio 1 RTP/SAVP 8', 'm=video 0 RTP/AVP 31'))).toMatch('RTP/SAVP');
  });

  it('a later offer keeps the sections and the origin (RFC 3264 8)', () => {
    const next = { ...offer, origin: nextOrigin(offer.origin) };
    expect(next.origin.sessionVersion).toBe('2');
    expect(misfitOfReoffer(offer, next)).toBeUndefined();
    expect(isRepeated(offer, next)).toBe(false);
    expect(isRepeated(offer, offer)).toBe(true);
    expect(misfitOfReoffer(offer, answer('m=audio 1 RTP/AVP 8'))).toMatch('disappeared');
    expect(misfitOfReoffer(offer, { ...next, media: [...next.media].reverse() })).toMatch('kind');
    expect(misfitOfReoffer(offer, { ...next, origin: { ...next.origin, sessionId: '9' } })).toMatch('origin');
  });

  it('refuses a section with port 0', () => {
    expect(formatSdp({ ...offer, media: [refusedSection(offer.media[0]!)] })).toContain(
      'm=audio 0 RTP/AVP 8 0 101\r\n',
    );
  });
});
