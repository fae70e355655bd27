import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { PbxError } from '../../shared/errors.ts';
import type { ControlError, ControlRequest } from './protocol.ts';

/** Nobody listens at the socket. */
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR']);

/**
 * Asks the PBX that listens at `file`; undefined when none runs. Throws PbxError when it may not be asked, or ends before
 * it has answered. `Answer` is what it answers to such a request, see `protocol.ts`.
 */
export async function askRunning<Answer>(
  file: string,
  request: ControlRequest,
): Promise<Answer | ControlError | undefined> {
  const socket = connect({ path: file, allowHalfOpen: true });
  try {
    await new Promise<void>((done, fail) => socket.once('connect', done).once('error', fail));
    socket.end(`${JSON.stringify(request)}\n`);
    return JSON.parse(await text(socket)) as Answer | ControlError;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== undefined && NOBODY.has(code)) return undefined;
    throw new PbxError('control', `the running PBX did not answer at ${file}: ${message}`, { cause: error });
  } finally {
    socket.destroy();
  }
}
