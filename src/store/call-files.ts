import type { Cdr } from '../cdr/cdr.ts';

/** Recordings and the message of a record that were not deleted. */
export function filesOf({ recordings, voicemail }: Pick<Cdr, 'recordings' | 'voicemail'>): readonly string[] {
  const message = voicemail && (voicemail.deletedAt ?? null) === null ? [voicemail.file] : [];
  const kept = recordings.filter(({ file, deletedAt }) => file !== '' && (deletedAt ?? null) === null);
  return [...kept.map(({ file }) => file), ...message];
}
