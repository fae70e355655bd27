import { hashOf, newToken } from './auth/tokens.ts';
import type { RecordingArchive } from './recording/recording-archive.ts';
import { Recordings } from './recording/recordings.ts';
import type { Clock } from './shared/clock.ts';
import type { IdSource } from './shared/ids.ts';
import type { Store } from './store/store.ts';

/** The recordings as people have them over HTTP. */
export function recordingBoard(
  store: Pick<Store, 'cdrs' | 'recordings' | 'shares' | 'audit' | 'upkeep'>,
  archive: Pick<RecordingArchive, 'audio' | 'delete' | 'peaks' | 'uses'>,
  { clock, ids }: { readonly clock: Clock; readonly ids: IdSource },
): Recordings {
  return new Recordings({ store, archive, clock, ids, tokens: { make: () => newToken(ids), hashOf } });
}
