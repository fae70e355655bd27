import { describe, expect, it } from 'vitest';
import { DEFAULT_CODECS, expectsAudio, readAudio, readServerSdp } from '../../../src/media/audio-sdp.ts';
import { MediaNegotiationError } from '../../../src/media/errors.ts';
import type { MediaProfile } from '../../../src/media/media.ts';

const sdp = (...lines: string[]) =>
  ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', ...lines, ''].join('\r\n');
const read = (profile: MediaProfile, ...lines: string[]) => readAudio(sdp(...lines), DEFAULT_CODECS, profile);

const PLAIN = 'm=audio 4000 RTP/AVP 8';
const KEYED = 'm=audio 4002 RTP/SAVP 0 8';
const BROWSER = ['m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8', 'c=IN IP4 0.0.0.0', 'a=fingerprint:sha-256 AB'];

describe('readAudio', () => {
  it.each([
    ['any', 0, 'rtp'],
    ['rtp', 0, 'rtp'],
    ['srtp', 1, 'srtp'],
    ['webrtc', 2, 'webrtc'],
  ] as const)('an endpoint for %s takes the first section that it carries', (profile, index, carriage) => {
    const audio = read(profile, PLAIN, KEYED, ...BROWSER);
    expect(audio.session.media.indexOf(audio.section)).toBe(index);
    expect(audio).toMatchObject({ carriage, codec: 'PCMA' });
  });

  it('finds the fingerprint of the session', () => {
    expect(read('any', 'a=fingerprint:sha-256 AB', KEYED).carriage).toBe('webrtc');
  });

  it('passes over refused and foreign sections', () => {
    const { section } = read(
      'any',
      'm=audio 0 RTP/AVP 8',
      'm=audio 5 TCP/RTP/AVP 8',
      'm=video 6 RTP/AVP 8',
      PLAIN,
    );
    expect(section.port).toBe(4000);
    expect(() => read('rtp', KEYED)).toThrow(MediaNegotiationError);
  });

  it.each([
    ['its rtpmap', ['m=audio 4000 RTP/AVP 8 97', 'a=rtpmap:97 telephone-event/8000'], 97],
    ['the usual number without one', ['m=audio 4000 RTP/AVP 8 101'], 101],
    [
      'its rtpmap before the usual number',
      ['m=audio 4000 RTP/AVP 8 101 96', 'a=rtpmap:96 telephone-event/8000'],
      96,
    ],
    ['nothing', ['m=audio 4000 RTP/AVP 8 102', 'a=rtpmap:101 telephone-event/8000'], undefined],
    ['another meaning of the number', ['m=audio 4000 RTP/AVP 8 101', 'a=rtpmap:101 opus/48000/2'], undefined],
  ])('knows telephone-event by %s', (_, lines, payloadType) => {
    expect(read('any', ...lines).eventPayloadType).toBe(payloadType);
  });

  it('knows when audio is to come', () => {
    expect([
      expectsAudio(undefined),
      expectsAudio(read('any', PLAIN)),
      expectsAudio(read('any', PLAIN, 'a=sendonly')),
      expectsAudio(read('any', PLAIN, 'c=IN IP4 0.0.0.0')),
      expectsAudio(read('any', PLAIN, 'c=IN IP6 ::')),
      expectsAudio(read('any', ...BROWSER)),
    ]).toEqual([false, true, false, false, false, true]);
  });
});

describe('readServerSdp', () => {
  it('finds where the server receives', () => {
    expect(readServerSdp(sdp(PLAIN, 'c=IN IP4 192.0.2.7')).at).toMatchObject({
      address: '192.0.2.7',
      port: 4000,
    });
  });

  it.each([undefined, '', sdp(), sdp('m=audio 0 RTP/AVP 8'), sdp(PLAIN).replace(/c=.*\r\n/, '')])(
    'refuses %j',
    (text) => {
      expect(() => readServerSdp(text)).toThrow(MediaNegotiationError);
    },
  );
});
