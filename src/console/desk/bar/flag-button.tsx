import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { CALL } from '../../api/live-data.ts';
import { useMay } from '../../api/session.tsx';
import type { CallInHand, CallRow } from '../../api/types.ts';
import { FlagButton } from '../../kit/call-flag.tsx';
import type { Desk } from '../desk-provider.tsx';

/** Before he talks with the caller, or while a colleague asks him, it is not his to mark. */
const NOT_HIS: ReadonlySet<CallInHand['phase']> = new Set(['ringing', 'dialling', 'connecting', 'asked']);

/** The call that the bar marks. */
export function markedInBar({ call, row }: Pick<Desk, 'call' | 'row'>): string | undefined {
  if (!call) return row.wrapUp?.callId;
  return NOT_HIS.has(call.phase) ? undefined : call.callId;
}

export interface DeskFlagProps {
  readonly callId: string;
  readonly place: 'bar' | 'head';
}

/** Marks the call that he talks in, or writes up (标记). */
export function DeskFlag({ callId, place }: DeskFlagProps) {
  const mayNote = [useMay('call:note'), useMay('call:read')].every(Boolean);
  const { data } = useQuery({
    queryKey: [...CALL, callId],
    enabled: mayNote,
    queryFn: ({ signal }) => ask<CallRow>(`/calls/${encodeURIComponent(callId)}`, { signal }),
  });
  return mayNote ? <FlagButton callId={callId} flag={data?.flag} place={place} /> : null;
}
