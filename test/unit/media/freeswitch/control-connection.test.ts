import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ControlConnection } from '../../../../src/media/freeswitch/control-connection.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';
import { FakeEventSocket } from '../../../support/fake-event-socket.ts';
import { freeTcpPort } from '../../../support/free-port.ts';
import { until } from '../../../support/until.ts';

const COMMAND_MS = 500;

describe('ControlConnection', () => {
  let clock: ManualClock;
  let freeswitch: FakeEventSocket;
  beforeEach(async () => {
    clock = new ManualClock();
    freeswitch = await FakeEventSocket.open();
  });
  afterEach(() => freeswitch.close());

  const open = (more: { port?: number; secret?: string } = {}) => {
    const { port, secret } = freeswitch;
    return ControlConnection.open({ host: '127.0.0.1', port, secret, ...more }, clock, COMMAND_MS);
  };

  test('each answer finds its command, in the order that they were sent', async () => {
    freeswitch.answers.set('first', '1 中').set('second', '').set('third', '3');
    const control = await open();
    const commands = ['first a', 'second', 'third'].map((command) => control.api(command));
    expect(await Promise.all(commands)).toEqual(['1 中', '', '3']);
    expect(freeswitch.commands).toEqual([
      `auth ${freeswitch.secret}`,
      'api first a',
      'api second',
      'api third',
    ]);
    control.close();
  });

  test('a command goes out in one piece: FreeSWITCH would acknowledge the first of several after 40 ms', async () => {
    freeswitch.answers.set('first', '1');
    const control = await open();
    const before = freeswitch.pieces;
    for (let index = 0; index < 5; index++) await control.api('first');
    await control.execute('uuid', 'playback', 'x', 'id');
    expect(freeswitch.pieces - before).toBe(6);
    control.close();
  });

  test('a wrong secret and an address that is refused are said', async () => {
    await expect(open({ secret: 'ClueCon' })).rejects.toMatchObject({ code: 'freeswitch-secret' });
    freeswitch.greeting =
      'Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n';
    await expect(open()).rejects.toMatchObject({ code: 'freeswitch-acl' });
  });

  test('a refused connection is an error once, and is not tried again', async () => {
    const port = await freeTcpPort();
    await expect(open({ port })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    // modesl would be here within a millisecond
    const heir = await new Promise<number>((done) => {
      let connections = 0;
      const server = createServer(() => connections++).listen(port, '127.0.0.1');
      setTimeout(() => server.close(() => done(connections)), 50);
    });
    expect(heir).toBe(0);
  });

  test('one that says nothing is given up', async () => {
    freeswitch.greeting = '';
    const opened = open();
    await until('connected', () => freeswitch.connections === 1);
    clock.advance(COMMAND_MS);
    await expect(opened).rejects.toMatchObject({ code: 'deadline' });
  });

  test('a command without an answer ends the connection and rejects those behind it', async () => {
    const control = await open();
    const commands = [control.api('hangs'), control.execute('uuid', 'playback', 'x', 'id'), control.api('x')];
    const ends = commands.map((command) => command.catch((error: { code: string }) => error.code));
    await ends[1];
    clock.advance(COMMAND_MS);
    expect(await Promise.all(ends)).toEqual(['deadline', undefined, 'deadline']);
    expect(control.closed).toBe(true);
    await expect(control.api('late')).rejects.toMatchObject({ code: 'closed' });
  });

  test('a refusal is an error, and says when the channel is unknown', async () => {
    freeswitch.answers
      .set('uuid_break', '-ERR No such channel!\n')
      .set('uuid_record', '-ERR Cannot record\n');
    const control = await open();
    await expect(control.api('uuid_break x')).rejects.toMatchObject({ unknownChannel: true });
    await expect(control.api('uuid_record x')).rejects.toMatchObject({ unknownChannel: false });
    control.close();
  });

  test('a line break cannot become another command', async () => {
    const control = await open();
    await expect(control.api('uuid_break x\n\napi shutdown')).rejects.toMatchObject({
      code: 'freeswitch-command',
    });
    expect(freeswitch.commands).toHaveLength(1);
    control.close();
  });

  test('events go to who follows their channel', async () => {
    const control = await open();
    const digits: (string | null)[] = [];
    const off = control.follow('channel-1', (event) => digits.push(event.getHeader('DTMF-Digit')));
    for (const [uuid, digit] of [
      ['channel-1', '5'],
      ['channel-2', '6'],
    ]) {
      const event = JSON.stringify({ 'Event-Name': 'DTMF', 'Unique-ID': uuid, 'DTMF-Digit': digit });
      freeswitch.say(`Content-Length: ${event.length}\nContent-Type: text/event-json\n\n${event}`);
    }
    await until('the digit', () => digits.length > 0);
    expect(digits).toEqual(['5']);
    off();
    control.close();
  });

  test.each([
    ['a value that is no percent-encoding', 'Content-Type: command/reply\nReply-Text: %E0%A4%A\n\n'],
    ['a message without an end', `Content-Type: ${'x'.repeat(1_200_000)}`],
  ])('%s ends the connection, not the process', async (_name, bytes) => {
    const control = await open();
    const closed = new Promise<Error>((done) => control.events.on('closed', ({ error }) => done(error)));
    freeswitch.say(bytes);
    expect(await closed).toBeInstanceOf(Error);
    expect(control.closed).toBe(true);
  });

  test('its end is told once, and what waited is rejected', async () => {
    const control = await open();
    const told: Error[] = [];
    control.events.on('closed', ({ error }) => told.push(error));
    const waiting = control.api('hangs');
    const { socket } = control.esl;
    control.close();
    control.close();
    await expect(waiting).rejects.toMatchObject({ code: 'closed' });
    await once(socket!, 'close');
    expect(told).toHaveLength(1);
  });
});
