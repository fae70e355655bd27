import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { DIGITS } from '../../rtp/telephone-event.ts';

/** A digit that rtpengine saw: RFC 4733, or in band where it transcodes. */
export interface LoggedDigit {
  readonly callId: string;
  /** Tag of the party that pressed. */
  readonly tag: string;
  readonly digit: string;
  readonly durationMs: number;
}

/** Listens to the datagrams of `--dtmf-log-dest`: one JSON object a digit. */
export class DtmfLog {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Throws what bind throws. Datagrams that are no digit are left out. */
  static async open(host: string, port: number, onDigit: (digit: LoggedDigit) => void): Promise<DtmfLog> {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.on('message', (message) => {
      const digit = readDigit(message.toString());
      if (digit) onDigit(digit);
    });
    socket.bind(port, host);
    await once(socket, 'listening');
    return new DtmfLog(socket);
  }

  close(): void {
    this.#socket.close();
  }
}

function readDigit(text: string): LoggedDigit | undefined {
  let fields: { callid?: unknown; source_tag?: unknown; event?: unknown; duration?: unknown; type?: unknown };
  try {
    fields = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { callid, source_tag: tag, event, duration, type } = fields ?? {};
  const digit = type === 'DTMF' && typeof event === 'number' ? DIGITS[event] : undefined;
  if (digit === undefined || typeof callid !== 'string' || typeof tag !== 'string') return undefined;
  return { callId: callid, tag, digit, durationMs: typeof duration === 'number' ? duration : 0 };
}
