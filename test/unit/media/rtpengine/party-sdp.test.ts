import { expect, test } from 'vitest';
import { readAudio, readServerSdp } from '../../../../src/media/audio-sdp.ts';
import { cutDown, forParty } from '../../../../src/media/rtpengine/party-sdp.ts';

const OFFER = [
  'v=0',
  'o=- 5 5 IN IP4 10.0.0.1',
  's=-',
  'c=IN IP4 10.0.0.1',
  't=0 0',
  'm=video 4002 RTP/AVP 96',
  'a=rtpmap:96 VP8/90000',
  'm=audio 4000 RTP/AVP 111 0 8 126',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10',
  'a=rtcp-fb:111 transport-cc',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:126 telephone-event/8000',
  'a=recvonly',
  '',
].join('\r\n');

const offer = readAudio(OFFER, ['PCMA', 'PCMU'], 'any');

test('only the codec that we take and its telephone-event reach rtpengine', () => {
  expect(cutDown(offer)).toBe(
    [
      ...OFFER.split('\r\n').slice(0, 5),
      'm=audio 4000 RTP/AVP 8 126',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:126 telephone-event/8000',
      'a=recvonly',
      '',
    ].join('\r\n'),
  );
});

test('the answer has the refused sections in their order, and an origin of ours', () => {
  const answer = readServerSdp(
    'v=0\r\no=- 1 77 IN IP4 10.1.1.1\r\ns=-\r\nc=IN IP4 10.1.1.1\r\nt=0 0\r\nm=audio 5000 RTP/AVP 8 126\r\n',
  );
  const told = forParty(answer, 9, 3, offer);
  expect(told).toContain('o=- 9 3 IN IP4 10.1.1.1\r\n');
  expect(told.match(/^m=.*$/gm)).toEqual(['m=video 0 RTP/AVP 96', 'm=audio 5000 RTP/AVP 8 126']);
  expect(forParty(answer, 9, 4).match(/^m=.*$/gm)).toEqual(['m=audio 5000 RTP/AVP 8 126']);
});
