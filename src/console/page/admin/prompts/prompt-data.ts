/** What a prompt sounds like, as the API tells it. */
import { useQuery } from '@tanstack/react-query';
import { ask } from '../../../api/ask.ts';
import type { Items } from '../../../api/live-data.ts';
import { useSession } from '../../../api/session.tsx';
import type { PromptLevelRow, PromptVersionRow, SpeechEngineRow } from '../../../api/types.ts';
import { ENTITIES } from '../../../kit/entity/kinds.ts';

/** A prompt, in one language; undefined: what everybody hears who has chosen none. */
export interface Place {
  readonly name: string;
  readonly language: string | undefined;
}

export const promptPath = (name: string) => `/prompts/${encodeURIComponent(name)}`;

/** Everything of a prompt that changes when it is made anew. */
const keyOf = ({ name, language }: Place, what: string) =>
  [...ENTITIES, 'prompt', name, 'sound', language ?? '', what] as const;

/** The last ten, the newest first. */
export function useVersions(place: Place) {
  const { company } = useSession();
  const { name, language } = place;
  return useQuery({
    queryKey: [...keyOf(place, 'versions'), company],
    queryFn: ({ signal }) =>
      ask<Items<PromptVersionRow>>(`${promptPath(name)}/versions`, { query: { language }, signal }),
    select: ({ items }) => items,
  });
}

/** How loud a version is; measured when it is looked at. */
export function useLevel(place: Place, version: string | undefined) {
  const { company } = useSession();
  const { name, language } = place;
  return useQuery({
    queryKey: ['prompt-level', company, name, language ?? '', version],
    enabled: version !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: ({ signal }) =>
      ask<PromptLevelRow>(`${promptPath(name)}/level`, { query: { language, version }, signal }),
  });
}

/** What says texts here. A prompt that has no name yet is said as any. */
export function useSpeech(name: string) {
  return useQuery({
    queryKey: ['speech'],
    staleTime: 300_000,
    queryFn: ({ signal }) => ask<SpeechEngineRow>(`${promptPath(name || 'new')}/speech`, { signal }),
  });
}
