import { describe, expect, it } from 'vitest';
import { Negotiation } from '../../../../src/media/embedded/negotiation.ts';
import { MediaNegotiationError } from '../../../../src/media/errors.ts';
import type { EndpointOptions } from '../../../../src/media/media.ts';

const negotiate = (options: Partial<EndpointOptions> = {}) =>
  new Negotiation({ address: '198.51.100.1', port: 20_000 }, { callId: 'c', ...options }, 7);

const sdp = (...lines: string[]) =>
  ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', ...lines, ''].join('\r\n');
const events = ['a=rtpmap:96 telephone-event/8000', 'a=fmtp:96 0-16'];

describe('answer', () => {
  it('takes A-law and telephone-event with the far end’s number', () => {
    const { sdp: answer, terms } = negotiate().answer(
      sdp('m=audio 4000 RTP/AVP 18 0 8 96', ...events, 'a=ptime:30'),
    );
    expect(answer).toBe(
      [
        'v=0',
        'o=- 7 1 IN IP4 198.51.100.1',
        's=-',
        'c=IN IP4 198.51.100.1',
        't=0 0',
        'm=audio 20000 RTP/AVP 8 96',
        'a=rtpmap:8 PCMA/8000',
        'a=rtpmap:96 telephone-event/8000',
        'a=fmtp:96 0-15',
        'a=ptime:30',
        'a=sendrecv',
        '',
      ].join('\r\n'),
    );
    expect(terms).toEqual({
      remote: { address: '192.0.2.1', port: 4000, rtcpPort: 4001 },
      law: 'PCMA',
      packetSamples: 240,
      eventsIn: [96],
      eventOut: 96,
      comfortNoise: false,
      rtcpMux: false,
      send: true,
      receive: true,
      inbandDigits: true,
    });
  });

  it('follows our order of codecs', () => {
    const { terms } = negotiate({ codecs: ['PCMU', 'PCMA'] }).answer(sdp('m=audio 4000 RTP/AVP 8 0'));
    expect(terms.law).toBe('PCMU');
  });

  it('looks for digits in the audio when no events are offered, or when told to', () => {
    expect(negotiate().answer(sdp('m=audio 4000 RTP/AVP 8')).terms.inbandDigits).toBe(true);
    expect(negotiate({ digits: 'rfc4733' }).answer(sdp('m=audio 4000 RTP/AVP 8')).terms.inbandDigits).toBe(
      false,
    );
    const inband = negotiate({ digits: 'inband' }).answer(sdp('m=audio 4000 RTP/AVP 8 96', ...events));
    expect(inband.terms).toMatchObject({ inbandDigits: true, eventsIn: [], eventOut: undefined });
    expect(inband.sdp).not.toContain('telephone-event');
  });

  it.each([
    ['a=sendonly', 'recvonly', false, true],
    ['a=recvonly', 'sendonly', true, false],
    ['a=inactive', 'inactive', false, false],
  ])('answers %s with %s', (line, ours, send, receive) => {
    const { sdp: answer, terms } = negotiate().answer(sdp('m=audio 4000 RTP/AVP 8', line));
    expect(answer).toContain(`a=${ours}\r\n`);
    expect(terms).toMatchObject({ send, receive });
  });

  it('takes the direction and the address of the section before those of the session', () => {
    const offer = sdp(
      'a=inactive',
      'm=audio 4000 RTP/AVP 8',
      'c=IN IP4 192.0.2.9',
      'a=sendrecv',
      'a=rtcp:5005',
    );
    const { terms } = negotiate().answer(offer);
    expect(terms).toMatchObject({ send: true, remote: { address: '192.0.2.9', port: 4000, rtcpPort: 5005 } });
  });

  it('takes 0.0.0.0 as hold', () => {
    const { terms } = negotiate().answer(sdp('m=audio 4000 RTP/AVP 8', 'c=IN IP4 0.0.0.0'));
    expect(terms).toMatchObject({ remote: undefined, send: false, receive: true });
  });

  it('refuses other sections one by one (RFC 3264 6)', () => {
    const offer = sdp('m=video 5000 RTP/AVP 96', 'm=audio 4000 RTP/AVP 8', 'm=audio 4002 RTP/SAVP 8');
    const { sdp: answer } = negotiate().answer(offer);
    expect(answer.match(/^m=.*$/gm)?.map((line) => line.trim())).toEqual([
      'm=video 0 RTP/AVP 96',
      'm=audio 20000 RTP/AVP 8',
      'm=audio 0 RTP/SAVP 8',
    ]);
  });

  it('counts the version up and keeps the id', () => {
    const negotiation = negotiate();
    const first = negotiation.answer(sdp('m=audio 4000 RTP/AVP 8')).sdp;
    const second = negotiation.answer(sdp('m=audio 4000 RTP/AVP 8')).sdp;
    expect(first).toContain('o=- 7 1 IN');
    expect(second).toContain('o=- 7 2 IN');
  });

  it.each([
    ['empty', ''],
    ['no SDP', 'hello'],
    ['no section', sdp()],
    ['video alone', sdp('m=video 4000 RTP/AVP 8')],
    ['refused', sdp('m=audio 0 RTP/AVP 8')],
    ['SRTP', sdp('m=audio 4000 RTP/SAVP 8')],
    ['no common codec', sdp('m=audio 4000 RTP/AVP 18 9')],
    ['a name for an address', sdp('m=audio 4000 RTP/AVP 8', 'c=IN IP4 phone.example')],
    ['a port out of range', sdp('m=audio 70000 RTP/AVP 8')],
  ])('throws MediaNegotiationError: %s', (_, offer) => {
    expect(() => negotiate().answer(offer)).toThrow(MediaNegotiationError);
  });
});

it('takes no port of ours for that of a far end, in offers and answers', () => {
  const own = { has: ({ port }: { port: number }) => port === 20_002 };
  const negotiation = new Negotiation({ address: '192.0.2.1', port: 20_000 }, { callId: 'c' }, 7, own);
  expect(() => negotiation.answer(sdp('m=audio 20002 RTP/AVP 8'))).toThrow(MediaNegotiationError);
  negotiation.offer('sendrecv');
  expect(() => negotiation.accept(sdp('m=audio 20002 RTP/AVP 8'))).toThrow(MediaNegotiationError);
  negotiation.accept(sdp('m=audio 20004 RTP/AVP 8'));
});

describe('offer and accept', () => {
  it('offers both laws and events, and takes what the answer chose', () => {
    const negotiation = negotiate();
    expect(negotiation.offer('sendrecv')).toContain('m=audio 20000 RTP/AVP 8 0 101\r\n');
    const terms = negotiation.accept(sdp('m=audio 4000 RTP/AVP 0 110', 'a=rtpmap:110 telephone-event/8000'));
    // some send with the number that they answered
    expect(terms).toMatchObject({ law: 'PCMU', eventsIn: [101, 110], eventOut: 110, inbandDigits: true });
    // a later offer keeps the codec
    expect(negotiation.offer('sendonly')).toContain('m=audio 20000 RTP/AVP 0 101\r\n');
  });

  it('keeps the payload type of events that was agreed first (RFC 3264 8.3.2)', () => {
    const negotiation = negotiate();
    negotiation.answer(sdp('m=audio 4000 RTP/AVP 8 97', 'a=rtpmap:97 telephone-event/8000'));
    expect(negotiation.offer('sendrecv')).toContain('m=audio 20000 RTP/AVP 8 97\r\n');
  });

  it('sends only what both sides allow', () => {
    const held = negotiate();
    held.offer('sendonly');
    expect(held.accept(sdp('m=audio 4000 RTP/AVP 8', 'a=recvonly'))).toMatchObject({
      send: true,
      receive: false,
    });
    const parked = negotiate();
    parked.offer('sendonly');
    expect(parked.accept(sdp('m=audio 4000 RTP/AVP 8', 'a=inactive'))).toMatchObject({
      send: false,
      receive: false,
    });
  });

  it('refuses an answer without an offer, and one that does not fit', () => {
    expect(() => negotiate().accept(sdp('m=audio 4000 RTP/AVP 8'))).toThrow(MediaNegotiationError);
    const negotiation = negotiate();
    negotiation.offer('sendrecv');
    expect(() => negotiation.accept(sdp('m=audio 0 RTP/AVP 8'))).toThrow(MediaNegotiationError);
  });
});

describe('packing', () => {
  it.each([
    [['a=ptime:60'], 480],
    [['a=ptime:10'], 80],
    [['a=ptime:200'], 480],
    [['a=maxptime:10'], 80],
    [['a=ptime:60', 'a=maxptime:40'], 320],
    [[], 160],
  ])('of %j gives packets of %i samples', (lines, samples) => {
    const { terms } = negotiate().answer(sdp('m=audio 4000 RTP/AVP 8', ...lines));
    expect(terms.packetSamples).toBe(samples);
  });

  it('takes comfort noise from who names it, and takes none that it did not offer', () => {
    const taken = negotiate().answer(sdp('m=audio 4000 RTP/AVP 8 13'));
    expect(taken.terms.comfortNoise).toBe(true);
    expect(taken.sdp).toContain('m=audio 20000 RTP/AVP 8 13\r\n');
    expect(taken.sdp).toContain('a=rtpmap:13 CN/8000\r\n');
    const offering = negotiate();
    expect(offering.offer('sendrecv')).not.toContain('CN/8000');
    expect(offering.accept(sdp('m=audio 4000 RTP/AVP 8 13')).comfortNoise).toBe(false);
  });

  it('is offered as the party wants it that this one is called for', () => {
    const near = negotiate();
    near.answer(sdp('m=audio 4000 RTP/AVP 8 13', 'a=ptime:40'));
    const called = new Negotiation(
      { address: '198.51.100.1', port: 20_002 },
      { callId: 'c' },
      8,
      undefined,
      near,
    );
    const offer = called.offer('sendrecv');
    expect(offer).toContain('a=ptime:40\r\n');
    expect(offer).toContain('m=audio 20002 RTP/AVP 8 0 101 13\r\n');
    expect(called.accept(sdp('m=audio 4000 RTP/AVP 8 13'))).toMatchObject({
      comfortNoise: true,
      packetSamples: 160,
    });
  });
});
