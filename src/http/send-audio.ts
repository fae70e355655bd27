import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { contentOf } from './route.ts';

/** Audio that is there; read as it is sent. */
export interface Audio {
  readonly bytes: number;
  readonly type: string;
  read(range: { readonly from: number; readonly to: number }): Readable;
}

/** What a player draws of audio. */
export interface AudioPeaks {
  readonly durationMs: number;
  readonly channels: readonly { readonly min: readonly number[]; readonly max: readonly number[] }[];
}

const levels = (description: string) =>
  Type.Array(Type.Integer({ minimum: -128, maximum: 127 }), { description });
/** Schema of peaks in an answer. */
export const peaksAnswer = Type.Object(
  {
    durationMs: Type.Integer(),
    channels: Type.Array(
      Type.Object({
        min: levels('lowest level of each piece; all pieces but the last are equally long'),
        max: levels('highest level of each'),
      }),
      { description: 'of a talk: caller, agent' },
    ),
  },
  { examples: [{ durationMs: 4, channels: [{ min: [-12, -90, -3, 0], max: [14, 88, 5, 0] }] }] },
);

/** How a client is told of it. */
export interface AudioNames {
  /** Name of the file where it is saved, of letters, digits, `-` and `_`. */
  readonly name: string;
  /** It is saved, not played. */
  readonly isSaved: boolean;
  /** Tells this content from any other; undefined: not known. */
  readonly sha256: string | undefined;
}

/** Who takes no byte for so long is gone. */
const SLOW_MS = 30_000;

const EXTENSIONS: Readonly<Record<string, string>> = {
  'audio/wav': 'wav',
  'audio/ogg': 'opus',
  'audio/mpeg': 'mp3',
};

/** What routes of audio take and answer. */
export const audioQuery = Type.Object(
  { download: Type.Boolean({ default: false, description: 'to be saved, not played' }) },
  { additionalProperties: false },
);
export const audioHeaders = Type.Object({
  range: Type.Optional(Type.String({ description: 'one part of it (RFC 9110 14.2): `bytes=0-99999`' })),
});
export const audioAnswers = {
  200: contentOf('audio/*', 'the whole audio: WAV, Opus in Ogg, or MP3; caller left, agent right'),
  206: contentOf('audio/*', 'the part that Range names'),
  416: contentOf('audio/*', 'Range names a part that there is not'),
};

/** Sends audio, or the part that `Range` names (RFC 9110 14), as fast as the client takes it; a HEAD gets no audio. */
export function sendAudio(
  { method, headers }: Pick<FastifyRequest, 'method' | 'headers'>,
  reply: FastifyReply,
  audio: Audio,
  { name, isSaved, sha256 }: AudioNames,
): FastifyReply {
  const { bytes, type } = audio;
  const etag = sha256 && `"${sha256.slice(0, 32)}"`;
  reply.header('accept-ranges', 'bytes').header('cache-control', 'private, no-store').type(type);
  if (etag) reply.header('etag', etag);
  const as = isSaved ? 'attachment' : 'inline';
  reply.header('content-disposition', `${as}; filename="${name}.${EXTENSIONS[type] ?? 'bin'}"`);
  // RFC 9110 13.1.5: of another content the whole is sent.
  const isSame = headers['if-range'] === undefined || headers['if-range'] === etag;
  const range = isSame ? rangeOf(headers.range, bytes) : undefined;
  if (range === 'none') return reply.code(416).header('content-range', `bytes */${bytes}`).send('');
  const { from, to } = range ?? { from: 0, to: bytes - 1 };
  if (range) reply.code(206).header('content-range', `bytes ${from}-${to}/${bytes}`);
  reply.header('content-length', to - from + 1);
  // Fastify takes an empty text for a body of no bytes, and says so.
  if (method === 'HEAD' || bytes === 0) return reply.send(Readable.from([]));
  const stream = audio.read({ from, to });
  reply.raw.setTimeout(SLOW_MS, () => reply.raw.destroy());
  return reply.send(stream);
}

/**
 * The one part that is asked for; undefined: all, also where several parts are named, or it is not understood (RFC 9110 14.2);
 * `none`: it is not in the file.
 */
function rangeOf(
  header: string | undefined,
  bytes: number,
): { readonly from: number; readonly to: number } | 'none' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    // The last so many bytes.
    const count = Math.min(Number(last), bytes);
    return count === 0 ? 'none' : { from: bytes - count, to: bytes - 1 };
  }
  const from = Number(first);
  if (last !== '' && Number(last) < from) return undefined;
  return from >= bytes ? 'none' : { from, to: last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1) };
}
