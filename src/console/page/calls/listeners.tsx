import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { CALL, type Items } from '../../api/live-data.ts';
import type { CallRow, RecordingUseRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { Moment } from '../../kit/moment.tsx';
import { Failed, Loading } from '../../kit/states.tsx';
import { listenerWords } from './listener-words.ts';

/** Rows that are seen before somebody asks for all. */
const SHOWN = 5;

/** Who heard, saved or shared the recordings of a call (谁听过), as the audit trail has it. */
export function Listeners({ call }: { readonly call: CallRow }) {
  const say = useSay(listenerWords);
  const [isWhole, setWhole] = useState(false);
  const uses = useQuery({
    queryKey: [...CALL, call.id, 'listeners'],
    queryFn: ({ signal }) =>
      ask<Pick<Items<RecordingUseRow>, 'items'>>(`/calls/${encodeURIComponent(call.id)}/listeners`, {
        signal,
      }),
  });
  if (uses.isPending) return <Loading lines={2} />;
  if (uses.isError) return <Failed error={uses.error} retry={() => void uses.refetch()} />;
  const { items } = uses.data;
  if (items.length === 0) return <p className="faint">{say('nobody')}</p>;
  const makers = new Map(items.flatMap(({ action, share, by }) => (action === 'share' ? [[share, by]] : [])));
  const whoOf = ({ action, by }: RecordingUseRow) => {
    if (action !== 'use-share') return by;
    const maker = makers.get(by.replace(/^link /, ''));
    return maker === undefined ? say('byLink') : say('byLinkOf', { maker });
  };
  return (
    <div className="plain-scroll">
      <table className="plain-table">
        <thead>
          <tr>
            <th>{say('at')}</th>
            <th>{say('who')}</th>
            <th>{say('what')}</th>
            <th>{say('where')}</th>
          </tr>
        </thead>
        <tbody>
          {items.slice(0, isWhole ? undefined : SHOWN).map((use, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: entries of the audit trail stay where they are
            <tr key={`${use.at} ${place}`}>
              <td>
                <Moment at={use.at} />
              </td>
              <td>{whoOf(use)}</td>
              <td>
                {say(use.action)}
                {call.recordings.length > 1 && (
                  <span className="faint"> {say('recordingOf', { no: noOf(use.recording) })}</span>
                )}
              </td>
              <td className="faint">{use.address ?? say('none')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {!isWhole && items.length > SHOWN && (
        <Button type="link" size="small" onClick={() => setWhole(true)}>
          {say('all', { count: items.length })}
        </Button>
      )}
    </div>
  );
}

/** Of `CALL.NO`, from 1. */
const noOf = (recording: string) => Number(recording.slice(recording.lastIndexOf('.') + 1)) + 1;
