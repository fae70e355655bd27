import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventSocketReader, parseEvent } from '../../../../src/media/freeswitch/event-socket-reader.ts';

const STREAM = [
  'Content-Type: auth/request\n\n',
  'Content-Type: command/reply\nReply-Text: +OK accepted\n\n',
  'Content-Type: api/response\nContent-Length: 8\n\n+OK 中\n',
  'Content-Length: 30\nContent-Type: text/event-plain\n\nEvent-Name: DTMF\nDTMF-Digit: 5',
].join('');

describe('EventSocketReader', () => {
  test('finds the same messages however the bytes are cut', () => {
    const bytes = Buffer.from(STREAM);
    const whole = new EventSocketReader().push(bytes);
    expect(whole.map(({ headers }) => headers.get('Content-Type'))).toEqual([
      'auth/request',
      'command/reply',
      'api/response',
      'text/event-plain',
    ]);
    expect(whole.map(({ body }) => body)).toEqual(['', '', '+OK 中\n', 'Event-Name: DTMF\nDTMF-Digit: 5']);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), (cuts) => {
        const reader = new EventSocketReader();
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const found = at.slice(1).flatMap((end, index) => reader.push(bytes.subarray(at[index], end)));
        expect(found).toEqual(whole);
      }),
    );
  });

  test.each(['-1', 'many', '99999999999'])('Content-Length %s is refused', (length) => {
    const reader = new EventSocketReader();
    expect(() => reader.push(Buffer.from(`Content-Length: ${length}\n\n`))).toThrow(RangeError);
  });

  test('headers that never end are refused', () => {
    const reader = new EventSocketReader();
    const flood = Buffer.alloc(1024 * 1024, 'a');
    expect(() => {
      for (let index = 0; index < 9; index++) reader.push(flood);
    }).toThrow(RangeError);
  });

  test('values of events are decoded, broken ones kept', () => {
    const event = parseEvent('Record-File-Path: %2Ftmp%2Fa.wav\nOdd: 100%\n\nbody: no header');
    expect([...event]).toEqual([
      ['Record-File-Path', '/tmp/a.wav'],
      ['Odd', '100%'],
    ]);
  });
});
