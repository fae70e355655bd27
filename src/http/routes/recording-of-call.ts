/** A recording as routes have it: of which call, its audio, and who hears it. */
import type { FastifyRequest } from 'fastify';
import type { Cdr, CdrRecording } from '../../cdr/cdr.ts';
import type { Audio } from '../send-audio.ts';

/** A recording with the record of its call. */
export interface RecordingOfCall {
  readonly id: string;
  readonly call: Cdr;
  readonly no: number;
  readonly recording: CdrRecording;
}

export interface AudioOfRecording {
  readonly of: RecordingOfCall;
  readonly audio: Audio;
}

/** Who asks, as the audit trail has him. */
export interface Who {
  readonly name: string;
  readonly address?: string;
}

export function whoOf({ principal }: FastifyRequest): Who {
  const { name, address } = principal;
  return address === undefined ? { name } : { name, address };
}

/** What a file is called that somebody hears or saves. */
export const namesOf = ({ id, recording }: RecordingOfCall, isSaved: boolean) => ({
  name: id.replace('.', '-'),
  isSaved,
  sha256: recording.sha256 ?? undefined,
});
