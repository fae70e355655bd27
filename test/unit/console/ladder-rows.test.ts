import { describe, expect, it } from 'vitest';
import type { LadderRow } from '../../../src/console/api/types.ts';
import { drawingOf } from '../../../src/console/page/calls/ladder/ladder-rows.ts';

const AT = Date.parse('2026-10-10T02:00:00Z');
const US = { address: '203.0.113.1', port: 5060 };
const CARRIER = { address: '198.51.100.7', port: 5060 };
const PHONE = { address: '2001:db8::7', port: 5062 };

type Line = LadderRow['lines'][number];
const message = (
  ms: number,
  direction: 'in' | 'out',
  leg: string,
  firstLine: string,
  peer = CARRIER,
  more = '',
): Line => ({
  kind: 'message',
  at: new Date(AT + ms).toISOString(),
  direction,
  transport: 'udp',
  from: direction === 'in' ? peer : US,
  to: direction === 'in' ? US : peer,
  leg,
  sipCallId: leg,
  firstLine,
  text: `${firstLine}\r\nCSeq: 1 INVITE\r\n${more}\r\n`,
});
const event = (ms: number, name: string, leg: string): Line => ({
  ...{ kind: 'event', at: new Date(AT + ms).toISOString(), event: name, leg, details: [], text: '' },
});

describe('a ladder as it is drawn', () => {
  it('has the caller left of the engine and the others right of it, a lane for each leg at each address', () => {
    const { lanes } = drawingOf({
      lines: [
        message(0, 'in', 'caller', 'INVITE sip:400@pbx SIP/2.0'),
        message(1, 'out', '8001', 'INVITE sip:8001@phone SIP/2.0', PHONE),
        message(2, 'out', '8002', 'INVITE sip:8002@phone SIP/2.0', PHONE),
        message(3, 'in', '8002', 'BYE sip:x SIP/2.0', CARRIER),
        message(4, 'in', 'caller', 'BYE sip:x SIP/2.0'),
      ],
    });
    expect(lanes.map(({ leg, address }) => `${leg} ${address}`)).toEqual([
      'caller 198.51.100.7:5060',
      'pbx400 203.0.113.1:5060',
      '8001 [2001:db8::7]:5062',
      '8002 [2001:db8::7]:5062',
      '8002 198.51.100.7:5060',
    ]);
  });

  it('has arrows from lane to lane, with what they come to and ms since the first', () => {
    const sdp = 'Content-Type: application/sdp\r\n';
    const { rows } = drawingOf({
      lines: [
        message(0, 'in', 'caller', 'INVITE sip:400@pbx SIP/2.0', CARRIER, sdp),
        message(0, 'in', 'caller', 'INVITE sip:400@pbx SIP/2.0', CARRIER, sdp),
        message(5, 'out', 'caller', 'SIP/2.0 100 Trying'),
        message(8, 'out', '8001', 'INVITE sip:8001@phone SIP/2.0', PHONE),
        message(2_508, 'in', '8001', 'SIP/2.0 486 Busy Here', PHONE),
        message(2_509, 'in', '8001', 'SIP/2.0 401 Unauthorized', PHONE),
        message(2_510, 'out', 'caller', 'SIP/2.0 200 OK', CARRIER, 'c: application/sdp\r\n'),
      ],
    });
    expect(
      rows.map((row) => row.kind === 'message' && [row.from, row.to, row.label, row.tone, row.isAgain]),
    ).toEqual([
      [0, 1, 'INVITE (SDP)', 'ask', false],
      [0, 1, 'INVITE (SDP)', 'ask', true],
      [1, 0, '100 Trying (INVITE)', 'wait', false],
      [1, 2, 'INVITE', 'ask', false],
      [2, 1, '486 Busy Here (INVITE)', 'bad', false],
      [2, 1, '401 Unauthorized (INVITE)', 'moved', false],
      [1, 0, '200 OK (INVITE) (SDP)', 'good', false],
    ]);
    expect(rows.map(({ sinceMs, pauseMs }) => [sinceMs, pauseMs]).slice(2, 5)).toEqual([
      [5, 5],
      [8, 3],
      [2_508, 2_500],
    ]);
  });

  it('marks an event on the lane of its leg, of the call on the engine’s', () => {
    const { rows } = drawingOf({
      lines: [
        message(0, 'in', 'caller', 'INVITE sip:400@pbx SIP/2.0'),
        message(1, 'out', '8001', 'INVITE sip:8001@phone SIP/2.0', PHONE),
        event(2, 'rtp', '8001'),
        event(3, 'recordingStarted', ''),
        event(4, 'rung', '8009'),
        event(5, 'rtp', 'caller'),
      ],
    });
    expect(rows.flatMap((row) => (row.kind === 'event' ? [row.lane] : []))).toEqual([2, 1, 1, 0]);
  });

  it('is drawn of events alone, and of nothing', () => {
    expect(drawingOf({ lines: [event(0, 'answered', '')] })).toMatchObject({
      lanes: [{ leg: 'pbx400' }],
      rows: [{ lane: 0, sinceMs: 0 }],
    });
    expect(drawingOf({ lines: [] }).rows).toEqual([]);
  });
});
