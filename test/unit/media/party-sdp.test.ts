import { expect, test } from 'vitest';
import { forParty, innerSdp, readParty } from '../../../src/media/party-sdp.ts';

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
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:126 telephone-event/8000',
  'a=recvonly',
  '',
].join('\r\n');

test('only the codec that we take and its telephone-event reach rtpengine', () => {
  const party = readParty(OFFER, ['PCMA', 'PCMU']);
  expect(party).toMatchObject({ codec: 'PCMA', eventPayload: '126', direction: 'recvonly' });
  expect(party.sdp).toContain('m=audio 4000 RTP/AVP 8 126\r\n');
  expect(party.sdp).not.toMatch(/opus|video|minptime/);
});

test('the answer has the refused sections in their order, and an origin of ours', () => {
  const { refused } = readParty(OFFER, ['PCMA']);
  const answer = innerSdp({ host: '10.1.1.1', port: 5000 }, 77, ['PCMA'], '126', 'sendonly');
  const told = forParty(answer, { id: '9', version: 3 }, refused);
  expect(told).toContain('o=- 9 3 IN IP4 10.1.1.1\r\n');
  expect(told.match(/^m=.*$/gm)).toEqual(['m=video 0 RTP/AVP 96', 'm=audio 5000 RTP/AVP 8 126']);
});
