/** What becomes of the files that a call's record names, and of its message: pure, so that a rebuild comes to the same. */
import type { Cdr, CdrMessageHandling, CdrRecording, CdrVoicemail } from '../cdr/cdr.ts';
import { NOT_HANDLED } from '../cdr/message-state.ts';
import { withNoted } from '../cdr/noted.ts';
import type { Fact, StoreFacts } from './events.ts';
import type { RecordChange } from './retained-events.ts';
import type { RecordingDeletion, RecordingReplacement } from './store.ts';

type Deletion = Pick<RecordingDeletion, 'files' | 'deletedAt' | 'because'>;

/** What a company's stream is told of a recording's new file. */
export function replacedFact(tenantId: string, replacement: RecordingReplacement, at: number): Fact {
  return { type: 'file', tenantId, at, ...replacement, deletedAt: undefined, because: undefined };
}

/** What it is told of the recordings and the message of a call that were deleted. */
export function deletedFacts(cdr: Cdr, deletion: RecordingDeletion): Fact[] {
  const { tenantId, callId, startedAt } = cdr;
  const { deletedAt, because, by = '' } = deletion;
  const what = { callId, startedAt, bytes: undefined, sha256: undefined, deletedAt, because };
  const facts = cdr.recordings
    .filter((recording) => isDeletedBy(recording, deletion))
    .map(({ file }): Fact => ({ type: 'file', tenantId, at: deletedAt, ...what, from: file, file }));
  const message = cdr.voicemail && isDeletedBy(cdr.voicemail, deletion);
  const after = message ? markRecordingsDeleted(cdr, deletion) : undefined;
  return after ? [...facts, messageFact(after, by, deletedAt)] : facts;
}

/** What it is told of how the message of a call stands now. */
export function messageFact({ tenantId, callId, startedAt, voicemail }: Cdr, by: string, at: number): Fact {
  const { box, deletedAt, handling = NOT_HANDLED } = voicemail!;
  const { heardAt, heardBy, savedAt, note, doneAt, doneBy, deletedBecause } = handling;
  return {
    ...({ type: 'message', tenantId, at, callId, startedAt, box } as const),
    heardAt: heardAt ?? undefined,
    heardBy: heardBy ?? undefined,
    savedAt: savedAt ?? undefined,
    note,
    doneAt: doneAt ?? undefined,
    doneBy: doneBy ?? undefined,
    deletedAt: deletedAt ?? undefined,
    because: deletedBecause ?? undefined,
    by,
  };
}

/** A record after what became of its files or its message, or what was said of it. */
export function withChange(cdr: Cdr, change: RecordChange): Cdr {
  if (change.type === 'noted') return withNoted(cdr, change, change.at);
  return (change.type === 'file' ? withFile(cdr, change) : withMessage(cdr, change)) ?? cdr;
}

function withFile(cdr: Cdr, { from, file, bytes, sha256, deletedAt, because }: StoreFacts['file']) {
  const { callId, startedAt } = cdr;
  return deletedAt === undefined
    ? replaceRecording(cdr, { callId, startedAt, from, file, bytes: bytes ?? 0, sha256: sha256 ?? '' })
    : markRecordingsDeleted(cdr, {
        files: new Set([file]),
        deletedAt,
        ...(because !== undefined && { because }),
      });
}

function withMessage(cdr: Cdr, message: StoreFacts['message']): Cdr | undefined {
  const { heardAt, heardBy, savedAt, note, doneAt, doneBy, deletedAt, because } = message;
  if (!cdr.voicemail) return undefined;
  const voicemail = withHandling(cdr.voicemail, {
    heardAt: heardAt ?? null,
    heardBy: heardBy ?? null,
    savedAt: savedAt ?? null,
    note: note ?? '',
    doneAt: doneAt ?? null,
    doneBy: doneBy ?? null,
    deletedBecause: because ?? null,
  });
  return { ...cdr, voicemail: { ...voicemail, deletedAt: deletedAt ?? null } };
}

/** The message with what people have done with it; where that is nothing, the record says nothing. */
export function withHandling(
  { handling: _, ...message }: CdrVoicemail,
  handling: CdrMessageHandling,
): CdrVoicemail {
  const names = Object.keys(NOT_HANDLED) as (keyof CdrMessageHandling)[];
  return names.every((name) => handling[name] === NOT_HANDLED[name]) ? message : { ...message, handling };
}

/** The record with another file for a recording; undefined when it does not name the old one. */
export function replaceRecording(cdr: Cdr, replacement: RecordingReplacement): Cdr | undefined {
  const { from, file, bytes, sha256 } = replacement;
  if (!cdr.recordings.some((recording) => recording.file === from)) return undefined;
  const recordings = cdr.recordings.map((recording) =>
    recording.file === from ? { ...recording, file, bytes, sha256 } : recording,
  );
  return { ...cdr, recordings };
}

/** The record with its deleted recordings and message marked; undefined when it names none of them. */
export function markRecordingsDeleted(cdr: Cdr, deletion: Deletion): Cdr | undefined {
  const { deletedAt, because } = deletion;
  const { voicemail } = cdr;
  const isGone = (file: CdrRecording | CdrVoicemail) => isDeletedBy(file, deletion);
  if (!cdr.recordings.some(isGone) && !(voicemail && isGone(voicemail))) return undefined;
  const recordings = cdr.recordings.map((recording) =>
    isGone(recording) ? { ...recording, deletedAt, deletedBecause: because ?? null } : recording,
  );
  if (!voicemail || !isGone(voicemail)) return { ...cdr, recordings };
  const { handling = NOT_HANDLED } = voicemail;
  const told = withHandling(voicemail, { ...handling, deletedBecause: because ?? null });
  return { ...cdr, recordings, voicemail: { ...told, deletedAt } };
}

const isDeletedBy = (
  { file, deletedAt }: CdrRecording | CdrVoicemail,
  { files }: Pick<RecordingDeletion, 'files'>,
): boolean => files.has(file) && !deletedAt;
