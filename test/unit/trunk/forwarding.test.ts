import { describe, expect, it } from 'vitest';
import { ReceivedRequest } from '../../../src/edge/leg/edge-message.ts';
import { parseMessage, type SipRequest } from '../../../src/sip/message/index.ts';
import { diversionsOf } from '../../../src/trunk/forwarding.ts';

/** What `diversionsOf` reads in an INVITE with these header lines. */
function read(...lines: string[]) {
  const head = [
    'INVITE sip:4001234567@pbx SIP/2.0',
    'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1',
    'From: <sip:13800138000@carrier>;tag=1',
    'To: <sip:4001234567@pbx>',
    'Call-ID: 1',
    'CSeq: 1 INVITE',
    ...lines,
    '\r\n',
  ].join('\r\n');
  const request = parseMessage(Buffer.from(head)) as SipRequest;
  return diversionsOf(new ReceivedRequest(request, {} as never), '0755');
}

describe('diversionsOf', () => {
  it('is empty for a call that came straight', () => {
    expect(read()).toEqual([]);
  });

  it('reads Diversion, the last one first, numbers in one form (RFC 5806)', () => {
    const lines = [
      'Diversion: <sip:+8675588889999@ims.example.cn>;reason=no-answer;counter=1',
      'Diversion: <tel:23456789>;reason="user-busy", <sip:13900139000;npdi@ims.example.cn>',
    ];
    expect(read(...lines)).toEqual([
      { number: '075588889999', reason: 'no-answer' },
      { number: '075523456789', reason: 'user-busy' },
      { number: '13900139000', reason: undefined },
    ]);
  });

  it('reads History-Info without the entry that leads to us (RFC 7044)', () => {
    const line =
      'History-Info: <sip:13900139000@x>;index=1, <sip:075588889999@x?Reason=SIP%3Bcause%3D408>;index=1.1, <sip:4001234567@x>;index=1.2';
    expect(read(line)).toEqual([
      { number: '075588889999', reason: 'SIP;cause=408' },
      { number: '13900139000', reason: undefined },
    ]);
    expect(read('History-Info: <sip:4001234567@x>;index=1')).toEqual([]);
  });

  it('goes by Diversion where both are, and leaves out what is no number or broken', () => {
    expect(read('Diversion: <sip:075588889999@x>', 'History-Info: <sip:1@x>, <sip:2@x>')).toHaveLength(1);
    expect(read('Diversion: <sip:anonymous@anonymous.invalid>, <sip:@x', 'Diversion: ,,')).toEqual([]);
    expect(read('History-Info: <sip:10086@x?Reason=%FF>;index=1, <sip:4001234567@x>')).toEqual([
      { number: '10086', reason: '%FF' },
    ]);
  });
});
